"""Tables that are set on pages whole: one that goes on over pages is put together from its parts.

Where a part may be missing, or letters of one, there is no whole table: the rows that were read are
not taken for all.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from mmrag import grids
from mmrag.ids import page_id, page_of
from mmrag.retrieve.lines import lines_of
from mmrag.retrieve.tables import called
from mmrag.store.catalog import Catalog
from mmrag.text import labels, rows
from mmrag.types import Document, Figure, Grid, PlacedLine, RecordTable, Table

# Chosen by hand, and tried on registers of 150 rows with and without heads on each page.
_LEAST_READ = 0.99  # of the letters of a table that stand in its cells
_MARGIN_SHARE = 0.1  # of a page, at its top and bottom: running heads and feet
_MOST_RUNNING_CELLS = 2  # of a head or foot: "Annual report    17"; a row of a table has more
_MOST_PAGES = 500  # that a table goes on over; of more nothing is told
_DIGITS = re.compile(r"\d+")
_CONTINUED = re.compile(r"\bcont(?:inue[sd]|inuation|['’]d|\.)(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Part:
    """A table of a page."""

    figure: Figure
    grid: Grid

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(
            " ".join(name.casefold().split()) for name in grids.columns_below_titles(self.grid)
        )

    @property
    def has_rows(self) -> bool:
        """Whether it is read in full, below names of all of its columns."""
        names = self.columns
        is_told = self.grid.chart is None and self.grid.trust >= _LEAST_READ
        return is_told and len(names) > 1 and all(names) and len(set(names)) == len(names)

    def is_captioned_as(self, before: "_Part") -> bool:
        """Whether it may be of the same table as one before: it has no other caption."""
        own, other = self.figure.caption, before.figure.caption
        mine, its = labels.read(own), labels.read(other)
        return not own or own == other or (mine == its if mine or its else _is_continued(own))


@dataclass(frozen=True, slots=True)
class _Page:
    """The tables of a page from top to bottom, and its lines without running heads and feet."""

    tables: tuple[_Part, ...]
    lines: tuple[PlacedLine, ...]

    @property
    def shapes(self) -> frozenset[str]:
        return frozenset(_shape(line.text) for line in self.lines)

    def beyond(self, part: _Part, step: int) -> Iterator[PlacedLine]:
        """The lines below a table, or above it where `step` goes back."""
        top, bottom = part.figure.bbox[1], part.figure.bbox[3]
        for line in self.lines:
            middle = (line.bbox[1] + line.bbox[3]) / 2
            if (middle > bottom if step > 0 else middle < top) and not (
                line.text.strip() in part.figure.caption or _is_continued(line.text)
            ):
                yield line

    def begins_with_row(self, step: int) -> bool:
        """Whether it begins with a row of a table, or ends with one where `step` goes back."""
        ordered = sorted(self.lines, key=lambda line: line.bbox[1] * step)
        return bool(ordered) and len(rows.cells(ordered[0].text)) > 1


class PageTables:
    """The tables of the pages of a document, read as far as they are asked for, and once."""

    def __init__(self, catalog: Catalog, document: Document) -> None:
        self._catalog = catalog
        self._document = document
        self._pages: dict[int, _Page] = {}

    def whole(self, figure_ids: Iterable[str]) -> Iterator[RecordTable]:
        """The whole tables that some figures are parts of, each once."""
        names = "\n".join(called(self._document))
        held: set[str] = set()
        for name in figure_ids:
            parts = self._parts(name) if name not in held else ()
            held.update(part.figure.id for part in parts)
            if parts:
                tables = tuple(
                    Table(p.grid, p.figure.caption, p.figure.heading, names, p.figure.bbox)
                    for p in parts
                )
                yield RecordTable(self._document.id, parts[0].figure.caption, tables)

    def _parts(self, figure_id: str) -> tuple[_Part, ...]:
        """The parts of a table in order; none where it cannot be told that these are all."""
        number = int(page_of(figure_id).rpartition("p")[2])
        seeds = [part for part in self._page(number).tables if part.figure.id == figure_id]
        if not seeds or not seeds[0].has_rows:
            return ()
        before, after = (self._further(seeds[0], number, step) for step in (-1, 1))
        if before is None or after is None:
            return ()
        return (*reversed(before), *seeds, *after)

    def _further(self, seed: _Part, number: int, step: int) -> list[_Part] | None:
        """The parts after one on a page, or before it; None where one of them may be missing."""
        found: list[_Part] = []
        here = seed
        for at in count(number, step):
            if not 1 <= at + step <= self._document.page_count:
                return found
            page, other = self._page(at), self._page(at + step)
            if _has_own(page.beyond(here, step), other):
                return found
            there = other.tables[0 if step > 0 else -1] if other.tables else None
            if there is None or _has_own(other.beyond(there, -step), page):
                return None if other.begins_with_row(step) else found
            upper, lower = (here, there) if step > 0 else (there, here)
            if not lower.is_captioned_as(upper) or upper.grid.columns != lower.grid.columns:
                return found
            if upper.columns != lower.columns or not there.has_rows or len(found) == _MOST_PAGES:
                return None
            found.append(there)
            here = there
        return found

    def _page(self, number: int) -> _Page:
        if number not in self._pages:
            name = page_id(self._document.id, number)
            found = self._catalog.grids.of_pages([name])
            figures = sorted(self._catalog.figures.of_pages([name]), key=lambda item: item.bbox[1])
            height = self._catalog.pages.by_id([name])[name].height
            lines = lines_of(self._catalog, [name]).get(name, ())
            self._pages[number] = _Page(
                tuple(
                    _Part(figure, found[figure.id])
                    for figure in figures
                    if figure.kind == "table" and figure.id in found
                ),
                tuple(line for line in lines if line.text.strip() and not _runs(line, height)),
            )
        return self._pages[number]


def _has_own(lines: Iterable[PlacedLine], other: _Page) -> bool:
    """Whether one of some lines does not come again on another page."""
    return any(_shape(line.text) not in other.shapes for line in lines)


def _runs(line: PlacedLine, height: float) -> bool:
    is_outside = (
        line.bbox[3] <= _MARGIN_SHARE * height or line.bbox[1] >= (1 - _MARGIN_SHARE) * height
    )
    return is_outside and len(rows.cells(line.text)) <= _MOST_RUNNING_CELLS


def _shape(text: str) -> str:
    return _DIGITS.sub("", text).casefold().strip()


def _is_continued(text: str) -> bool:
    return _CONTINUED.search(text) is not None
