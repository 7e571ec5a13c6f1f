import hashlib
import os
import stat

import pytest

from mmrag.store.backup import back_up
from mmrag.store.catalog import Catalog
from mmrag.store.faiss_store import FaissStore
from mmrag.store.pictures import PictureStore
from mmrag.types import Picture


@pytest.mark.promise(43)
@pytest.mark.parametrize("mask", [0, 0o277, 0o777])
def test_what_an_index_holds_is_its_owners_alone_whatever_the_mask(
    layout, make_document, put, tmp_path, mask
):
    data = b"a picture"
    before = os.umask(mask)
    try:
        with Catalog.create(layout) as catalog:
            put(catalog, make_document("/docs/a.pdf", "alpha"))
            PictureStore(layout).save(Picture(hashlib.sha256(data).hexdigest(), data, "png", 1, 1))
            FaissStore(catalog).publish()
            modes = {
                path: stat.S_IMODE(path.stat().st_mode)
                for path in (layout.root, *layout.root.rglob("*"))
            }
            back_up(catalog, tmp_path / "backup")
    finally:
        os.umask(before)
    assert {path.suffix for path in modes} >= {".db", ".db-wal", ".lock", ".png", ".faiss", ".json"}
    assert {path.parent.name for path in modes} >= {"pictures", "vectors"}
    for path, mode in modes.items():
        assert mode == (0o700 if path.is_dir() else 0o600), path
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600


def test_the_mode_of_a_folder_that_is_there_stays(layout):
    layout.root.mkdir(0o750)
    Catalog.create(layout).close()
    assert stat.S_IMODE(layout.root.stat().st_mode) == 0o750
