"""Questions over charts: a value, a difference, a mean, the largest, of what a question names.

Charts say little of themselves, so that a question need not be said by them word for word, as it
must by a table: it names rows and series, and half of its other words stand at the chart or beside
it. What it names must leave no choice; of charts that fit alike the first that was found counts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mmrag.answer.computing import instructions, moved, operations
from mmrag.answer.computing.asked import AskedOperation
from mmrag.answer.computing.cells import NumberCell, ReadTable
from mmrag.answer.computing.chart_names import (
    ChartCells,
    SaidNames,
    cells_of,
    said,
    unknown_numbers,
)
from mmrag.answer.computing.matching import Tables
from mmrag.answer.computing.operations import Found
from mmrag.answer.computing.phrasing import MORE, RANK, RANKS
from mmrag.answer.computing.terms import terms, years
from mmrag.answer.computing.units import Unit
from mmrag.ids import page_of
from mmrag.text.stems import content_stems, stem
from mmrag.text.words import quoted, words
from mmrag.types import ChartType, Evidence, Operation

MIN_COVERED = 0.5
"""Of the words of a question that name no row or series, that must stand at a chart; by hand."""
CONFIDENCE = 0.69
"""That an answer over a chart is right, whose names fit loosely: by the rule of succession,
(n + 1) / (m + 2) of the 17 of development sets, which all are, and 2 of 10 about documents that no
rule had been written by (`eval/calibrate.py`; eval/README.md)."""
_MOST_WORDS_BESIDE = 200  # of a page that tells what its charts are of: a slide; chosen by hand
_MOVED = r"(?:in|de)crea?s\w*|gr[eo]w\w*|rise\w*|rose|fall\w*|fell|drop\w*|declin\w*|chang\w*"
_DIFFERENCE = re.compile(
    rf"\b(?:differences?|gaps?)\b|\bhow\s+(?:much|many)\s+{MORE}\b"
    rf"|\b(?:how\s+much|what\s+per\s?cent(?:age)?)\b.*\b(?:{_MOVED})\b|\b(?:{_MOVED})\s+(?:in|of|from)\b",
    re.IGNORECASE,
)
_UP = re.compile(r"\b(?:increa?s\w*|gr[eo]w\w*|rise\w*|rose)\b", re.IGNORECASE)
_DOWN = re.compile(r"\b(?:decrea?s\w*|fall\w*|fell|drop\w*|declin\w*)\b", re.IGNORECASE)
_THAN = re.compile(r"\bthan\b", re.IGNORECASE)
_MEAN = re.compile(r"\b(?:averaged?|mean)\b", re.IGNORECASE)
_SUM = re.compile(r"\b(?:sum|total|combined|together|altogether)\b", re.IGNORECASE)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_MOST = r"highest|largest|most|greatest|biggest|maximum|longest|tallest"
_LEAST = r"lowest|smallest|least|fewest|minimum|shortest"
_EXTREME = re.compile(
    rf"\b(?:(?P<rank>{RANK})[\s-]+)?"
    rf"(?:(?P<most>{_MOST})|(?P<least>{_LEAST}))\b",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"\b(?:which|what|name\s+of)\s+(?:is\s+the\s+name\s+of\s+)?(?:the\s+)?(?P<noun>[\w-]+(?:\s+[\w-]+){0,3})",
    re.IGNORECASE,
)
_TIME = re.compile(r"\b(?:years?|months?|quarters?|days?|dates?|times?|when)\b", re.IGNORECASE)
"""Words of questions whose answer may be a place on an axis of numbers."""
_VALUE = re.compile(
    r"\bvalue\s+of\s+the\s|\bhow\s+(?:much|many)\b|\bwhat(?:'s|’s|\s+is|\s+was)\s+the\s+"
    rf"(?:{_MOST}|{_LEAST})\s+(?:value|percentage|share|number|amount|proportion)\b",
    re.IGNORECASE,
)
_SHARE_OF = re.compile(
    r"\bwhat(?:'s|’s|\s+is|\s+was|\s+are)?\s+(?:the\s+)?(?:per\s?cent(?:age)?s?|share|proportion)\s+(?:of|do|does)\b",
    re.IGNORECASE,
)
_OF_TWO = re.compile(rf"\bwhich\b.*\b{MORE}\b|^\W*(?:do|did|are|were)\s+more\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\bhow\s+(?:much|many)\b|\bwhat\s+(?:\w+\s+)?(?:per\s?cent(?:age)?s?|share|proportion|number|amount)\b"
    r"|\bwhat(?:'s|’s|\s+is|\s+was|\s+were|\s+are)\s+(?:the\s+)?\w+"
    r"|\b(?:percentage|share|proportion|number|value|amount|rate)\s+(?:of|for)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\W*(?:on|looking\s+at|regarding|according\s+to|based\s+on)\s+(?:the|this)\s+"
    r"(?:\w+\s+)?(?:slide|page|chart|figure|graph|report|survey|document|presentation)\b.*,\s*"
    r"(?=(?:by\s+)?(?:how|what|which)\b)",
    re.IGNORECASE,
)
"""What says where to look, before a question."""
_HOW_MANY = re.compile(r"\bhow\s+(?:many|much)\b", re.IGNORECASE)
_AND_HOW_MANY = re.compile(r"\band\s+(?=how\s+(?:many|much)\b)", re.IGNORECASE)
_JOINED = re.compile(r"\b(?:sum|combined|together|altogether)\b", re.IGNORECASE)
_OTHERWISE = re.compile(
    r"^\W*who\b|\b(?:why|whom|whose|colou?rs?|list|names|titles?|charts|figures|tables|pages?|assum\w+|if|not|except|excluding"
    r"|respectively|both|each|years\s+(?:are|have|were)|ratio|times)\b",
    re.IGNORECASE,
)
"""Words of questions that ask for something else than is done here, where no label says them."""
_TYPES: Mapping[str, tuple[ChartType, ...]] = {
    "pie": ("pie",),
    "(?:dough|do)nut": ("pie",),
    "bar": ("bar", "stacked bar"),
    "line (?:chart|graph)": ("line", "area"),
}
"""Words of questions for types of charts."""
_UNNAMED = re.compile(r"\bseries \d+$")
"""A series without a name, as reading numbers them: that is no answer."""
_EXTREMES = ("largest", "smallest")
_AGES = re.compile(r"\d")  # of rows: `18-29`, `50+`


@dataclass(frozen=True, slots=True)
class _Match:
    """A chart, and what a question names of it."""

    chart: ChartCells
    names: SaidNames


def results(question: str, held: Tables, evidence: Sequence[Evidence]) -> Iterator[Found]:
    """What a question comes to over the chart that it fits best; nothing where it fits none.

    Of two questions in one, each over its own chart; nothing where one of them fits none.
    """
    if question.count("?") > 1:
        return
    text = instructions.bare(question)
    parts = [part for part in _AND_HOW_MANY.split(text) if part.strip()]
    if len(parts) == 1 and len(_HOW_MANY.findall(text)) < 2:
        yield from _best(question, held, evidence)
        return
    found = [one for part in parts for one in _best(part, held, evidence)]
    if len(found) == len(parts) > 1 and all(one.operation == "look-up" for one in found):
        cells = tuple(cell for one in found for cell in one.cells)
        said, shown = (
            "; ".join(told) for told in zip(*((x.said, x.shown) for x in found), strict=True)
        )
        yield Found("list", said, shown, tuple(one.said for one in found), Unit(None, ""), cells)


def _best(question: str, held: Tables, evidence: Sequence[Evidence]) -> Iterator[Found]:
    text = instructions.bare(question)
    place = _PLACE.match(text)
    lead, text = (place[0], text[place.end() :]) if place else ("", text)
    told: list[tuple[tuple[float, int], Found]] = []
    for read in held.values():
        drawn = read.table.grid.chart
        if drawn is None or not _is_of_type(text, drawn.type):
            continue
        chart = cells_of(read)
        page = _page(evidence, read)
        beside = page if len(words(page)) <= _MOST_WORDS_BESIDE else ""
        names = said(text, chart, read, beside, lead)
        if not chart.cells or unknown_numbers(names, chart, read, page):
            continue
        if not _is_there(quoted(question), chart, read, page):
            continue
        if _OTHERWISE.search(names.rest) or names.narrowed:
            continue
        if names.covered >= MIN_COVERED:
            found = _found(text, question, _Match(chart, names))
            if found is not None and not _UNNAMED.search(str(found.result)):
                told.append((names.fit, found))
    best = max((fit for fit, _ in told), default=None)
    fitting = [found for fit, found in told if fit == best]
    if fitting and (fitting[0].operation not in _EXTREMES or all(map(fitting[0].agrees, fitting))):
        yield fitting[0]


def _is_there(phrases: Sequence[str], chart: ChartCells, read: ReadTable, page: str) -> bool:
    """Whether the words that a question quotes stand at a chart or on its page."""
    labels = (*chart.rows.values(), *chart.columns.values())
    held = set(content_stems(" ".join((page, read.table.caption, *labels))))
    return all(held.issuperset(content_stems(phrase)) for phrase in phrases)


def _is_of_type(text: str, drawn: ChartType) -> bool:
    """Whether a chart is of the type that a question speaks of, where it does."""
    return all(
        drawn in types or not re.search(rf"\b{said}s?\b", text, re.IGNORECASE)
        for said, types in _TYPES.items()
    )


def _page(evidence: Sequence[Evidence], read: ReadTable) -> str:
    """The text of the page of a chart, or of the chart alone where its page is no evidence."""
    name = page_of(read.table.grid.figure_id)
    pages = (item for item in evidence if item.image_id == name)
    return next(pages, evidence[read.item]).quotable


def _found(text: str, question: str, match: _Match) -> Found | None:
    """The result of what a question asks for, with the cells that it names."""
    rest = match.names.rest
    extreme = _EXTREME.search(rest)
    if extreme and (_DIFFERENCE.search(text) or moved.asks(rest[extreme.end() :])):
        return moved.most(text, match.chart, match.names, extreme["most"] is not None)
    if extreme and not _SHARE_OF.search(text):
        return _extreme_of(text, question, extreme, match)
    if _OF_TWO.search(rest):
        cells = _line(match)
        return (
            operations.extreme(_operation("largest", question), cells) if len(cells) == 2 else None
        )
    if not _NUMBER.search(text) and not _DIFFERENCE.search(text) and not _MEAN.search(rest):
        return None
    cells = _line(match)
    if len(cells) == 1:
        is_one = not any(x.search(rest) for x in (_MEAN, _JOINED)) and not _DIFFERENCE.search(text)
        return operations.looked_up(_operation("look-up", question), cells[0]) if is_one else None
    if len(cells) < 2 or any(cell.cell.uncertainty is not None for cell in cells):
        return None
    if len({cell.unit for cell in cells}) > 1:
        return None
    if _DIFFERENCE.search(text):
        return _difference(text, question, cells) if len(cells) == 2 else None
    if _MEAN.search(rest):
        return operations.combined(_operation("mean", question), cells)
    if _SUM.search(rest) or (_OR.search(text) and cells[0].unit.name == "%"):
        return operations.combined(_operation("sum", question), cells)
    return None


def _difference(text: str, question: str, cells: tuple[NumberCell, ...]) -> Found | None:
    """The first less the second that is named, of two years without "than" the later first."""
    dated = [years(f"{cell.row} {cell.column}") for cell in cells]
    by_year = all(len(named) == 1 for named in dated) and not _THAN.search(text)
    if by_year and dated[0] < dated[1]:
        cells = cells[::-1]
    first, second = (cell.value for cell in cells)
    if by_year and (
        (_UP.search(text) and first < second) or (_DOWN.search(text) and first > second)
    ):
        return None  # it went the other way
    return operations.combined(_operation("difference", question), cells)


def _line(match: _Match) -> tuple[NumberCell, ...]:
    """The cells of one row or series that a question means; none where it leaves a choice."""
    chart, names = match.chart, match.names
    rows, columns = names.rows, names.columns
    if not rows and len(chart.rows) == 1:
        rows = tuple(chart.rows)
    if not rows and columns and chart.whole_row is not None and names.known == names.others:
        rows = (chart.whole_row,)
    if not columns and len(chart.columns) == 1:
        columns = tuple(chart.columns)
    if min(len(rows), len(columns)) != 1 or not (names.rows or names.columns):
        return ()
    cells = [chart.cells.get((row, column)) for row in rows for column in columns]
    found = tuple(cell for cell in cells if cell is not None)
    return found if len(found) == len(cells) else ()


def _extreme_of(text: str, question: str, extreme: re.Match[str], match: _Match) -> Found | None:
    """What is largest or smallest of the rows or series, or its value where that is asked."""
    operation: Operation = "largest" if extreme["most"] else "smallest"
    rank = RANKS.get((extreme["rank"] or "").lower(), 1)
    cells = _among(text, match)
    if len(cells) < 2 or len({cell.unit for cell in cells}) > 1:
        return None
    wanted = _operation(operation, question, rank)
    if not _TIME.search(text) and not _VALUE.search(text) and _are_numbers(cells):
        return None
    if not _VALUE.search(text):
        return operations.extreme(wanted, cells) if _WHICH.search(text) else None
    ordered = sorted(cells, key=lambda cell: cell.value, reverse=operation == "largest")
    return operations.looked_up(wanted, ordered[rank - 1]) if rank <= len(ordered) else None


def _are_numbers(cells: Sequence[NumberCell]) -> bool:
    """Whether what tells the cells apart are numbers, as of years, and no names."""
    names = [cell.row for cell in cells if cell.row != cells[0].row]
    told = [*names, cells[0].row] if names else [cell.column for cell in cells]
    return all(re.fullmatch(r"[\d.,]+", name) for name in told)


def _among(text: str, match: _Match) -> tuple[NumberCell, ...]:
    """The cells among which one is the largest: of one series over all rows, or of a row over all.

    Where groups of ages are asked for, those alone; no cells where rows are of several kinds.
    """
    chart, names = match.chart, match.names
    columns = names.columns or (tuple(chart.columns) if len(chart.columns) == 1 else ())
    is_all = len(names.columns) in (0, len(chart.columns))
    if _VALUE.search(text) and not names.rows and is_all:
        return tuple(chart.cells.values())
    if len(columns) == 1 and len(names.rows) in (0, 2):
        rows = list(names.rows) or chart.parts()
        which = _WHICH.search(text)
        noun = {stem(word) for word in words(which["noun"])} if which else set()
        ages = [at for at in rows if _AGES.search(chart.rows[at])]
        if stem("age") in noun:
            rows = ages
        elif ages and len(ages) != len(rows):
            return ()
        cells = [chart.cells.get((row, columns[0])) for row in rows]
    elif len(names.rows) == 1 and len(names.columns) in (0, 2):
        over = names.columns or tuple(chart.columns)
        cells = [chart.cells.get((names.rows[0], column)) for column in over]
    else:
        return ()
    return tuple(cell for cell in cells if cell is not None)


def _operation(operation: Operation, question: str, rank: int = 1) -> AskedOperation:
    return AskedOperation(
        operation=operation,
        parts=(),
        whole=terms(question),
        power=instructions.power_wanted(question),
        decimals=instructions.decimals_wanted(question),
        rank=rank,
    )
