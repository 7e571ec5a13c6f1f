"""Which rows and series of a chart a question names, word by word.

A word of the question names one row or one series, not both.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise, product

from mmrag import grids
from mmrag.answer.computing import label_words
from mmrag.answer.computing.cells import NumberCell, ReadTable
from mmrag.answer.computing.matching import names_document
from mmrag.answer.computing.terms import OPTIONAL
from mmrag.text.numbers import is_year
from mmrag.text.stems import content_stems, stem
from mmrag.text.words import is_content

_WHOLE = re.compile(r"\W*(?:total|all|overall|all\s+adults|average)\W*", re.IGNORECASE)
_ASKING_TEXT = """
people person respondent adult participant member public share proportion percent percentage
rate say think believe view consider describe express hold feel survey poll chart graph bar pie line
slice figure report slide page document presentation look show accord cite mention choose
average averaged mean absolute difference differ sum total combined together more
less high higher highest low lower lowest large larger largest small smaller smallest great greater
greatest second third increase decrease grow growth rise fall drop decline change compare name many
"""
_ASKING = OPTIONAL | label_words.FILLERS | frozenset(map(stem, _ASKING_TEXT.split()))
"""Stems that say what is asked of a chart, or who was asked in a survey, rather than of what."""
_LEVELS = 2  # of the heads of a column: the name of its panel and that of its series
_MIN_OWN_WORDS, _MIN_OWN_SHARE = 2, 0.4  # of a label that is not said in full; chosen by hand
_BLOCK_GAP = 1.4  # narrowest gaps between two rows, from one block to the next; chosen by hand
_MOST_PLACES = 4  # where a question may say one of them; chosen by hand


@dataclass(frozen=True, slots=True)
class SaidNames:
    """The rows and series of a chart that a question names, in the order in which it does.

    `rest` is the question without them, `others` counts its words of meaning, and `known` those
    that the chart says, too.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    rest: str
    known: int
    others: int
    led: int  # words of meaning of what says where to look, that the chart says
    narrowed: bool = False  # whether a word that the chart does not say stands right before a row's

    @property
    def covered(self) -> float:
        """The share of the other words that the chart says."""
        return self.known / self.others if self.others else 1.0

    @property
    def fit(self) -> tuple[float, int]:
        """How well the chart fits: of two that say all, that which says more."""
        return self.covered, self.known + self.led + len(self.rows) + len(self.columns)


@dataclass(frozen=True, slots=True)
class ChartCells:
    """The numbers of a chart by row and column, with the names of both."""

    cells: Mapping[tuple[int, int], NumberCell]
    rows: Mapping[int, str]
    columns: Mapping[int, str]

    @property
    def whole_row(self) -> int | None:
        """The row of all that were asked, where one is called so."""
        return next((at for at, name in self.rows.items() if _WHOLE.fullmatch(name)), None)

    def parts(self) -> list[int]:
        """The rows but that of all."""
        return [at for at in self.rows if at != self.whole_row]


def cells_of(read: ReadTable) -> ChartCells:
    """The numbers of a chart, those that were measured too.

    All are in the unit that one of them says, where no other says another: `64%, 31, 54`.
    """
    found = [cell for row in read.rows for cell in read.numbers(row, measured=True)]
    units = {cell.unit for cell in found if cell.unit.name}
    if len(units) == 1:
        found = [replace(cell, unit=next(iter(units))) for cell in found]
    named = grids.rows(read.table.grid)  # `50+` is a name, too, and no number
    found = [replace(cell, row=named[cell.cell.row]) for cell in found]
    cells = {(cell.cell.row, cell.cell.column): cell for cell in found}
    rows = {row: cell.row for (row, _), cell in cells.items()}
    columns = {column: cell.column for (_, column), cell in sorted(cells.items())}
    return ChartCells(cells, rows, columns)


def said(
    question: str, chart: ChartCells, read: ReadTable, beside: str, lead: str = ""
) -> SaidNames:
    """What a question names of a chart.

    `beside` is text that tells what the chart is of, and `lead` what the question says of where it
    stands, which names nothing.
    """
    asked = label_words.words_of(question)
    claims = sorted(
        (
            _Claim(frozenset(places), axis, at, list(places) == sorted(places), is_whole)
            for axis, labels in (("column", chart.columns), ("row", chart.rows))
            for at, label in labels.items()
            if not _is_part_of_year(label, labels.values())
            for is_whole, told in (
                (True, label_words.whole(label, asked)),
                (False, label_words.in_parts(label, asked)),
                (True, _apart(read, axis, at, asked)),
            )
            for places in told
        ),
        key=lambda claim: (
            -len(claim.places),
            not claim.in_order,
            claim.axis != "column",
            min(claim.places),
        ),
    )
    claims = _both_or_neither(claims)
    taken: set[int] = set()
    found: dict[tuple[str, int], frozenset[int]] = {}
    for claim in claims:
        if taken.isdisjoint(claim.places) and (claim.axis, claim.at) not in found:
            taken |= claim.places
            found[claim.axis, claim.at] = claim.places
    found = _without_groups(found, _blocks(read))
    for axis, labels in (("column", chart.columns), ("row", chart.rows)):
        if axis not in {held for held, _ in found}:
            free = {stem(word): at for at, word in enumerate(asked) if at not in taken}
            if (meant := _by_own_words(labels, free)) is not None:
                found[axis, meant[0]] = meant[1]
                taken |= meant[1]
    ordered = sorted(found, key=lambda key: min(found[key]))
    own = _own_words(chart, read, beside)
    rest = [word for at, word in enumerate(asked) if at not in taken]
    names = read.table.names  # of its document, which say nothing of what the chart shows
    told = {
        at: stem(word)
        for at, word in enumerate(asked)
        if at not in taken and is_content(word) and not names_document(word, names)
    }
    others = set(told.values()) - _ASKING
    before = {min(places) - 1 for (axis, _), places in found.items() if axis == "row"}
    of_rows = {
        label_words.in_full(x) for row in chart.rows.values() for x in label_words.words_of(row)
    }
    narrowing = {told[at] for at in before if at in told} - _ASKING - (own - of_rows)
    return SaidNames(
        tuple(at for axis, at in ordered if axis == "row"),
        tuple(at for axis, at in ordered if axis == "column"),
        " ".join(rest),
        len(others & own),
        len(others),
        len(own & set(content_stems(lead)) - _ASKING),
        bool(narrowing),
    )


def _by_own_words(
    labels: Mapping[int, str], free: Mapping[str, int]
) -> tuple[int, frozenset[int]] | None:
    """The one label some of whose own words a question says, with their places; None for a doubt.

    Own are words of a long label that no other has; `free` are stems of the question by place.
    """
    stems = {at: set(content_stems(label)) - _ASKING for at, label in labels.items()}
    times = Counter(one for own in stems.values() for one in own)
    said_of = {at: {x for x in own if times[x] == 1 and x in free} for at, own in stems.items()}
    told = {at: said for at, said in said_of.items() if said}
    if len(told) != 1 or len(labels) < 2:
        return None
    ((at, said),) = told.items()
    if len(said) < _MIN_OWN_WORDS or len(said) < _MIN_OWN_SHARE * len(stems[at]):
        return None
    return at, frozenset(free[one] for one in said)


_Places = dict[tuple[str, int], frozenset[int]]
"""The words of a question, by place, that name each row or column, by axis and number."""


def _without_groups(found: _Places, blocks: Mapping[int, int]) -> _Places:
    """What is named, without the first row of a block where the next word names another of it.

    So "liberal Democrats" are the row `Liberal` below `Dem/Lean Dem`.
    """
    rows = {at: places for (axis, at), places in found.items() if axis == "row"}
    groups = {
        first
        for at, places in rows.items()
        if (first := blocks.get(at, at)) != at and max(places) + 1 in rows.get(first, ())
    }
    return {key: places for key, places in found.items() if key[0] != "row" or key[1] not in groups}


def _blocks(read: ReadTable) -> Mapping[int, int]:
    """The first row of the block that each row of a chart belongs to: a wide gap begins the next.

    Empty where rows do not stand below each other.
    """
    grid = read.table.grid
    names = [cell for cell in grid.cells if cell.is_header and cell.column == 0 and cell.row > 0]
    middles = {cell.row: (cell.bbox[1] + cell.bbox[3]) / 2 for cell in names}
    rows = sorted(middles)
    gaps = [middles[below] - middles[row] for row, below in pairwise(rows)]
    if not gaps or min(gaps) <= 0:
        return {}
    found = {rows[0]: rows[0]}
    for (row, below), gap in zip(pairwise(rows), gaps, strict=True):
        found[below] = below if gap > _BLOCK_GAP * min(gaps) else found[row]
    return found


def unknown_numbers(names: SaidNames, chart: ChartCells, read: ReadTable, page: str) -> bool:
    """Whether a question has a number that neither the chart nor its page says.

    Of a chart over years that may be no year but those that name a place of it.
    """
    own = _own_words(chart, read, page)
    is_dated = any(map(is_year, (*chart.rows.values(), *chart.columns.values())))
    numbers = [word for word in names.rest.split() if word[0].isdigit()]
    return any(stem(word) not in own or (is_dated and is_year(word)) for word in numbers)


@dataclass(frozen=True, slots=True)
class _Claim:
    """The words of a question, by place, that a row or column is named by."""

    places: frozenset[int]
    axis: str
    at: int
    in_order: bool  # of the label
    is_whole: bool  # not a part of the label alone


def _both_or_neither(claims: Sequence[_Claim]) -> list[_Claim]:
    """The claims without words that name two rows or two series: a whole label leads over parts.

    Of a name that is a row's and a series', that of the axis which other words name, too.
    """
    whole = {(claim.places, claim.axis) for claim in claims if claim.is_whole}
    claims = [
        claim for claim in claims if claim.is_whole or (claim.places, claim.axis) not in whole
    ]
    rivals = {(claim.places, claim.axis, claim.at) for claim in claims}
    times = Counter((places, axis) for places, axis, _ in rivals)
    claims = [claim for claim in claims if times[claim.places, claim.axis] == 1]
    by_axis: dict[str, set[frozenset[int]]] = {"row": set(), "column": set()}
    for claim in claims:
        by_axis[claim.axis].add(claim.places)
    shared = by_axis["row"] & by_axis["column"]
    kept = "row" if by_axis["row"] - shared and not by_axis["column"] - shared else "column"
    return [claim for claim in claims if claim.places not in shared or claim.axis == kept]


def _is_part_of_year(label: str, labels: Collection[str]) -> bool:
    """Whether a year has several places, as `2020` and `2020.5`: then none of them is meant."""
    return is_year(label) and any(other.startswith(f"{label}.") for other in labels)


def _said_as(label: str, asked: Sequence[str]) -> Iterator[tuple[int, ...]]:
    yield from label_words.whole(label, asked)
    yield from label_words.in_parts(label, asked)


def _apart(read: ReadTable, axis: str, at: int, asked: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """Where a question says the panel and the series of a column apart, each in its own words."""
    grid = read.table.grid
    levels = [
        cell.text
        for cell in grid.cells
        if axis == "column"
        and cell.row < grids.head_rows(grid)
        and cell.column <= at <= cell.column_end
    ]
    if len(levels) != _LEVELS:
        return
    upper, lower = (list(islice(_said_as(level, asked), _MOST_PLACES)) for level in levels)
    for one, other in product(upper, lower):
        if set(one).isdisjoint(other):
            yield (*one, *other)


def _own_words(chart: ChartCells, read: ReadTable, beside: str) -> frozenset[str]:
    """The stems of all that a chart says: names, titles, and what stands beside it."""
    table = read.table
    axes = (table.grid.chart.x.title, table.grid.chart.y.title) if table.grid.chart else ()
    told = (*chart.rows.values(), *chart.columns.values(), *axes, *table.heading)
    text = " ; ".join((*told, table.caption, table.names, beside))
    full = set(map(label_words.in_full, label_words.words_of(text)))
    return frozenset(full | set(content_stems(text)))
