"""Files behind addresses, which the readers of a cluster fetch, hash and read themselves."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pymupdf
import pytest
from ray_cluster import readers
from store.index_content import content

from mmrag.config import IngestSettings, Settings
from mmrag.ingest.events import ParseTask
from mmrag.ingest.remote import copies, fetching
from mmrag.models import Models
from mmrag.pipeline.engines import engine
from mmrag.pipeline.run import index_paths
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout

pytest.importorskip("ray", reason="Ray is not installed: pip install 'mmrag[ray]'")


@pytest.fixture(scope="module")
def models() -> Iterator[Models]:
    settings = {"ocr": {"engine": "none"}, "ingest": {"workers": 2}}
    with Models(Settings.model_validate(settings)) as models:
        yield models


def pdf(*pages: str) -> bytes:
    with pymupdf.open() as document:
        for text in pages:
            document.new_page(width=300, height=200).insert_text((20, 40), text)
        data: bytes = document.tobytes(no_new_id=True)
        return data


@pytest.fixture
def docs(web):
    """Four files of a web server, one of which holds another."""
    for name in ("a.pdf", "b.pdf", "sub/c.pdf"):
        web.put(f"docs/{name}", pdf(f"Towers of {name}.", "They stand on granite."))
    web.put("docs/notes.md", "# Notes\n\nCables run over four valleys.\n")
    return web


@pytest.fixture
def not_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process fetches nothing."""

    def refuse(address: str, to: Path, most_bytes: int) -> str:
        raise AssertionError(f"{address} was fetched by the machine that starts the run")

    monkeypatch.setattr(fetching, "fetch", refuse)


def fetched_here(report) -> list[str]:
    return [note for note in report.notes if "fetched by this machine" in note]


def asked(place) -> list[str]:
    return sorted(name for name in place.read if not name.endswith("/"))


@pytest.mark.usefixtures("ray_cluster")
@pytest.mark.promise(68)
def test_readers_fetch_files_once_and_the_index_is_that_of_a_local_run(
    docs, models, tmp_path, monkeypatch, not_here
) -> None:
    address = f"{docs.address}/docs/"
    made, truth = IndexLayout(tmp_path / "made"), IndexLayout(tmp_path / "truth")
    report = index_paths(made, [address], models, open_engine=engine("ray"))
    assert (report.stored, report.failed, fetched_here(report)) == (4, (), [])
    assert asked(docs) == [f"docs/{name}" for name in ("a.pdf", "b.pdf", "notes.md", "sub/c.pdf")]
    monkeypatch.undo()
    index_paths(truth, [address], models)
    found, wanted = content(made.root), content(truth.root)
    assert found["faults"] == []
    del found["vectors"], wanted["vectors"]  # whose rounding is told of in test_ray_engine
    assert found == wanted


@pytest.mark.usefixtures("ray_cluster", "not_here")
def test_what_is_known_by_its_hash_is_not_read_again(docs, models, tmp_path) -> None:
    layout, address = IndexLayout(tmp_path / "made"), f"{docs.address}/docs/"
    index_paths(layout, [address], models, open_engine=engine("ray"))
    docs.put("docs/a.pdf", docs.files["docs/a.pdf"])  # touched
    docs.put("docs/copy.pdf", docs.files["docs/b.pdf"])
    docs.changed["docs/a.pdf"] = docs.changed["docs/a.pdf"].replace(year=2020)
    docs.read.clear()
    report = index_paths(layout, [address], models, open_engine=engine("ray"))
    assert (report.stored, report.copies, report.failed) == (0, 1, ())
    assert asked(docs) == ["docs/a.pdf", "docs/copy.pdf"]
    with Catalog.open(layout) as catalog:
        assert f"{address}copy.pdf" in catalog.sources.all()
    docs.read.clear()
    psutil.wait_procs(readers(), timeout=20)  # those of the run before
    started: list[bool] = []

    def note(progress) -> None:
        started.append(bool(readers()))

    report = index_paths(layout, [address], models, open_engine=engine("ray"), on_event=note)
    assert (report.unchanged, asked(docs)) == (5, [])
    assert started
    assert not any(started), "where nothing is to be fetched or read no reader starts"


@pytest.mark.usefixtures("ray_cluster")
@pytest.mark.promise(68)
def test_what_readers_cannot_reach_is_fetched_here_and_told(s3, models, tmp_path) -> None:
    s3.put("reports/a.pdf", pdf("Words of a."))
    s3.put("reports/b.pdf", pdf("Words of b."))
    layout = IndexLayout(tmp_path / "made")
    report = index_paths(layout, ["s3://bucket/reports"], models, open_engine=engine("ray"))
    assert (report.stored, report.failed) == (2, ())
    [note] = fetched_here(report)
    assert note.startswith("2 files were fetched by this machine, for readers of the cluster")
    assert "MMRAG_OFFLINE" in note, "which their environment has, and not this process"


@pytest.mark.usefixtures("ray_cluster")
@pytest.mark.promise(65)
def test_what_a_reader_had_fetched_is_fetched_again_where_that_is_lost(
    docs, models, tmp_path, not_here
) -> None:
    killed: list[int] = []

    def note(progress) -> None:
        if progress.stage == "compare" and progress.files in (1, 4):
            for process in readers():
                killed.append(process.pid)
                process.send_signal(signal.SIGKILL)

    layout = IndexLayout(tmp_path / "made")
    address = f"{docs.address}/docs/"
    report = index_paths(layout, [address], models, open_engine=engine("ray"), on_event=note)
    assert killed, "the first when it had fetched a file; the one after it may not be there yet"
    assert (report.stored, report.failed, fetched_here(report)) == (4, (), [])


@pytest.fixture
def reader(docs, tmp_path, monkeypatch) -> Callable[..., object]:
    """A reader in this process."""
    from mmrag.pipeline.ray_reader import Reader, ReaderSetup

    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    made = Reader(ReaderSetup(IngestSettings(fetch_mb=1, workers=1), (), None, 150), 1)
    yield made
    made.forget()
    assert list(scratch.iterdir()) == []


def task(docs, name: str) -> ParseTask:
    return ParseTask(Path(f"{docs.address}/docs/{name}"), "0" * 64, "d")


def told(reader, asked: ParseTask) -> list[str]:
    return [type(item).__name__ for item in reader.read(asked, None, False)]


def test_a_copy_is_kept_until_its_file_is_read(docs, reader) -> None:
    wanted = task(docs, "a.pdf")
    hashed = reader.fetch(wanted.path)
    assert hashed.is_kept
    wanted = replace(wanted, sha256=hashed.sha256)
    [absent] = reader.read(replace(wanted, sha256="1" * 64), None, False)
    assert absent.why == "it has changed"
    assert told(reader, replace(wanted, only_counts=True)) == ["EventTold"]
    assert told(reader, wanted) == ["EventTold"] * 3
    assert asked(docs) == ["docs/a.pdf"]
    assert told(reader, wanted) == ["EventTold"] * 3
    assert asked(docs) == ["docs/a.pdf"] * 2, "it was let go, and is fetched again"


@pytest.mark.promise(68)
def test_without_room_a_reader_hashes_alone_and_fetches_what_it_reads(
    docs, reader, monkeypatch
) -> None:
    monkeypatch.setattr(copies, "SHARE_OF_FREE_DISK", 1e-15)
    wanted = task(docs, "a.pdf")
    hashed = reader.fetch(wanted.path)
    assert hashed.sha256
    assert not hashed.is_kept
    assert told(reader, replace(wanted, sha256=hashed.sha256)) == ["EventTold"] * 3
    assert asked(docs) == ["docs/a.pdf"] * 2


@pytest.mark.promise(68)
def test_a_reader_keeps_to_the_limits_of_the_machine_that_starts_the_run(
    docs, reader, monkeypatch
) -> None:
    docs.put("docs/large.pdf", b"x" * (2 << 20))
    assert "fetch_mb = 1" in reader.fetch(task(docs, "large.pdf").path).why
    docs.broken["docs/b.pdf"] = 403
    assert "the server answers 403" in reader.fetch(task(docs, "b.pdf").path).why
    monkeypatch.setenv("MMRAG_OFFLINE", "1")
    assert "MMRAG_OFFLINE" in reader.fetch(Path("https://example.org/a.pdf")).why
    [absent] = reader.read(ParseTask(Path("s3://bucket/a.pdf"), "0" * 64, "d"), None, False)
    assert "MMRAG_OFFLINE" in absent.why


def test_a_bucket_is_fetched_with_the_credentials_of_the_reader(s3, reader) -> None:
    s3.put("reports/a.pdf", pdf("Words of a."))
    hashed = reader.fetch(Path("s3://bucket/reports/a.pdf"))
    assert (len(hashed.sha256), hashed.why) == (64, "")
    assert os.environ["AWS_ACCESS_KEY_ID"] == "someone"
