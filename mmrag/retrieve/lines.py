"""The lines of pages that are evidence, each with its place, so that what is cited has one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mmrag.store.catalog import Catalog
from mmrag.types import Evidence, PlacedLine


def with_lines(catalog: Catalog, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence with the lines of its pages, where the index knows their places.

    A figure has its own place, and gets none.
    """
    lines = lines_of(catalog, (item.image_id for item in evidence if item.bbox is None))
    return [replace(item, lines=lines.get(item.image_id, ())) for item in evidence]


def lines_of(catalog: Catalog, page_ids: Iterable[str]) -> dict[str, tuple[PlacedLine, ...]]:
    """The lines of pages by page ID, of those where their places are known."""
    with catalog.snapshot():
        boxes = catalog.line_boxes.of_pages(page_ids)
        pages = catalog.pages.by_id(boxes)
    return {
        name: tuple(
            PlacedLine(text, box)
            for text, box in zip(pages[name].text.split("\n"), held, strict=True)
        )
        for name, held in boxes.items()
    }
