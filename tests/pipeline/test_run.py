import os
import shutil
from pathlib import Path

import pytest
from store.index_content import content

from mmrag.errors import IndexLocked, ModelMissing, SpaceMismatch, UsageError
from mmrag.ingest.events import FileCounted, FileParsed
from mmrag.pipeline.run import index_paths
from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.store.layout import IndexLayout
from mmrag.store.pictures import PictureStore
from mmrag.store.vector_store import open_vector_store
from mmrag.types import Space


def outcomes(files):
    return {Path(item.path).name: str(item.problems[0]) for item in files}


def test_a_folder_is_indexed_with_all_channels(run, write, layout, with_images):
    write("a.pdf", "alpha one\nFigure 1: bars\fomega two")
    write("deep/b.pdf", "beta")
    report = run(models=with_images)
    assert (report.stored, report.pages, report.figures, report.passages) == (2, 3, 1, 3)
    assert report.complete
    assert report.index_pages == 3
    assert report.bytes_per_page > 0
    assert {"compare", "read", "encode", "store", "finish", "total"} <= set(report.seconds)
    with Catalog.open(layout) as catalog:
        assert catalog.counts().vectors == {"passage": 3, "description": 1, "image": 4}
        query = with_images.text_encoder().encode(["omega two"])
        best = open_vector_store(catalog).search("passage", query, 1)[0][0][0]
        assert catalog.passages.get(best).text == "omega two"
        assert catalog.words.search("bars", 3)
        assert catalog.runs.last()[0].status == "done"
    assert check(layout) == []


def test_a_second_run_reads_nothing_and_loads_no_model(run, write, parser, fake, layout):
    write("a.pdf", "alpha\nFigure 1: bars")
    run()

    def never():
        raise AssertionError("a model was loaded")

    with Catalog.create(layout) as catalog:
        catalog.vectors.drop_channel("image")  # marks it as one to look through
        catalog.vectors.set_unfilled(["passage"])
    report = run(models=fake(text_encoder=never))
    assert (report.unchanged, report.stored) == (1, 0)
    assert report.complete
    assert parser.read == ["a.pdf"]


def test_only_what_changed_is_read_again(run, write, parser, paths):
    write("a.pdf", "alpha")
    write("b.pdf", "beta")
    run()
    before = paths()
    write("b.pdf", "beta changed")
    report = run()
    assert parser.read == ["a.pdf", "b.pdf", "b.pdf"]
    assert (report.stored, report.unchanged) == (1, 1)
    assert paths()["a.pdf"] == before["a.pdf"]
    assert paths()["b.pdf"] != before["b.pdf"]


def test_a_touched_file_is_not_read_again(run, write, parser, monkeypatch):
    path = write("a.pdf", "alpha")
    run()
    os.utime(path, ns=(5, 5))
    assert run().unchanged == 1
    monkeypatch.setattr("mmrag.ids.file_sha256", lambda path: pytest.fail("hashed again"))
    assert run().unchanged == 1
    assert parser.read == ["a.pdf"]


def test_a_vanished_file_is_removed_with_its_pictures(run, write, layout, paths):
    write("a.pdf", "alpha")
    write("b.pdf", "beta").unlink()
    write("b.pdf", "beta")
    run()
    assert len(list(PictureStore(layout).stored())) == 2
    (layout.root.parent / "docs" / "b.pdf").unlink()
    report = run()
    assert report.removed == 1
    assert list(paths()) == ["a.pdf"]
    assert len(list(PictureStore(layout).stored())) == 1


def test_a_channel_that_lost_all_vectors_may_be_filled_by_another_encoder(
    run, write, fake, word_hash, layout
):
    class Other(word_hash):
        space = Space("other", "1" * 64, "lower", word_hash.space.dimension)

    write("a.pdf", "alpha")
    run()
    write("a.pdf", "\n")
    run()
    with Catalog.open(layout) as catalog:
        assert "passage" not in catalog.vectors.spaces()
    write("a.pdf", "beta")
    run(models=fake(text_encoder=Other))
    with Catalog.open(layout) as catalog:
        assert catalog.vectors.spaces()["passage"] == Other.space


def test_vanished_files_can_be_kept(run, write, paths, folder):
    write("a.pdf", "alpha")
    write("b.pdf", "beta")
    run()
    (folder / "b.pdf").unlink()
    assert run(keep_missing=True).removed == 0
    assert set(paths()) == {"a.pdf", "b.pdf"}


def test_a_run_on_one_folder_removes_nothing_of_another(run, write, paths, folder):
    write("one/a.pdf", "alpha")
    write("two/b.pdf", "beta")
    write("one-more/c.pdf", "gamma")
    run()
    (folder / "two" / "b.pdf").unlink()
    (folder / "one-more" / "c.pdf").unlink()
    assert run(folder / "one").removed == 0
    assert run(folder / "two", allow_removals=True).removed == 1
    assert set(paths()) == {"one/a.pdf", "one-more/c.pdf"}


def test_a_file_named_itself_is_not_lost_when_its_folder_is_indexed(run, write, paths, folder):
    odd = write("scan.bin", "alpha")
    hidden = write(".hidden.pdf", "beta")
    write("c.pdf", "gamma")
    run(odd, hidden)
    assert run().removed == 0
    assert set(paths()) == {"scan.bin", ".hidden.pdf", "c.pdf"}
    odd.unlink()
    assert run().removed == 1


def test_ignored_files_leave_the_index(run, write, paths, settings, fake):
    write("a.pdf", "alpha")
    write("drafts/b.pdf", "beta")
    run()
    ignoring = settings.model_copy(
        update={"ingest": settings.ingest.model_copy(update={"ignore": ("drafts/",)})}
    )
    assert run(models=fake(settings=ignoring)).removed == 1
    assert list(paths()) == ["a.pdf"]


def test_a_renamed_file_is_recognised(run, write, parser, paths, folder):
    path = write("a.pdf", "alpha")
    run()
    before = paths()["a.pdf"]
    (folder / "new").mkdir()
    path.rename(folder / "new" / "z.pdf")
    report = run()
    assert (report.renamed, report.removed, report.stored, report.copies) == (1, 0, 0, 0)
    assert paths() == {"new/z.pdf": before}
    assert parser.read == ["a.pdf"]


@pytest.mark.promise(1)
def test_a_document_called_as_its_file_follows_it_without_being_read(
    run, write, parser, folder, layout, tmp_path, models, read_by
):
    write("a.pdf", "Figure 1: alpha").rename(folder / "old.pdf")
    write("copy.pdf", "Figure 2: beta")
    write("twin.pdf", "Figure 2: beta")
    run()
    (folder / "old.pdf").rename(folder / "new.pdf")
    (folder / "copy.pdf").unlink()
    run()
    assert sorted(parser.read) == ["copy.pdf", "old.pdf"]
    fresh = IndexLayout(tmp_path / "fresh")
    index_paths(fresh, [folder], models, open_engine=read_by(parser))
    found, wanted = content(layout.root), content(fresh.root)
    assert {part: found[part] for part in wanted} == wanted
    with Catalog.open(layout) as catalog:
        assert {document.title for document in catalog.documents.all()} == {"new", "twin"}


def test_a_file_moved_in_from_outside_the_run_is_recognised(run, write, parser, paths, folder):
    path = write("one/a.pdf", "alpha")
    (folder / "two").mkdir()
    run()
    path.rename(folder / "two" / "a.pdf")
    assert run(folder / "two").renamed == 1
    assert list(paths()) == ["two/a.pdf"]


def test_identical_copies_are_stored_once(run, write, parser, paths, folder):
    write("a.pdf", "alpha")
    write("b.pdf", "alpha")
    report = run()
    assert (report.stored, report.copies) == (1, 1)
    write("c.pdf", "alpha")
    report = run()
    assert (report.stored, report.copies, report.unchanged) == (0, 1, 2)
    assert len(set(paths().values())) == 1
    assert parser.read == ["a.pdf"]
    (folder / "a.pdf").unlink()
    assert run().removed == 1
    assert set(paths()) == {"b.pdf", "c.pdf"}


def test_files_that_change_places_are_not_read_again(run, write, parser, paths, folder):
    a, b = write("a.pdf", "alpha"), write("b.pdf", "beta")
    run()
    before = paths()
    a.rename(folder / "x")
    b.rename(a)
    (folder / "x").rename(b)
    run()
    assert paths() == {"a.pdf": before["b.pdf"], "b.pdf": before["a.pdf"]}
    assert parser.read == ["a.pdf", "b.pdf"]


def test_a_file_moved_aside_and_replaced_is_read_once(run, write, parser, paths, folder):
    write("a.pdf", "alpha")
    run()
    before = paths()["a.pdf"]
    (folder / "a.pdf").rename(folder / "old.pdf")
    write("a.pdf", "another")
    run()
    assert paths()["old.pdf"] == before != paths()["a.pdf"]
    assert parser.read == ["a.pdf", "a.pdf"]


def test_a_file_that_fails_is_listed_and_the_rest_goes_on(run, write, parser, paths):
    write("a.pdf", "FAIL needs a password")
    write("b.pdf", "beta")
    write("copy.pdf", "FAIL needs a password")
    report = run()
    assert not report.complete
    assert outcomes(report.failed) == {
        "a.pdf": "open: needs a password",
        "copy.pdf": "open: needs a password",
    }
    assert list(paths()) == ["b.pdf"]


def test_a_failed_file_stays_listed_and_is_tried_again_only_when_asked_or_changed(
    run, write, parser
):
    path = write("a.pdf", "FAIL broken")
    run()
    assert outcomes(run().failed) == {"a.pdf": "open: broken"}
    os.utime(path, ns=(5, 5))
    assert outcomes(run().failed) == {"a.pdf": "open: broken"}
    assert parser.read == ["a.pdf"]
    assert not run(retry_failed=True).complete
    assert parser.read == ["a.pdf"] * 2
    write("a.pdf", "well again")
    assert run().complete
    path.unlink()
    write("b.pdf", "FAIL broken")
    run()
    path.with_name("b.pdf").unlink()
    write("c.pdf", "gamma")
    assert run().failed == ()


def test_pipes_devices_and_endless_links_fail_and_the_rest_goes_on(run, write, folder):
    write("a.pdf", "alpha")
    os.mkfifo(folder / "pipe.pdf")
    (folder / "zero.pdf").symlink_to("/dev/zero")
    (folder / "loop.pdf").symlink_to("loop.pdf")
    report = run()
    assert report.stored == 1
    assert outcomes(report.failed) == {
        "pipe.pdf": "open: cannot be read: not a regular file",
        "zero.pdf": "open: cannot be read: not a regular file",
        "loop.pdf": "open: cannot be read: Too many levels of symbolic links",
    }
    assert run(folder / "pipe.pdf").failed


@pytest.mark.promise(20)
def test_a_file_that_wants_a_password_is_tried_again_with_a_password_file(
    run, write, parser, tmp_path
):
    write("a.pdf", "FAIL needs a password")
    write("b.pdf", "FAIL broken")
    (tmp_path / "known.txt").write_text("secret")
    known = str(tmp_path / "known.txt")
    for passwords in (None, None, known):
        run(password_file=passwords)
    assert parser.read == ["a.pdf", "b.pdf", "a.pdf"]
    (tmp_path / "known.txt").unlink()
    with pytest.raises(UsageError, match=r"known\.txt"):
        run(password_file=known)


def test_a_changed_file_that_fails_is_no_longer_served(run, write, paths):
    write("a.pdf", "alpha")
    write("b.pdf", "beta")
    run()
    write("a.pdf", "FAIL broken")
    run()
    assert list(paths()) == ["b.pdf"]


def test_a_file_out_of_reach_keeps_what_is_stored(run, write, paths, monkeypatch):
    write("a.pdf", "alpha")
    run()
    write("a.pdf", "alpha changed")

    def denied(path):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("mmrag.ids.file_sha256", denied)
        assert outcomes(run().failed) == {"a.pdf": "open: cannot be read: Permission denied"}
    assert list(paths()) == ["a.pdf"]
    report = run()
    assert (report.stored, report.failed) == (1, ())


def test_a_partial_document_is_stored_listed_and_read_again_when_asked(run, write, parser, paths):
    write("a.pdf", "PARTIAL alpha")
    write("b.pdf", "beta")
    for report in (run(), run()):
        assert outcomes(report.partial) == {"a.pdf": "render page 1: signal 11"}
        assert not report.complete
    assert parser.read == ["a.pdf", "b.pdf"]
    run(retry_failed=True)
    assert parser.read == ["a.pdf", "b.pdf", "a.pdf"]
    assert set(paths()) == {"a.pdf", "b.pdf"}


def test_a_rebuild_reads_everything_and_ends_in_the_same_index(run, write, parser, paths):
    write("a.pdf", "alpha")
    write("b.pdf", "alpha")
    run()
    before = paths()
    assert run(rebuild=True).stored == 1
    assert paths() == before
    assert parser.read == ["a.pdf", "a.pdf"]


def test_a_folder_that_cannot_be_listed_loses_nothing(run, write, paths, folder, monkeypatch):
    write("a.pdf", "alpha")
    write("locked/b.pdf", "beta")
    run()
    listing = os.scandir

    def scandir(path):
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr("os.scandir", scandir)
    report = run()
    assert report.removed == 0
    assert "cannot be listed" in outcomes(report.failed)["locked"]
    assert set(paths()) == {"a.pdf", "locked/b.pdf"}


def test_an_empty_folder_is_listed_and_a_missing_one_is_refused(run, folder, layout):
    assert outcomes(run().failed) == {"docs": "walk: no PDF or image in this folder"}
    shutil.rmtree(layout.root)
    with pytest.raises(UsageError, match="no such file"):
        run(folder / "nowhere")
    assert not layout.root.exists()


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_run(run, write, parser, paths):
    path = write("a.pdf", "alpha")

    def parse(tasks, save):
        for event in parser(tasks, save):
            if isinstance(event, FileParsed) and len(parser.read) == 1:
                path.write_text("omega")
            yield event

    report = run(parse=parse)
    assert "changed while it was read" in outcomes(report.failed)["a.pdf"]
    assert paths() == {}
    assert run().complete
    assert len(paths()) == 1


@pytest.mark.promise(21)
def test_a_file_name_that_is_not_utf8_is_indexed_and_found_again(run, folder, paths):
    name = os.fsdecode(b"caf\xe9 \xff.pdf")
    (folder / name).write_text("alpha")
    assert run().stored == 1
    assert list(paths()) == [name]
    assert run().unchanged == 1
    (folder / name).unlink()
    (folder / "b.pdf").write_text("beta")
    assert run().removed == 1


def test_documents_whose_hashes_begin_alike_get_longer_ids(run, write, paths, monkeypatch):
    texts = {"a.pdf": "alpha", "b.pdf": "beta", "c.pdf": "gamma"}
    for name, text in texts.items():
        write(name, text)
    hashes = {name: "abcd1234" + f"{n}" * 56 for n, name in enumerate(texts)}
    monkeypatch.setattr("mmrag.ids.file_sha256", lambda path: hashes[path.name])
    run()
    assert paths() == {"a.pdf": "abcd1234", "b.pdf": "abcd123411", "c.pdf": "abcd123422"}
    run(rebuild=True)
    assert paths() == {"a.pdf": "abcd1234", "b.pdf": "abcd123411", "c.pdf": "abcd123422"}


@pytest.mark.promise(10)
def test_another_encoder_is_refused_before_anything_is_stored(run, write, fake, word_hash, paths):
    class Other(word_hash):
        space = Space("other", "1" * 64, "lower", 32)

    write("a.pdf", "alpha")
    run()
    write("b.pdf", "beta")
    with pytest.raises(SpaceMismatch, match="--reencode"):
        run(models=fake(text_encoder=Other))
    assert list(paths()) == ["a.pdf"]
    assert run().complete


def test_without_a_text_model_the_words_are_indexed_and_the_vectors_filled_in_later(
    run, write, fake, layout
):
    def missing():
        raise ModelMissing("weights not found: run `mmrag models pull`")

    write("a.pdf", "alpha\nFigure 1: bars")
    report = run(models=fake(text_encoder=missing))
    assert not report.complete
    assert report.problems == (
        "passage and description channels not filled: weights not found: run `mmrag models pull`",
    )
    with Catalog.open(layout) as catalog:
        assert catalog.words.search("alpha", 3)
        assert catalog.counts().vectors == {}
    assert run().complete
    with Catalog.open(layout) as catalog:
        assert catalog.counts().vectors == {"passage": 1, "description": 1}


def test_without_an_image_model_a_note_says_how_to_fill_the_channel(run, write):
    write("a.pdf", "alpha")
    report = run()
    assert "mmrag index --channel image" in report.notes[0]
    assert report.complete


def test_progress_tells_files_pages_and_figures(run, write):
    write("a.pdf", "alpha\nFigure 1: x\fbeta")
    write("b.pdf", "FAIL broken")
    events = []
    run(on_event=events.append)
    assert [event.stage for event in events[:2]] == ["compare", "compare"]
    last = [event for event in events if event.stage == "read"][-1]
    assert (last.files, last.files_total, last.failed) == (2, 2, 1)
    assert (last.pages, last.pages_total, last.figures) == (2, 2, 1)
    assert events[-1].stage == "finish"


def test_progress_knows_how_many_pages_there_are_before_the_first_is_read(run, write, parser):
    def counting(tasks, save):
        for task in tasks:
            text = task.path.read_text()
            yield FileCounted(task.path, text.count("\f") + 1)
        yield from parser(tasks, save)

    write("a.pdf", "alpha\fbeta\fgamma")
    write("b.pdf", "FAIL\fbroken\fafter it was counted")
    write("c.pdf", "delta")
    events = []
    run(parse=counting, on_event=events.append)
    counted = [event for event in events if event.stage == "count"]
    assert [(event.files, event.pages_total) for event in counted] == [(1, 3), (2, 6), (3, 7)]
    reading = [event for event in events if event.stage == "read"]
    assert (reading[0].files, reading[0].pages, reading[0].pages_total) == (0, 0, 7)
    encoding = [event.pages_encoded for event in events if event.stage == "encode"]
    assert encoding == sorted(encoding)
    last = reading[-1]
    assert (last.files, last.failed) == (3, 1)
    assert (last.pages, last.pages_total, last.pages_encoded) == (4, 4, 4)


def test_an_interrupted_run_keeps_what_is_stored_and_the_next_goes_on(
    run, write, parser, layout, paths, monkeypatch
):
    monkeypatch.setattr("mmrag.pipeline.group.FULL_GROUP_TEXTS", 1)
    monkeypatch.setattr("mmrag.pipeline.group.MAX_WAITING_TEXTS", 1)
    closed = []

    def parse(tasks, save):
        try:
            for number, event in enumerate(parser(tasks, save)):
                if number == 5:
                    raise KeyboardInterrupt
                yield event
        finally:
            closed.append(True)

    write("a.pdf", "alpha")
    write("b.pdf", "beta")
    write("c.pdf", "gamma")
    report = run(parse=parse)
    assert report.interrupted
    assert not report.complete
    assert closed == [True]
    kept = report.stored
    assert list(paths()) == ["a.pdf", "b.pdf"][:kept]
    assert kept >= 1, "what was encoded while the next file was read"
    with Catalog.open(layout) as catalog:
        assert catalog.runs.last()[0].status == "interrupted"
    assert len(list(PictureStore(layout).stored())) > 1
    report = run()
    assert (report.stored, report.unchanged) == (3 - kept, kept)
    assert check(layout) == []


def test_many_small_files_are_encoded_together(run, write, fake, word_hash):
    calls = []

    class Counting(word_hash):
        def encode(self, texts):
            calls.append(len(texts))
            return super().encode(texts)

    for n in range(20):
        write(f"{n}.pdf", f"text {n}")
    run(models=fake(text_encoder=Counting))
    assert calls == [20]


def test_a_second_run_at_the_same_time_is_told_who_writes(run, write, parser):
    write("a.pdf", "alpha")
    met = []

    def parse(tasks, save):
        with pytest.raises(IndexLocked, match="is writing to this index"):
            run()
        met.append(True)
        yield from parser(tasks, save)

    run(parse=parse)
    assert met == [True]


def test_a_document_that_lost_a_picture_is_read_again(run, write, layout, parser):
    write("a.pdf", "alpha")
    write("b.pdf", "beta")
    run()
    store = PictureStore(layout)
    store.remove([next(store.stored())])
    check(layout, repair=True)
    run()
    assert len(parser.read) == 3
    assert check(layout) == []


@pytest.mark.promise(40)
def test_what_changed_in_the_database_is_read_and_encoded_again(run, write, layout):
    write("a.pdf", "alpha 331.2\nFigure 1: bars")
    write("b.pdf", "beta")
    run()
    sound = content(layout.root)
    assert sound["faults"] == []
    with Catalog.open(layout, write=True) as catalog:
        catalog.session.execute("update pages set text = replace(text, '331.2', '931.2')")
        catalog.session.execute(
            "update vectors set row = (select row from vectors order by id desc) where id = 1"
        )
    assert {fault.part for fault in check(layout)} == {"texts", "vectors"}
    check(layout, repair=True)
    run()
    assert content(layout.root) == sound


@pytest.mark.promise(45)
@pytest.mark.parametrize("text", ["LATE alpha", "FAIL timeout after 20 s"])
def test_a_file_that_ran_out_of_time_is_read_again_by_the_next_run_and_no_more(
    run, write, parser, text
):
    write("a.pdf", text)
    write("copy.pdf", text)
    write("b.pdf", "beta")
    assert "1 files ran out of time" in run().notes[-1]
    report = run()
    assert parser.read == ["a.pdf", "b.pdf", "a.pdf"]
    assert len(report.partial) + len(report.failed) == 2
    assert not any("ran out of time" in note for note in report.notes)
    run()
    assert parser.read == ["a.pdf", "b.pdf", "a.pdf"]
    run(retry_failed=True)
    assert parser.read == ["a.pdf", "b.pdf", "a.pdf", "a.pdf"]


@pytest.mark.promise(46)
def test_other_bytes_under_the_same_size_and_time_are_found_when_asked_for(
    run, write, parser, paths
):
    file = write("a.pdf", "alpha")
    write("b.pdf", "beta")
    run()
    stamp, before = file.stat(), paths()
    write("a.pdf", "omega")
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert run().unchanged == 2
    report = run(verify=True)
    assert (report.stored, report.unchanged) == (1, 1)
    assert parser.read == ["a.pdf", "b.pdf", "a.pdf"]
    assert paths()["a.pdf"] != before["a.pdf"]
    assert run(verify=True).unchanged == 2


@pytest.mark.promise(46)
def test_a_clock_that_jumps_changes_nothing(run, write, layout, parser, monkeypatch):
    write("a.pdf", "alpha\nFigure 1: bars")
    run()
    truth = content(layout.root)
    clock = iter(range(2_000_000_000, 0, -100_000_000))
    monkeypatch.setattr("time.time", lambda: float(next(clock, 0)))
    file = write("b.pdf", "beta")
    os.utime(file, ns=(-(10**18), -(10**18)))
    assert run().stored == 1
    os.utime(file, ns=(10**19 // 2, 10**19 // 2))  # touched in a far future
    assert run().unchanged == 2
    file.unlink()
    run()
    assert parser.read == ["a.pdf", "b.pdf"]
    assert content(layout.root) == truth
