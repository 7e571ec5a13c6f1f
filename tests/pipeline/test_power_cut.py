"""The power goes in the middle of an indexing run."""

import pytest
from power_cut import Disk
from store.index_content import content

from mmrag.errors import IndexMissing
from mmrag.pipeline import group
from mmrag.pipeline.run import index_paths
from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.store.layout import IndexLayout
from mmrag.store.pictures import PictureStore


@pytest.fixture
def cuts(run, write, layout, tmp_path, with_images, monkeypatch):
    """What a power cut after each commit of a run would leave, commits written by chance."""
    for name in "abc":
        write(f"{name}.pdf", f"{name} one\nFigure 1: of {name}\f{name} two")
    monkeypatch.setattr(group, "FULL_GROUP_TEXTS", 1)
    monkeypatch.setattr(group, "MAX_WAITING_TEXTS", 1)  # a document a group, however fast each is
    left = []

    def cut(disk):
        folder = tmp_path / f"left-{len(left)}"
        left.append(IndexLayout(disk.cut(folder, commits_are_kept=True)))

    with monkeypatch.context() as watched:
        Disk(layout.root, watched, after_commit=cut)
        run(models=with_images)
    assert len(left) > 6
    return left


@pytest.mark.promise(44)
def test_a_document_that_a_power_cut_leaves_has_its_pictures(cuts):
    seen = set()
    for left in cuts:
        try:
            with Catalog.open(left) as catalog:
                named = set(catalog.picture_hashes())
                seen.add(len(catalog.documents.all()))
        except IndexMissing:
            continue
        assert all(PictureStore(left).is_whole(sha256) for sha256 in named)
        assert not [fault for fault in check(left) if fault.message == "is missing"]
    assert seen == {0, 1, 2, 3}


@pytest.mark.promise(44)
def test_the_next_run_ends_in_the_index_of_an_undisturbed_one(
    cuts, folder, layout, parser, with_images, read_by
):
    truth = content(layout.root)
    for left in cuts:
        index_paths(left, [folder], with_images, open_engine=read_by(parser))
        assert content(left.root) == truth
