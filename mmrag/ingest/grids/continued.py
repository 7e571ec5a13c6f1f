"""Tables that go on over pages: the grid of each page under the headers of the first."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mmrag import grids
from mmrag.types import Cell, Continuation, Figure, Grid


def with_heads(
    found: Sequence[Grid], figures: Iterable[Figure], going_on: Sequence[Continuation]
) -> tuple[Grid, ...]:
    """The grids, those without a head of their own under that of the page which they go on from.

    Each page keeps a grid of its own, so that every cell is cited where it stands. A header that
    comes from a page before has an empty box here, at the top of the table; one that comes again
    here has its own.
    """
    places = {figure.id: figure for figure in figures if figure.kind == "table"}
    on_page: dict[str, list[Grid]] = {}
    for grid in sorted(
        (grid for grid in found if grid.figure_id in places),
        key=lambda grid: places[grid.figure_id].bbox[1],
    ):
        on_page.setdefault(places[grid.figure_id].page_id, []).append(grid)
    joined: dict[str, Grid] = {}
    for item in going_on:
        before, after = on_page.get(item.before_id), on_page.get(item.page_id)
        if item.kind == "table" and before and after and before[-1].columns == after[0].columns:
            joined[after[0].figure_id] = _under(before[-1], after[0])
    return tuple(joined.get(grid.figure_id, grid) for grid in found)


def _under(before: Grid, after: Grid) -> Grid:
    """The cells of `after` with the headers of `before` over them."""
    count, own = grids.head_rows(before), grids.head_rows(after)
    heads = [cell for cell in before.cells if cell.row < count]
    names_rows = any(
        cell.is_header and cell.column == 0 for cell in before.cells if cell.row >= count
    )
    body = [
        replace(cell, is_header=names_rows and cell.column == 0) if cell.row < own else cell
        for cell in after.cells
    ]
    here = {(cell.row, cell.column): cell for cell in after.cells}
    if all((cell := here.get((head.row, head.column))) and _says(cell, head) for head in heads):
        boxes = {place: cell.bbox for place, cell in here.items()}
        body = [cell for cell in body if cell.row >= count]
    else:
        is_joined = count == 1 and len(heads) == sum(cell.row == 0 for cell in body)
        is_joined = is_joined and all(
            _begins_with(here.get((0, head.column)), head) for head in heads
        )
        top = min(cell.bbox[1] for cell in after.cells)
        boxes = {(h.row, h.column): (h.bbox[0], top, h.bbox[2], top) for h in heads}
        if is_joined:
            names = {head.column: head.text for head in heads}
            body = [_without(cell, names[cell.column]) if cell.row == 0 else cell for cell in body]
        body = [replace(cell, row=cell.row + count, row_end=cell.row_end + count) for cell in body]
    above = [replace(head, bbox=boxes[head.row, head.column]) for head in heads]
    return replace(after, cells=(*above, *body))


def _says(cell: Cell, head: Cell) -> bool:
    return cell.text.split() == head.text.split()


def _begins_with(cell: Cell | None, head: Cell) -> bool:
    return cell is not None and cell.text.startswith(f"{head.text} ")


def _without(cell: Cell, head: str) -> Cell:
    """A cell whose row was read as one with the head above it, without that: its lower half."""
    left, top, right, bottom = cell.bbox
    box = (left, (top + bottom) / 2, right, bottom)
    return replace(cell, text=cell.text.removeprefix(head).strip(), bbox=box)
