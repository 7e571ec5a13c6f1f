"""Descriptions by a model, one figure at a time, each stored as soon as it is there."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from mmrag import audit, ids
from mmrag.errors import MmragError, ModelMissing, PicturesRefused, UsageError
from mmrag.protocols import Describer, FigureView, GridReader, Served
from mmrag.reports import DescribeReport
from mmrag.side_by_side import as_done
from mmrag.store.catalog import Catalog
from mmrag.store.item_pictures import ItemPictures, NoPicture
from mmrag.types import Description, Figure, Grid

if TYPE_CHECKING:
    from PIL import Image

DRAWN_AT_ONCE = 16
"""Figures whose pictures are in memory; drawing so many takes as long as starting who draws."""

View = FigureView | tuple[Figure, Exception]
Reply = tuple[Figure, str | Exception, Grid | Exception | None]


def describe_missing(
    catalog: Catalog,
    pictures: ItemPictures,
    describer: Describer,
    reader: GridReader | None = None,
    *,
    retry: bool = False,
    on_figure: Callable[[int, int], None] = lambda done, total: None,
) -> DescribeReport:
    """Describe the figures that this describer has not described with its present prompt.

    Each description is a transaction of its own, so a crash loses at most the figures under
    way. A figure that fails is recorded with its reason and tried again only with `retry`.
    Where there is a `reader`, it reads the tables among them that have no grid. One that it cannot
    read is recorded under the reader's name, and the figure counts as described.
    A model that is not there at all (`ModelMissing`) or sees no pictures (`PicturesRefused`) ends
    it: the other figures stay missing.
    """
    start = time.monotonic()
    missing = catalog.descriptions.missing(describer.name, describer.prompt_version, retry=retry)
    described, stopped = 0, ""
    reading = "" if reader is None else f"{reader.name} (table)"
    describe = partial(_reply, describer, reader)
    replies = as_done(describe, _views(catalog, pictures, missing), describer.parallel)
    for done, (figure, reply, grid) in enumerate(replies, start=1):
        if isinstance(reply, ModelMissing | PicturesRefused):
            stopped = str(reply)
            break
        if isinstance(reply, Exception):
            catalog.descriptions.set_failure(figure.id, describer.name, _reason(reply))
        else:
            by, version = describer.name, describer.prompt_version
            made = Description(figure.id, reply, by, version, audit.trust(reply, figure))
            catalog.put_descriptions([made])
            described += 1
        if isinstance(grid, Exception):
            catalog.descriptions.set_failure(figure.id, reading, _reason(grid))
        elif grid is not None:
            catalog.put_grid(grid)
        on_figure(done, len(missing))
    failed = tuple(
        (failure.figure_id, failure.reason)
        for failure in catalog.descriptions.failures()
        if failure.describer == describer.name
    )
    seconds = time.monotonic() - start
    servers = describer.servers if isinstance(describer, Served) else ()
    return DescribeReport(describer.name, described, failed, seconds, stopped, servers)


def _views(catalog: Catalog, pictures: ItemPictures, figure_ids: Sequence[str]) -> Iterator[View]:
    """What the describer may see of each figure; the error where its picture cannot be read."""
    titles = {document.id: document.title for document in catalog.documents.all()}
    for figure_id, image in _pictures(pictures, figure_ids):
        figure = catalog.figures.get(figure_id)
        place = ids.parse_image_id(figure_id)
        assert place is not None, figure_id
        if isinstance(image, UsageError) and not isinstance(image, NoPicture):
            yield figure, image
            continue
        seen = None if isinstance(image, NoPicture) else image
        grid = catalog.grids.of_figures([figure_id]).get(figure_id)
        graph = catalog.graphs.of_figures([figure_id]).get(figure_id)
        yield FigureView(figure, titles[place.document_id], place.page, seen, grid, graph)


def _pictures(
    pictures: ItemPictures, figure_ids: Sequence[str]
) -> "Iterator[tuple[str, Image.Image | UsageError]]":
    """Each figure with its picture; those that have to be drawn are drawn some at a time."""
    for start in range(0, len(figure_ids), DRAWN_AT_ONCE):
        yield from pictures.images(figure_ids[start : start + DRAWN_AT_ONCE]).items()


def _reply(describer: Describer, reader: GridReader | None, view: View) -> Reply:
    if isinstance(view, tuple):
        return *view, None
    try:
        text = describer.describe(view).strip()
    except Exception as error:  # whatever a model does, the run goes on with the next figure
        return view.figure, error, None
    grid: Grid | Exception | None = None
    if reader is not None and view.figure.kind == "table" and view.grid is None:
        try:
            grid = reader.read(view)
        except Exception as error:
            grid = error
    return view.figure, text or ValueError("the description is empty"), grid


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, MmragError) else f"{type(error).__name__}: {error}"
