"""What is looked up by ID: whatever is no ID, or of nothing in the index, is not found."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from mmrag import boxes, contract, graphs, grids, ids
from mmrag.errors import UsageError
from mmrag.index import Index
from mmrag.reports import DocumentContents, Shown
from mmrag.retrieve import structure
from mmrag.serve.errors import NotFound
from mmrag.serve.listing import ListPart
from mmrag.store.show import mark
from mmrag.types import BBox, Cell, Document, Page

DataForm = Literal["json", "csv", "md", "mermaid", "dot"]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as it is sent: "webp", "png" or "jpeg"."""

    data: bytes
    format: str


def shown(index: Index, image_id: str) -> Shown:
    """All about one page or figure. Raises `NotFound`."""
    ref = ids.parse_image_id(image_id)
    if ref is None:
        raise NotFound("that is not the ID of a page or figure, such as 3fa9c1d2-p0012-f02")
    page_id = ids.page_id(ref.document_id, ref.page)
    catalog = index.catalog
    with catalog.snapshot():
        is_there = page_id in catalog.pages.by_id([page_id])
        if ref.figure is not None:
            figure_id = ids.figure_id(page_id, ref.figure)
            is_there = is_there and figure_id in catalog.figures.by_id([figure_id])
        if not is_there:
            raise NotFound("no page or figure of that ID is in this index")
        return index.show(image_id)


def page_of(index: Index, item: Shown) -> Page:
    """The page that a page or figure is on."""
    return index.catalog.pages.get(ids.page_of(item.image_id))


def picture(index: Index, image_id: str) -> Encoded:
    """The picture of a page, or the crop of a figure. Raises `NotFound`."""
    name = shown(index, image_id).image_id
    try:
        return Encoded(*index.pictures.read(name))
    except UsageError as error:
        raise NotFound(str(error)) from error


def page_picture(
    index: Index,
    image_id: str,
    *,
    box: bool = True,
    cells: Sequence[str] = (),
    places: Sequence[str] = (),
) -> Encoded:
    """The page of a page or figure; with `box`, framed, and so are cells, "ROW,COLUMN", and places.

    Raises `NotFound`, also for a cell or a place that is not there.
    """
    item = shown(index, image_id)
    page = page_of(index, item)
    if not box:
        return picture(index, page.id)
    framed = [_cell(item, cell).bbox for cell in cells]
    framed += [place_on(page, place) for place in places]
    try:
        image = index.pictures.open(page.id)
    except UsageError as error:
        raise NotFound(str(error)) from error
    image = mark(image, page, item.bbox, framed)
    file = BytesIO()
    image.save(file, "PNG", compress_level=1)
    return Encoded(file.getvalue(), "png")


def place_on(page: Page, place: str) -> BBox:
    """A box of a page, "X0,Y0,X1,Y1" in points. Raises `NotFound` where there is none."""
    try:
        box = boxes.from_text(place)
    except ValueError:
        raise NotFound(
            "that is not a place on a page: they are named X0,Y0,X1,Y1, in points"
        ) from None
    found = boxes.clip(box, (0.0, 0.0, page.width, page.height))
    if not boxes.area(found):
        raise NotFound("there is no such place on this page")
    return found


def _cell(item: Shown, place: str) -> Cell:
    for cell in item.grid.cells if item.grid is not None else ():
        if place == f"{cell.row},{cell.column}":
            return cell
    raise NotFound("there is no such cell here: they are named ROW,COLUMN, both from 0")


def data(index: Index, image_id: str, form: DataForm) -> tuple[Shown, str]:
    """A table, chart or diagram as text of some form.

    Raises `NotFound` where nothing was read as data, or not in that form.
    """
    item = shown(index, image_id)
    text = _in_form(item, form)
    if text is None:
        raise NotFound(
            f"{item.image_id}: nothing was read here as data in that form: tables and charts come "
            "as csv, json, md, diagrams as json, mermaid, dot"
        )
    return item, text


def _in_form(item: Shown, form: DataForm) -> str | None:
    match form:
        case "json" if item.grid is not None:
            return json.dumps(contract.grid(item, item.grid))
        case "json" if item.graph is not None:
            return json.dumps(contract.graph(item, item.graph))
        case "csv" if item.grid is not None:
            return grids.csv_text(item.grid)
        case "md" if item.grid is not None:
            return grids.markdown(item.grid)
        case "mermaid" if item.graph is not None:
            return graphs.mermaid(item.graph)
        case "dot" if item.graph is not None:
            return graphs.dot(item.graph)
        case _:
            return None


def documents(index: Index, start: int, count: int) -> ListPart[Document]:
    """The documents of an index by path, from place `start` on."""
    table = index.catalog.documents
    with index.catalog.snapshot():
        return ListPart(table.some(start, count), start, count, table.count())


def document(index: Index, document_id: str) -> DocumentContents:
    """A document and what is in it. Raises `NotFound`."""
    catalog = index.catalog
    with catalog.snapshot():
        found = catalog.documents.by_id([document_id]).get(document_id)
        if found is None:
            raise NotFound("no document of that ID is in this index")
        figures = tuple(catalog.figures.of_document(document_id))
        return DocumentContents(
            document=found,
            pages=tuple(catalog.pages.of_document(document_id)),
            figures=figures,
            headings=structure.outline(catalog, document_id).headings,
            with_data=frozenset(
                {
                    *catalog.grids.of_figures(item.id for item in figures),
                    *catalog.graphs.of_figures(item.id for item in figures),
                }
            ),
        )
