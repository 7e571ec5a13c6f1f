"""Pictures that are kept, and those that are drawn when they are asked for."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mmrag.disk_cache import DiskCache
from mmrag.errors import DocumentError, UsageError
from mmrag.readings import PictureSource
from mmrag.store.item_pictures import ItemPictures, NoPicture
from mmrag.store.pictures import PictureStore
from mmrag.types import Picture

DRAWN = b"drawn"


class Drawing:
    """Draws everything alike, and remembers what it was asked for, a list a start."""

    def __init__(self, fault: str = "") -> None:
        self.asked: list[list[PictureSource]] = []
        self.fault = fault

    def draw(
        self, sources: Iterable[PictureSource]
    ) -> Iterator[tuple[PictureSource, Picture | DocumentError]]:
        self.asked.append(list(sources))
        picture = Picture(hashlib.sha256(DRAWN).hexdigest(), DRAWN, "jpeg", 1, 1)
        for source in self.asked[-1]:
            yield source, DocumentError(self.fault) if self.fault else picture


@pytest.fixture
def document(catalog, make_document, put):
    """A document of two pages with a figure each, whose pictures are not kept."""
    return put(catalog, make_document("/docs/a.pdf", "alpha", "beta", keeps_pictures=False))


def pictures(catalog, drawing: Drawing, tmp_path: Path) -> ItemPictures:
    return ItemPictures(catalog, lambda: drawing, DiskCache(tmp_path / "cache"))


def test_what_is_not_kept_is_drawn_all_at_once_and_not_again(catalog, document, tmp_path) -> None:
    drawing = Drawing()
    page, figure = document.pages[1], document.figures[0]
    found = pictures(catalog, drawing, tmp_path)
    files = found.files([page.id, figure.id])
    assert {file.read_bytes() for file in files.values()} == {DRAWN}
    sha256 = document.document.sha256
    assert drawing.asked == [
        [
            PictureSource(page.id, Path("/docs/a.pdf"), 2, None, sha256),
            PictureSource(figure.id, Path("/docs/a.pdf"), 1, figure.bbox, sha256),
        ]
    ]
    assert found.read(page.id) == (DRAWN, "jpeg")
    assert pictures(catalog, drawing, tmp_path).file(figure.id) == files[figure.id]
    assert len(drawing.asked) == 1


def test_files_come_in_the_order_asked_for_whichever_is_drawn_first(
    catalog, document, tmp_path
) -> None:
    found = pictures(catalog, Drawing(), tmp_path)
    wanted = [page.id for page in document.pages]
    found.file(wanted[1])  # known from here on, while the other has to be drawn
    assert found.in_order(wanted) == [found.file(name) for name in wanted]
    assert found.in_order(wanted)[0] != found.in_order(wanted)[1]


def test_why_it_cannot_be_drawn_is_said_for_each(catalog, document, tmp_path) -> None:
    found = pictures(catalog, Drawing("/docs/a.pdf: the file is gone"), tmp_path)
    with pytest.raises(UsageError, match=r"not kept, and cannot be drawn: /docs/a.pdf: .* gone"):
        found.open(document.pages[0].id)
    [error] = found.images(["00000000-p0001"]).values()
    assert "not in the index" in str(error)


def test_where_the_cache_cannot_be_written_that_is_said(catalog, document, tmp_path) -> None:
    (tmp_path / "cache").write_text("in the way")
    with pytest.raises(UsageError, match=r"cache cannot be written"):
        pictures(catalog, Drawing(), tmp_path).file(document.pages[0].id)


def test_kept_pictures_are_opened_and_never_drawn(catalog, make_document, put, tmp_path) -> None:
    data = b"kept"
    name = hashlib.sha256(data).hexdigest()
    made = make_document("/docs/b.pdf", "alpha", "beta", "gamma")
    lost = hashlib.sha256(b"lost").hexdigest()
    pages = [
        replace(page, picture=picture)
        for page, picture in zip(made.pages, (name, lost, None), strict=True)
    ]
    put(catalog, replace(made, pages=tuple(pages)))
    PictureStore(catalog.layout).save(Picture(name, data, "png", 1, 1))
    drawing = Drawing()
    found = pictures(catalog, drawing, tmp_path)
    assert found.read(pages[0].id) == (data, "png")
    with pytest.raises(UsageError, match="is not stored"):
        found.file(pages[1].id)
    with pytest.raises(NoPicture, match="mmrag status"):
        found.file(pages[2].id)
    assert not drawing.asked
    PictureStore(catalog.layout).path(name).write_bytes(b"other")
    with pytest.raises(UsageError, match="is damaged"):
        found.read(pages[0].id)
