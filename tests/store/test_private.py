import os
import stat

from mmrag.store.catalog import Catalog
from mmrag.store.faiss_store import FaissStore


def test_what_an_index_holds_is_its_owners_alone(layout, make_document, put):
    """Also where the user's mask would let everybody read."""
    mask = os.umask(0)
    try:
        with Catalog.create(layout) as catalog:
            put(catalog, make_document("/docs/a.pdf", "alpha"))
            FaissStore(catalog).publish()
            modes = {
                path.relative_to(layout.root): stat.S_IMODE(path.stat().st_mode)
                for path in (layout.root, layout.vectors, *layout.root.glob("index.db*"))
            }
    finally:
        os.umask(mask)
    assert len(modes) == 5
    assert not any(mode & 0o077 for mode in modes.values()), modes


def test_the_mode_of_a_folder_that_is_there_stays(layout):
    layout.root.mkdir(0o750)
    Catalog.create(layout).close()
    assert stat.S_IMODE(layout.root.stat().st_mode) == 0o750
