"""Files behind addresses: fetched within bounds, read here, gone only where a listing says so."""

import shutil
import sys
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from mmrag import filesystems
from mmrag.errors import DocumentError, UsageError
from mmrag.ingest.events import FileUnreached
from mmrag.ingest.remote import copies, fetching, listing
from mmrag.network import OFFLINE
from mmrag.paths import text_of
from mmrag.pipeline.engine import Hashed, RunEngine
from mmrag.pipeline.run import index_paths
from mmrag.store import removal
from mmrag.store.catalog import Catalog

pytest.importorskip("aiohttp", reason="pip install 'mmrag[remote]'")


@pytest.fixture
def docs(web):
    """A folder of a web server with four files, in it and below."""
    for name in ("a.pdf", "b.pdf", "sub/c.pdf", "sub/d e.pdf"):
        web.put(f"docs/{name}", f"words of {name}\fFigure of {name}")
    web.put("docs/.hidden/x.pdf", "hidden")
    web.put("docs/readme.xyz", "of another type")
    return web


@pytest.fixture
def held(layout):
    """The indexed addresses, with the ID of the document each holds."""

    def read():
        with Catalog.open(layout) as catalog:
            return {path: document for path, (_, document) in catalog.sources.all().items()}

    return read


def test_a_folder_of_a_web_server_is_indexed_as_the_same_files_here_are(docs, run, write, held):
    address = f"{docs.address}/docs"
    report = run(f"{address}/")
    assert (report.stored, report.pages, report.failed) == (4, 8, ())
    assert report.unread == {".xyz": 1}
    there = held()
    assert set(there) == {
        f"{address}/{name}" for name in ("a.pdf", "b.pdf", "sub/c.pdf", "sub/d%20e.pdf")
    }
    for name in ("a.pdf", "b.pdf"):
        write(name, f"words of {name}\fFigure of {name}")
    assert run().copies == 2, "they have the bytes of those that are held"
    assert held()[f"{address}/a.pdf"] in there.values()


def test_what_did_not_change_is_not_fetched_and_what_changed_is(docs, run, held):
    address = f"{docs.address}/docs"
    run(f"{address}/")
    before = held()
    docs.read.clear()
    assert run(f"{address}/").unchanged == 4
    assert docs.read == []
    docs.put("docs/a.pdf", "other words")
    docs.files["docs/moved.pdf"] = docs.files.pop("docs/b.pdf")
    docs.changed["docs/moved.pdf"] = docs.changed["docs/b.pdf"]
    del docs.files["docs/sub/c.pdf"]
    report = run(f"{address}/")
    assert (report.stored, report.renamed, report.removed) == (1, 1, 1)
    after = held()
    assert set(after) == {f"{address}/{name}" for name in ("a.pdf", "moved.pdf", "sub/d%20e.pdf")}
    assert after[f"{address}/moved.pdf"] == before[f"{address}/b.pdf"]
    assert after[f"{address}/a.pdf"] != before[f"{address}/a.pdf"]


@pytest.mark.promise(68)
@pytest.mark.parametrize("broken", ["docs/", "docs/sub/"])
@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_listing_that_fails_removes_nothing_and_is_told(docs, run, held, broken, status):
    address = f"{docs.address}/docs"
    run(f"{address}/")
    before = held()
    docs.broken[broken] = status
    report = run(f"{address}/", allow_removals=True)
    assert (report.removed, held()) == (0, before)
    [failed] = report.failed
    assert failed.path == f"{docs.address}/{broken.rstrip('/')}"
    reason = "there is nothing" if status == 404 else f"the server answers {status}"
    assert f"cannot be listed: {reason}" in failed.problems[0].message
    assert not report.complete


@pytest.mark.promise(68)
def test_a_server_that_is_gone_removes_nothing(docs, run, held):
    address = f"{docs.address}/docs"
    run(f"{address}/")
    before = held()
    nowhere = "http://127.0.0.1:9/docs/"
    report = run(nowhere, allow_removals=True)
    assert held() == before
    assert "cannot be listed: ClientConnector" in report.failed[0].problems[0].message


def test_a_file_that_is_named_alone_is_taken_and_one_that_is_not_there_is_told(docs, run, held):
    assert run(f"{docs.address}/docs/readme.xyz").stored == 1
    with pytest.raises(UsageError, match="the server answers 404"):
        run(f"{docs.address}/docs/none.pdf")
    run(f"{docs.address}/docs/")
    assert f"{docs.address}/docs/readme.xyz" in held(), "a listing passes it over, and it stays"


def test_a_file_that_cannot_be_read_is_a_failure_and_its_document_stays(docs, run, held):
    address = f"{docs.address}/docs"
    run(f"{address}/")
    docs.put("docs/a.pdf", "other words")
    docs.broken["docs/a.pdf"] = 503
    [failed] = run(f"{address}/").failed
    assert "cannot be fetched: the server answers 503" in failed.problems[0].message
    assert len(held()) == 4
    del docs.broken["docs/a.pdf"]
    assert run(f"{address}/").stored == 1


@pytest.mark.promise(68)
def test_what_is_larger_than_allowed_is_not_fetched_whatever_its_size_is_said_to_be(docs, tmp_path):
    docs.put("docs/large.pdf", b"x" * 300_000)
    with pytest.raises(DocumentError, match="larger than"):
        fetching.fetch(f"{docs.address}/docs/large.pdf", tmp_path / "copy", 200_000)
    assert list(tmp_path.iterdir()) == [], "nothing is left of it"


def test_a_file_that_is_said_to_be_too_large_is_not_asked_for(docs, run, models, fake, settings):
    docs.put("docs/large.pdf", b"x" * (2 << 20))
    ingest = settings.ingest.model_copy(update={"fetch_mb": 1})
    small = fake(settings=settings.model_copy(update={"ingest": ingest}))
    [failed] = run(f"{docs.address}/docs/", models=small).failed
    assert failed.path.endswith("large.pdf")
    assert "fetch_mb = 1" in failed.problems[0].message
    assert "docs/large.pdf" not in docs.read


@pytest.mark.promise(68)
def test_without_room_for_copies_the_index_is_the_same_and_none_is_left(
    docs, run, held, layout, monkeypatch
):
    run(f"{docs.address}/docs/")
    wanted = held()
    assert not list(layout.root.glob("fetched-*"))
    shutil.rmtree(layout.root)
    monkeypatch.setattr(copies, "SHARE_OF_FREE_DISK", 1e-15)
    docs.read.clear()
    report = run(f"{docs.address}/docs/")
    assert (report.stored, held()) == (4, wanted)
    assert sum(name.endswith(".pdf") for name in docs.read) == 8, "hashed, and fetched to be read"
    assert not list(layout.root.glob("fetched-*"))


@pytest.mark.promise(68)
def test_a_file_that_changes_between_is_told_and_read_the_next_time(
    docs, run, held, layout, monkeypatch
):
    monkeypatch.setattr(copies, "SHARE_OF_FREE_DISK", 1e-15)
    fetch = fetching.fetch

    def changing(address, to, most_bytes):
        found = fetch(address, to, most_bytes)
        if address.endswith("a.pdf"):
            docs.put("docs/a.pdf", f"version {len(docs.read)}")
        return found

    monkeypatch.setattr(fetching, "fetch", changing)
    [failed] = run(f"{docs.address}/docs/").failed
    assert "changed while it was read" in failed.problems[0].message
    assert len(held()) == 3
    monkeypatch.undo()
    assert run(f"{docs.address}/docs/").stored == 1


@pytest.mark.promise(68)
def test_what_an_engine_hashed_and_then_does_not_get_is_fetched_here_in_another_round(
    docs, layout, models, parser, held
):
    def fetch(files):
        for file in files:
            data = docs.files[text_of(file).removeprefix(f"{docs.address}/").replace("%20", " ")]
            yield file, Hashed(sha256(data).hexdigest())

    def parse(tasks, save):
        for task in tasks:
            if task.file is None and task.path.name != "b.pdf":
                yield FileUnreached(task.path, "no way from here")
            elif task.file is None:
                copy = layout.root / "elsewhere.pdf"
                copy.write_bytes(docs.files["docs/b.pdf"])
                yield from parser([replace(task, file=copy)], save)
            else:
                yield from parser([task], save)

    @contextmanager
    def engine(ingest, models):
        yield RunEngine(parse, models, fetch)

    told = []
    report = index_paths(
        layout, [f"{docs.address}/docs/"], models, open_engine=engine, on_event=told.append
    )
    assert (report.stored, report.failed) == (4, ())
    assert sorted(docs.read[-3:]) == ["docs/a.pdf", "docs/sub/c.pdf", "docs/sub/d e.pdf"]
    assert "3 files were fetched by this machine" in report.notes[-1]
    assert "(a.pdf: no way from here)" in report.notes[-1]
    first = [each for each in told if each.stage in ("count", "read") and each.files_total == 1]
    assert first, "the round of readers is over with the file that they have"
    assert len(held()) == 4


def test_what_a_killed_run_has_left_is_removed(docs, run, layout):
    run(f"{docs.address}/docs/a.pdf")
    (layout.root / "fetched-left").mkdir()
    (layout.root / "fetched-left" / "1.pdf").write_text("left")
    run(f"{docs.address}/docs/a.pdf")
    assert not list(layout.root.glob("fetched-*"))


def test_an_archive_behind_an_address_is_read_with_what_lies_in_it(docs, run, held):
    docs.put("docs/z.zip", 'HOLDS{"in/one.pdf": "one", "two.pdf": "two"}')
    run(f"{docs.address}/docs/")
    inside = {path.rpartition("docs/z.zip")[2] for path in held() if "z.zip" in path}
    assert inside == {"", "!/in/one.pdf", "!/two.pdf"}
    del docs.files["docs/z.zip"]
    run(f"{docs.address}/docs/")
    assert not any("z.zip" in path for path in held())


def test_documents_behind_an_address_are_removed_by_it(docs, run, held, layout):
    run(f"{docs.address}/docs/")
    with Catalog.open(layout, write=True) as catalog:
        assert len(removal.remove(catalog, [f"{docs.address}/docs/sub/"])) == 2
    assert set(held()) == {f"{docs.address}/docs/a.pdf", f"{docs.address}/docs/b.pdf"}


def test_ignore_patterns_count_below_an_address(docs, run, held, fake, settings):
    ingest = settings.ingest.model_copy(update={"ignore": ("sub/", "b.*")})
    run(
        f"{docs.address}/docs/",
        models=fake(settings=settings.model_copy(update={"ingest": ingest})),
    )
    assert set(held()) == {f"{docs.address}/docs/a.pdf"}


@pytest.mark.promise(68)
@pytest.mark.parametrize(
    "address",
    [
        "https://someone:hunter2@example.org/docs/",
        "s3://someone:hunter2@bucket/docs",
        "https://example.org/docs/a.pdf?key=hunter2",
    ],
)
def test_a_secret_in_an_address_is_refused_and_not_repeated(run, address, layout):
    with pytest.raises(UsageError) as told:
        run(address)
    assert "hunter2" not in str(told.value)
    assert "would be stored" in str(told.value)
    assert not layout.db.exists()


@pytest.mark.promise(68)
@pytest.mark.parametrize("address", ["https://example.org/docs/", "s3://bucket/docs", "gs://b/x"])
def test_what_is_beyond_this_machine_is_refused_while_that_is_forbidden(run, monkeypatch, address):
    monkeypatch.setenv(OFFLINE, "1")
    with pytest.raises(UsageError, match=OFFLINE):
        run(address)


def test_a_scheme_that_nobody_knows_and_a_package_that_is_missing_are_named(run, monkeypatch):
    monkeypatch.delenv(OFFLINE, raising=False)
    with pytest.raises(UsageError, match=r"nosuch://: .*nosuch"):
        run("nosuch://bucket/docs")
    filesystems._of_the_web.cache_clear()
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    with pytest.raises(UsageError, match=r"https:// needs aiohttp: pip install 'mmrag\[remote\]'"):
        run("https://example.org/docs/")


@pytest.mark.promise(68)
def test_names_of_a_server_never_become_paths_of_this_machine(web, run, held, tmp_path):
    web.put("docs/x%2f..%2f..%2fpasswd.pdf", "words")
    web.put("docs/a.pdf/../../x.pdf", "words of another")
    secret = tmp_path / "secret.pdf"
    secret.write_text("mine")
    page = f'<a href="file://{secret}">x</a><a href="{secret}">y</a><a href="../../z.pdf">z</a>'
    page += '<a href="mailto:someone.pdf">m</a>'
    web.put("docs/list/", page + '<a href="good.pdf">good</a>')
    web.put("docs/list/good.pdf", "good words")
    assert run(f"{web.address}/docs/list/").failed == (), "what is linked elsewhere is not tried"
    assert set(held()) == {f"{web.address}/docs/list/good.pdf"}
    run(f"{web.address}/docs/")
    assert set(held()) == {
        f"{web.address}/docs/list/good.pdf", f"{web.address}/docs/x%252f..%252f..%252fpasswd.pdf"
    }  # fmt: skip


@pytest.mark.promise(68)
def test_folders_without_an_end_are_given_up_and_then_nothing_is_removed(
    docs, run, held, monkeypatch
):
    run(f"{docs.address}/docs/")
    before = held()
    monkeypatch.setattr(listing, "MAX_DEPTH", 3)
    docs.put("docs/1/2/3/4/5/6.pdf", "deep")
    report = run(f"{docs.address}/docs/")
    assert "more than 3 folders" in report.failed[0].problems[0].message
    assert held() == before
    del docs.files["docs/1/2/3/4/5/6.pdf"], docs.files["docs/a.pdf"]
    monkeypatch.setattr(listing, "MAX_ENTRIES", 2)
    report = run(f"{docs.address}/docs/")
    assert "more than 2 files" in report.failed[0].problems[0].message
    assert held() == before


def test_a_bucket_of_s3_is_indexed_and_followed(s3, run, held):
    for name in ("reports/a.pdf", "reports/2024/b.pdf", "other/c.pdf"):
        s3.put(name, f"words of {name}")
    s3.put("reports/2024/", "")
    assert run("s3://bucket/reports").stored == 2
    assert set(held()) == {"s3://bucket/reports/a.pdf", "s3://bucket/reports/2024/b.pdf"}
    s3.read.clear()
    s3.put("reports/a.pdf", "other words")
    report = run("s3://bucket/reports")
    assert (report.stored, report.unchanged) == (1, 1)
    assert set(s3.read) == {"reports/a.pdf"}
    assert run("s3://bucket/reports/a.pdf").unchanged == 1


@pytest.mark.promise(68)
def test_a_bucket_without_rights_is_told_and_keeps_its_documents(s3, run, held):
    s3.put("reports/a.pdf", "words")
    run("s3://bucket/reports")
    s3.broken["bucket"] = 403
    report = run("s3://bucket/reports", allow_removals=True)
    told = report.failed[0].problems[0].message
    assert "no rights to read it" in told
    assert "environment" in told
    assert "secret-of-someone" not in told
    assert set(held()) == {"s3://bucket/reports/a.pdf"}


@pytest.mark.promise(68)
def test_a_prefix_that_is_empty_now_removes_nothing(s3, run, held):
    """A bucket has no folders: one whose files are gone cannot be told from one misspelt."""
    s3.put("reports/a.pdf", "words")
    run("s3://bucket/reports")
    s3.files.clear()
    with pytest.raises(UsageError, match="there is nothing"):
        run("s3://bucket/reports", allow_removals=True)
    assert set(held()) == {"s3://bucket/reports/a.pdf"}


def test_copies_have_names_of_ours(docs, run, layout, monkeypatch):
    made = []
    fetch = fetching.fetch

    def noted(address: str, to: Path, most_bytes: int) -> str:
        made.append(to)
        return fetch(address, to, most_bytes)

    monkeypatch.setattr(fetching, "fetch", noted)
    docs.put("docs/odd.name.PDF", "words")
    run(f"{docs.address}/docs/", f"{docs.address}/docs/readme.xyz")
    assert {copy.parent.parent for copy in made} == {layout.root}
    assert {copy.suffix for copy in made} == {".pdf", ""}
