"""Damage to the pages of the database that hold its schema, and what every reader says of it."""

import random
from collections.abc import Iterator

import pytest

from mmrag.errors import IndexUnusable
from mmrag.store import check, status
from mmrag.store.catalog import Catalog
from mmrag.store.connection import PAGE_BYTES
from mmrag.store.faiss_store import FaissStore
from mmrag.store.layout import IndexLayout

WAYS_OUT = ("`mmrag restore`", "`mmrag index", "update mmrag", "give another folder")


@pytest.fixture(scope="module")
def sound(tmp_path_factory, make_document, put) -> bytes:
    """The database of a small index."""
    layout = IndexLayout(tmp_path_factory.mktemp("sound") / "index")
    with Catalog.create(layout) as catalog:
        put(catalog, make_document("/docs/a.pdf", "alpha growth"))
    return layout.db.read_bytes()


def damaged(sound: bytes) -> Iterator[bytes]:
    """The database with bytes of its schema changed: zeros, noise, one letter, cut short."""
    starts = range(0, len(sound), PAGE_BYTES)
    pages = [0, *(at for at in starts if b"CREATE T" in sound[at : at + PAGE_BYTES])]
    chance = random.Random(7)
    for page in dict.fromkeys(pages):
        for length in (1, 1, 1, 1, 4, 60, 400, 4000):
            at = page + chance.randrange(PAGE_BYTES)
            yield sound[:at] + chance.randbytes(length) + sound[at + length :]
        yield sound[:page] + bytes(100) + sound[page + 100 :]
        yield sound[:page] + bytes(PAGE_BYTES) + sound[page + PAGE_BYTES :]
    for at in range(0, 100, 2):  # the header
        yield sound[:at] + bytes([sound[at] ^ 0xFF]) + sound[at + 1 :]
    for name in (b"pages", b"vectors", b"height", b"heading", b"channel", b"picture"):
        yield sound.replace(name, name[:-1] + b"\xa9")
        yield sound.replace(name, name[:-1] + b"x")
    yield sound[:4000]


@pytest.mark.promise(42)
def test_damage_to_the_schema_is_an_error_with_the_way_out_and_never_another(layout, sound):
    layout.root.mkdir()
    told = 0
    for data in damaged(sound):
        layout.db.write_bytes(data)
        for read in (_read, check.check, _write):
            try:
                read(layout)
            except IndexUnusable as error:
                told += 1
                assert any(way in str(error) for way in WAYS_OUT), error
        for path in layout.root.iterdir():
            path.unlink()
    assert told > 60


def _read(layout):
    with Catalog.open(layout) as catalog:
        status.of(catalog, layout, FaissStore(catalog))
        with catalog.snapshot():
            catalog.words.search("growth", 5)
            for document in catalog.documents.all():
                catalog.figures.of_document(document.id)
                for page in catalog.pages.of_document(document.id):
                    catalog.passages.of_page(page.id)


def _write(layout):
    with Catalog.create(layout) as catalog:
        run = catalog.runs.begin()
        catalog.remove_path("/docs/b.pdf")
        catalog.runs.end(run, "done", "{}")
