from collections.abc import Callable
from pathlib import Path

import pytest

from mmrag.cli import watching


def test_a_document_that_is_removed_is_not_found_and_its_file_stays(
    small_index: Path, mmrag: Callable
) -> None:
    ran = mmrag("remove", "*ferry*", "--index", small_index)
    assert ran.code == 0 and "ferry-passengers-chart.png" in ran.out
    assert "ferry" not in mmrag("status", "--documents", "--index", small_index).out
    assert mmrag("remove", "*ferry*", "--index", small_index).code == 2


def test_documents_are_found_by_their_tags(small_index: Path, mmrag: Callable) -> None:
    from mmrag.store import tags
    from mmrag.store.catalog import Catalog
    from mmrag.store.layout import IndexLayout

    with Catalog.open(IndexLayout(small_index), write=True) as catalog:
        paper = next(path for path in catalog.sources.all() if path.endswith("paper.pdf"))
        tags.add(catalog, [paper], ["science"])
    ran = mmrag("search", "passengers", "--tag", "science", "--index", small_index)
    assert "drift-sensors-paper" in ran.out and "ferry" not in ran.out
    ran = mmrag("search", "passengers", "--tag", "fiction", "--index", small_index)
    assert ran.code == 2 and "the tags are science" in ran.err


def test_a_folder_is_watched_until_its_files_settle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watchfiles = pytest.importorskip("watchfiles")
    told = [{(1, str(tmp_path / "a.pdf"))}, {(1, str(tmp_path / "b.pdf"))}]
    seen: list[bool] = []

    def watch(*paths: Path, watch_filter: Callable[[object, str], bool], **options: object):
        seen.extend(
            watch_filter(1, str(tmp_path / name)) for name in ("a.pdf", ".a.swp", "index/index.db")
        )
        yield from told

    monkeypatch.setattr(watchfiles, "watch", watch)
    assert len(list(watching.changes([tmp_path], tmp_path / "index"))) == 2
    assert seen == [True, False, False]
