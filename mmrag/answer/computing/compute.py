"""The operation that a question asks for, done with the cells of the evidence's tables.

A question is read as an operation over cells. It is computed where every cell that it needs is
named by the words of the question, and by no others; where tables contradict each other, both are
shown and none is chosen. Anything else is left to who answers next.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from mmrag.answer.computing import (
    acronyms,
    announced,
    asked,
    changes,
    charted,
    choices,
    counted_items,
    fields,
    filtered,
    people,
    periods,
    ratios,
    reasons,
    series,
    steps,
    texts,
)
from mmrag.answer.computing.asked import AskedOperation
from mmrag.answer.computing.cells import MAX_COLUMNS, MAX_ROWS, NumberCell, tables
from mmrag.answer.computing.matching import Tables
from mmrag.answer.computing.operations import Found, results
from mmrag.answer.computing.records import FoundRecords
from mmrag.answer.computing.structure import FoundStructure
from mmrag.answer.placing import CitedPlace, place_of_cells
from mmrag.protocols import AnswerRequest
from mmrag.text import section_names
from mmrag.text.words import content_words
from mmrag.types import Computation, Evidence, OperandCell, Operation

_PRONOUN = re.compile(r"\b(?:it|they|them|he|she|him|her)\b", re.IGNORECASE)
OF_TEXT = 0.89
"""That what the words and the outline of a document tell is right: by the rule of succession, of
the 23 that were among 25 (`eval/calibrate.py`)."""


@dataclass(frozen=True, slots=True)
class CitedPiece:
    """A piece of evidence, by number, and where in it to look: for some words, or at a cell."""

    number: int
    words: str = ""
    place: CitedPlace | None = None


@dataclass(frozen=True, slots=True)
class Computed:
    """A computed answer, its markers in brackets.

    Without a computation it shows what the documents contradict each other in.
    """

    text: str
    computation: Computation | None
    cited: tuple[tuple[int, OperandCell], ...]  # pieces of evidence, by number, with their cells
    pieces: tuple[CitedPiece, ...] = ()  # of evidence, cited for words and not for numbers
    notes: tuple[str, ...] = ()
    confidence: float | None = None  # that it is right, where it is not as sure as most are


def compute(request: AnswerRequest, told: FoundStructure | FoundRecords | None) -> Computed | None:
    """The computed answer to a question; None where it cannot be computed with certainty.

    `told` is the answer of its document's outline, where the question is about that, or of all the
    rows of a table of a file.
    """
    if isinstance(told, FoundStructure):
        return _of_structure(told, request)
    if _names_nothing(request.question):
        return None
    if told is not None and told.needs_all:
        return _of_records(told, request)
    return _of_evidence(request) or (_of_records(told, request) if told is not None else None)


def _names_nothing(question: str) -> bool:
    """Whether a question has one word of its own: "How much does it cost?" is said by any cost."""
    own = [word for word in content_words(question) if word.lower() not in section_names.GENERAL]
    return len(own) < 2 and _PRONOUN.search(question) is not None


def _of_evidence(request: AnswerRequest) -> Computed | None:
    """The answer that the pieces of evidence hold, each by itself."""
    evidence = [item.evidence for item in request.evidence]
    if (found_in_text := _of_text(request, evidence)) is not None:
        return replace(found_in_text, confidence=OF_TEXT)
    calendars = periods.calendars(request.question, evidence)
    if len(calendars) == 1:
        (calendar,) = calendars.values()
        request = replace(request, question=calendar.asked(request.question))
    question = asked.read(request.question)
    held = tables(evidence, calendars)
    found = list(results(question, held)) if question is not None else []
    found = found or list(choices.results(request.question, held))
    found = found or list(ratios.results(request.question, held))
    if not found and question is not None:
        found = list(changes.results(question, request.question, held))
    markers = [item.marker for item in request.evidence]
    confidence = None
    if not found:
        told = _of_series(question, evidence, markers) if question is not None else None
        told = told or _of_words(request.question, held, markers)
        told = told or _of_rows(request.question, held, markers)
        told = told or _of_reasons(request.question, evidence, markers)
        if told is not None:
            return told
        found = list(charted.results(request.question, held, evidence))
        if not found:
            return None
        confidence = charted.CONFIDENCE
    best = found[0]
    if not all(map(best.agrees, found)):
        return _disagreement(found, markers)
    operands = tuple((cell.item, _operand(cell)) for cell in best.cells)
    cited = dict.fromkeys(markers[cell.item] for cell in best.cells)
    computation = Computation(
        best.operation,
        tuple(operand for _, operand in operands),
        best.result,
        str(best.unit),
    )
    text = f"{best.said} ({best.shown}) {''.join(f'[{marker}]' for marker in cited)}"
    return Computed(text, computation, operands, notes=tuple(_notes(held)), confidence=confidence)


def _of_structure(found: FoundStructure, request: AnswerRequest) -> Computed | None:
    """An answer about a document's structure, each item cited; None where one is no evidence."""
    places = {item.evidence.image_id: n for n, item in enumerate(request.evidence)}
    if not all(item.image_id in places for _, item in found.items):
        return None
    pieces = [CitedPiece(places[item.image_id], item.title) for _, item in found.items]
    told = [
        f"{text} [{request.evidence[piece.number].marker}]".strip()
        for (text, _), piece in zip(found.items, pieces, strict=True)
    ]
    join = " " if len(told) == 1 and not found.items[0][0] else ": "
    text = f"{found.said}{join}{'; '.join(told)}"
    told_of_it = _told(found.operation, found.result, text, *pieces)
    return replace(told_of_it, confidence=OF_TEXT)


def _of_records(found: FoundRecords, request: AnswerRequest) -> Computed | None:
    """An answer from rows of a table of a file, each page of it cited around its cells."""
    places = {item.evidence.image_id: n for n, item in enumerate(request.evidence)}
    pieces = []
    for part, cells in found.cells.items():
        table = found.table.parts[part]
        if table.grid.figure_id not in places:
            return None
        place = place_of_cells([cell.bbox for cell in cells], table)
        pieces.append(CitedPiece(places[table.grid.figure_id], place=place))
    cited = "".join(f"[{request.evidence[piece.number].marker}]" for piece in pieces)
    text = f"{found.said} ({found.shown}) {cited}"
    return _told(found.operation, found.result, text, *pieces, unit=str(found.unit))


def _of_series(
    question: AskedOperation, evidence: Sequence[Evidence], markers: Sequence[str]
) -> Computed | None:
    """An answer from amounts in one sentence, which is cited; None where sentences disagree."""
    found = list(series.results(question, evidence))
    if not found or not all(map(found[0].agrees, found)):
        return None
    best = found[0]
    piece = CitedPiece(best.cells[0].item, best.cells[0].table.caption)
    text = f"{best.said} ({best.shown}) [{markers[piece.number]}]"
    return _told(best.operation, best.result, text, piece, unit=str(best.unit))


def _of_words(question: str, held: Tables, markers: Sequence[str]) -> Computed | None:
    """A cell of words, cited at its box."""
    found = texts.result(question, held)
    if found is None:
        return None
    text = f"{found.text} ({found.name}) [{markers[found.item]}]"
    piece = CitedPiece(found.item, place=place_of_cells([found.cell.bbox], found.table))
    return _told("look-up", found.text, text, piece)


def _of_rows(question: str, held: Tables, markers: Sequence[str]) -> Computed | None:
    """The rows of a table that meet what a question says, or how many they are."""
    found = filtered.result(question, held)
    if found is None:
        return None
    said = f"{'; '.join(found.said)} [{markers[found.item]}]"
    place = place_of_cells([cell.bbox for cell in found.cells], found.table)
    piece = CitedPiece(found.item, place=place)
    if found.counts:
        return _told("count", Decimal(len(found.names)), f"{len(found.names)}: {said}", piece)
    return _told("list", found.names, said, piece)


def _of_reasons(
    question: str, evidence: Sequence[Evidence], markers: Sequence[str]
) -> Computed | None:
    """The sentence that says what drove a change."""
    found = reasons.answer(question, evidence)
    if found is None:
        return None
    text = f"“{found.text}” [{markers[found.piece]}]"
    told = _told("look-up", found.text, text, CitedPiece(found.piece, found.text))
    return replace(told, confidence=reasons.CONFIDENCE)


def _told(
    operation: Operation,
    result: Decimal | str | tuple[str, ...],
    text: str,
    *pieces: CitedPiece,
    unit: str = "",
) -> Computed:
    """An answer from words of the evidence, which has no cells."""
    return Computed(text, Computation(operation, (), result, unit), (), pieces)


def _of_text(request: AnswerRequest, evidence: Sequence[Evidence]) -> Computed | None:
    """A field, a number of fields or steps, or an acronym, as the text of the evidence has them."""
    markers = [item.marker for item in request.evidence]
    field = fields.read(request.question)
    found = fields.answer(field, evidence) if field is not None else []
    if field is not None and found and field.counts:
        said = "; ".join(f"{item.value} [{markers[item.piece]}]" for item in found)
        pieces = (CitedPiece(item.piece, item.line) for item in found)
        return _told("count", Decimal(len(found)), f"{len(found)}: {said}", *pieces)
    if found:
        (one,) = found
        line = "" if one.line == one.value else f" (“{one.line}”)"
        text = f"{one.value}{line} [{markers[one.piece]}]"
        return _told("look-up", one.value, text, CitedPiece(one.piece, one.line))
    acronym = acronyms.read(request.question)
    if acronym and (long := acronyms.answer(acronym, evidence)) is not None:
        text = f"{long.text} ({acronym}) [{markers[long.piece]}]"
        return _told("look-up", long.text, text, CitedPiece(long.piece, long.text))
    person = people.read(request.question)
    if person is not None and (told_of := people.answer(person, evidence)) is not None:
        text = f"{told_of.value} (“{told_of.line}”) [{markers[told_of.piece]}]"
        return _told("look-up", told_of.value, text, CitedPiece(told_of.piece, told_of.line))
    told = announced.read(request.question)
    listed = announced.answer(told, evidence) if told else None
    if listed is not None:
        text = f"{'; '.join(listed.items)} [{markers[listed.piece]}]"
        pieces = (CitedPiece(listed.piece, item) for item in listed.items)
        return _told("list", listed.items, text, *pieces)
    procedure = steps.read(request.question)
    counted = steps.answer(procedure, evidence) if procedure else None
    if counted is None:
        return _of_items(request, evidence, markers)
    text = f"{counted.count} steps: “{counted.name}” [{markers[counted.piece]}]"
    piece = CitedPiece(counted.piece, counted.text)
    return _told("count", Decimal(counted.count), text, piece)


def _of_items(
    request: AnswerRequest, evidence: Sequence[Evidence], markers: Sequence[str]
) -> Computed | None:
    """How many items a numbered list has, each page of it cited at its first one."""
    asked_items = counted_items.read(request.question)
    counted = counted_items.answer(asked_items, evidence) if asked_items else None
    if counted is None:
        return None
    cited = "".join(f"[{markers[number]}]" for number, _ in counted.pieces)
    text = f"{counted.count} {counted.noun}: “{counted.name}” {cited}"
    pieces = (CitedPiece(number, line) for number, line in counted.pieces)
    return _told("count", Decimal(counted.count), text, *pieces)


def _disagreement(results: Sequence[Found], markers: Sequence[str]) -> Computed | None:
    """Two results that contradict each other, of different tables; None where one table has both.

    A table in which a question fits several cells is not contradicted: the question is not clear.
    """
    one = results[0]
    other = next(item for item in results if not one.agrees(item))
    if one.cells[0].table.grid.figure_id == other.cells[0].table.grid.figure_id:
        return None
    shown = "; ".join(
        f"{item.said} ({item.shown}) [{markers[item.cells[0].item]}]" for item in (one, other)
    )
    cited = tuple((cell.item, _operand(cell)) for item in (one, other) for cell in item.cells)
    return Computed(f"Several numbers fit, and they differ: {shown}", None, cited)


def _operand(cell: NumberCell) -> OperandCell:
    return OperandCell(
        cell.value,
        str(cell.unit),
        cell.table.grid.figure_id,
        cell.cell.bbox,
        cell.cell.row,
        cell.cell.column,
        cell.row,
        cell.column,
    )


def _notes(held: Tables) -> Iterator[str]:
    """What was not read of the tables, as far as it can matter."""
    for name, read in held.items():
        table = read.table
        if not table.grid.cells:
            yield f"{name}: this table is too large to be computed with"
        elif table.grid.rows > MAX_ROWS or table.grid.columns > MAX_COLUMNS:
            yield (
                f"{name}: only the first {MAX_ROWS:,} rows and {MAX_COLUMNS} columns of this table "
                "were looked through"
            )
