"""Tables that go on over pages: the grid of each page under the headers of the first."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mmrag import grids
from mmrag.types import Continuation, Figure, Grid


def with_heads(
    found: Sequence[Grid], figures: Iterable[Figure], going_on: Sequence[Continuation]
) -> tuple[Grid, ...]:
    """The grids, those without a head of their own under that of the page which they go on from.

    Each page keeps a grid of its own, so that every cell is cited where it stands. A header that
    comes from a page before has an empty box here, at the top of the table.
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
    top = min(cell.bbox[1] for cell in after.cells)
    heads = [
        replace(cell, bbox=(cell.bbox[0], top, cell.bbox[2], top))
        for cell in before.cells
        if cell.row < count
    ]
    names_rows = any(
        cell.is_header and cell.column == 0 for cell in before.cells if cell.row >= count
    )
    body = [
        replace(
            cell,
            row=cell.row + count,
            row_end=cell.row_end + count,
            is_header=(names_rows and cell.column == 0) if cell.row < own else cell.is_header,
        )
        for cell in after.cells
    ]
    return replace(after, cells=(*heads, *body))
