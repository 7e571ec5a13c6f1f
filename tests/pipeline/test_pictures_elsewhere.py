"""Runs whose pictures are kept in a bucket: there before their document, and swept when it goes."""

import pytest
from store.index_content import content

from mmrag.errors import IndexUnusable
from mmrag.pipeline.run import index_paths
from mmrag.store import picture_place
from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.store.layout import IndexLayout

fsspec = pytest.importorskip("fsspec", reason="pip install 'mmrag[remote]'")
BUCKET = "s3://bucket/kept"


@pytest.fixture
def elsewhere(fake, settings):
    store = settings.store.model_copy(update={"pictures": BUCKET})
    return fake(settings=settings.model_copy(update={"store": store}))


def stored(layout) -> set[str]:
    with Catalog.open(layout) as catalog:
        return set(picture_place.kept(catalog).stored())


def test_the_index_is_that_of_a_run_that_keeps_them_here(
    run, write, elsewhere, layout, folder, models, read_by, parser, s3, tmp_path
):
    for name in ("a", "b"):
        write(f"{name}.pdf", f"words of {name}\fFigure of {name}")
    assert run(models=elsewhere).complete
    assert not layout.pictures.exists() and not layout.spool.exists()
    truth = IndexLayout(tmp_path / "truth")
    index_paths(truth, [folder], models, open_engine=read_by(parser))
    assert content(layout.root) == content(truth.root)
    assert len(stored(layout)) > 2


@pytest.mark.promise(69)
def test_a_document_whose_pictures_the_bucket_does_not_take_is_not_stored_and_read_the_next_time(
    run, write, elsewhere, layout, s3
):
    write("a.pdf", "words of a\fFigure of a")
    run(models=elsewhere)
    before = content(layout.root)
    write("b.pdf", "words of b\fFigure of b")
    s3.broken["PUT"] = 507
    with pytest.raises(IndexUnusable, match=f"{BUCKET}.*StorageFull.*the same command goes on"):
        run(models=elsewhere)
    s3.broken.clear()
    assert content(layout.root) == before
    assert run(models=elsewhere).stored == 1
    assert check(layout) == []


def test_what_is_replaced_or_removed_takes_its_pictures_along(
    run, write, elsewhere, layout, folder, s3
):
    write("a.pdf", "words of a\fFigure of a")
    write("b.pdf", "words of b\fFigure of b")
    write("c.pdf", "words of c")
    run(models=elsewhere)
    before = stored(layout)
    write("a.pdf", "other words")
    (folder / "b.pdf").unlink()
    run(models=elsewhere)
    assert len(before - stored(layout)) > 2
    assert check(layout) == []


def test_a_run_that_adds_alone_lists_nothing(run, write, elsewhere, s3):
    write("a.pdf", "words of a\fFigure of a")
    run(models=elsewhere)
    write("b.pdf", "words of b\fFigure of b")
    s3.broken["GET"] = 500
    assert run(models=elsewhere).stored == 1


def test_a_bucket_that_lets_nothing_be_removed_costs_the_run_a_note(
    run, write, elsewhere, layout, s3
):
    write("a.pdf", "words of a\fFigure of a")
    run(models=elsewhere)
    write("a.pdf", "other words")
    s3.broken["POST"] = 403
    report = run(models=elsewhere)
    assert report.stored == 1
    assert any("nothing refers to are left" in note and BUCKET in note for note in report.notes)
    s3.broken.clear()
    assert all(fault.repaired for fault in check(layout, repair=True))
    assert check(layout) == []


def test_an_index_that_has_pictures_keeps_its_place_and_says_how_to_move_them(
    run, write, elsewhere, layout, s3
):
    write("a.pdf", "words of a\fFigure of a")
    run()
    write("b.pdf", "words of b\fFigure of b")
    report = run(models=elsewhere)
    assert any(f"mmrag store pictures --to {BUCKET}" in note for note in report.notes)
    assert s3.files == {}
