"""Evidence that was no hit, and that an answer needs beside those that were."""

from collections.abc import Iterable
from dataclasses import replace

from mmrag.ids import page_of
from mmrag.retrieve.lines import with_lines
from mmrag.store.catalog import Catalog
from mmrag.types import Evidence

_LONGEST_TEXT = 4000  # characters of a piece that may be quoted, as of other evidence


def evidence_of(catalog: Catalog, like: Evidence, image_ids: Iterable[str]) -> list[Evidence]:
    """Pages and figures that were no hits, of the document that evidence `like` it is of."""
    wanted = list(dict.fromkeys(image_ids))
    figures = catalog.figures.by_id(wanted)
    pages = catalog.pages.by_id(map(page_of, wanted))
    found = []
    for name in wanted:
        page, figure = pages[page_of(name)], figures.get(name)
        text = page.text if figure is None else figure.text
        found.append(
            replace(
                like,
                image_id=name,
                kind="page" if figure is None else figure.kind,
                page=page.number,
                page_label=page.label,
                bbox=None if figure is None else figure.bbox,
                quotable=text[:_LONGEST_TEXT],
                caption="" if figure is None else figure.caption,
                description="",
                sha256=page.picture if figure is None else figure.picture,
                continues=None,
                tables=(),
                image=None,
            )
        )
    return with_lines(catalog, found)
