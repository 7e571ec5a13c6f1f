"""Where on its page stands what an answer cites: at a cell, or at the lines that hold the words.

What is quoted is found word by word, near the heading or the name of the row that is quoted with
it; what is said in other words, in the line that bears it out.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mmrag import grids
from mmrag.answer.claims import MARK, claims
from mmrag.answer.grounding import support
from mmrag.answer.spans import CELL
from mmrag.boxes import holds_middle, union
from mmrag.text.words import plain_words
from mmrag.types import BBox, Cell, Citation, Evidence, MarkedEvidence, PlacedLine, Table

_QUOTATION = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_MARKERS = re.compile(rf"(?:\s*{MARK.pattern})+")


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """The box of what is cited, and that of the table or paragraph in which it lies."""

    bbox: BBox
    region: BBox


def placed(
    citations: Sequence[Citation], text: str, evidence: Sequence[MarkedEvidence]
) -> tuple[Citation, ...]:
    """The citations of an answer, each around all that it is cited for."""
    by_marker = {item.marker: item.evidence for item in evidence}
    found: dict[str, list[CitedPlace]] = {citation.marker: [] for citation in citations}
    for parts, markers in _said(text):
        for marker in found.keys() & set(markers):
            if (place := place_of(parts, by_marker[marker])) is not None:
                found[marker].append(place)
    return tuple(at_places(citation, found[citation.marker]) for citation in citations)


def at_places(citation: Citation, places: Sequence[CitedPlace]) -> Citation:
    """A citation around some places; without any it stays at its figure or page."""
    if not places:
        return replace(citation, region=citation.bbox)
    return replace(
        citation,
        bbox=union(place.bbox for place in places),
        region=union(place.region for place in places),
    )


def place_of(parts: Sequence[str], evidence: Evidence) -> CitedPlace | None:
    """Where what is said stands: its last part, below or beside those that are quoted with it.

    None where it does not stand there, or the places of the lines are not known.
    """
    tables = evidence.tables
    found = _cell(parts, tables) or _row(parts[-1], tables) or _lines(parts, evidence)
    if found is not None or len(parts) > 1:
        return found
    for line in evidence.lines:
        alone = replace(evidence, quotable=line.text, caption="")
        if support(parts[0], [alone]) == "supported":
            return _around(line.bbox, tables)
    return None


def place_of_cells(cells: Sequence[BBox], table: Table) -> CitedPlace:
    """The place of some cells of a table."""
    return CitedPlace(union(cells), table.bbox or union(cell.bbox for cell in table.grid.cells))


def _said(text: str) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The quotations of an answer in their parts, or its sentences without any; what each cites."""
    rest: list[str] = []
    for line in text.splitlines():
        if not _QUOTATION.search(line):
            rest.append(line)
            continue
        begin = 0
        for markers in _MARKERS.finditer(line):
            if parts := _QUOTATION.findall(line[begin : markers.start()]):
                yield parts, MARK.findall(markers[0])
            begin = markers.end()
    for claim in claims("\n".join(rest)):
        yield (claim.text,), claim.markers


def _cell(parts: Sequence[str], tables: Sequence[Table]) -> CitedPlace | None:
    """The cell that is quoted behind the name of its row and perhaps of its column."""
    if len(parts) < 2:
        return None
    name, *heads, text = map(plain_words, parts)
    for table in tables:
        rows = {cell.row for cell in table.grid.cells if name and plain_words(cell.text) == name}
        found = [
            cell
            for cell in table.grid.cells
            if cell.row in rows and text and plain_words(cell.text) == text
        ]
        if found:
            columns = grids.columns_by_row(table.grid)
            held = [set(plain_words(columns[cell.row][cell.column])) for cell in found]
            said = [sum(column.issuperset(head) for head in heads) for column in held]
            return place_of_cells([found[said.index(max(said))].bbox], table)
    return None


def _row(text: str, tables: Sequence[Table]) -> CitedPlace | None:
    """The row that is quoted, or the row of which cells are."""
    pieces = [plain_words(piece) for piece in text.split(CELL)]
    for table in tables if len(pieces) > 1 else ():
        rows: defaultdict[int, list[Cell]] = defaultdict(list)
        for cell in table.grid.cells:
            rows[cell.row].append(cell)
        for cells in rows.values():
            held = [plain_words(cell.text) for cell in cells]
            if all(piece in held for piece in pieces):
                return place_of_cells([cell.bbox for cell in cells], table)
    return None


def _lines(parts: Sequence[str], evidence: Evidence) -> CitedPlace | None:
    """The lines that a quotation runs through, or those of its items, where they are cells."""
    page = _Words(evidence.lines)
    *above, text = parts
    near = [lines.start for part in above[:1] for lines in page.lines_of(part)]
    boxes: list[BBox] = []
    for piece in [text] if page.lines_of(text) else text.split(CELL):
        runs = page.lines_of(piece)
        if not runs:
            return None
        lines = min(runs, key=lambda run: _distance(run, near))
        boxes += [evidence.lines[at].bbox for at in lines]
        near = [lines.stop - 1]
    return _around(union(boxes), evidence.tables)


def _distance(run: range, near: Sequence[int]) -> tuple[bool, int]:
    """How far lines are below the nearest of some others; those above all of them are last."""
    return min(((run.start < line, abs(run.start - line)) for line in near), default=(False, 0))


def _around(box: BBox, tables: Sequence[Table]) -> CitedPlace:
    """A box in the table that it lies in, or by itself."""
    frames = (table.bbox for table in tables if table.bbox is not None)
    return CitedPlace(box, next((frame for frame in frames if holds_middle(frame, box)), box))


class _Words:
    """The words of lines one after another, each with the number of its line."""

    def __init__(self, lines: Sequence[PlacedLine]) -> None:
        told = [plain_words(line.text) for line in lines]
        self._text = f" {' '.join(word for words in told for word in words)} "
        self._line_of = [number for number, words in enumerate(told) for _ in words]

    def lines_of(self, text: str) -> list[range]:
        """The lines through which the words of a text run, each time that they stand there."""
        wanted = plain_words(text)
        found: list[range] = []
        at = self._text.find(f" {' '.join(wanted)} ") if wanted else -1
        while at >= 0:
            first = self._text.count(" ", 0, at)
            last = first + len(wanted) - 1
            found.append(range(self._line_of[first], self._line_of[last] + 1))
            at = self._text.find(f" {' '.join(wanted)} ", at + 1)
        return found
