"""An answer computed from tables instead of being said by a model, each number cited to its cell.

It goes before the answerer of the profile, and leaves to it what cannot be computed with certainty.
"""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from mmrag import grids
from mmrag.answer.citations import resolve
from mmrag.answer.computing.compute import CitedPiece, Computed, compute
from mmrag.answer.computing.records import FoundRecords
from mmrag.answer.computing.structure import FoundStructure
from mmrag.answer.markers import mark
from mmrag.answer.placing import CitedPlace, at_places, place_of, place_of_cells
from mmrag.protocols import AnswerRequest, ComputedText
from mmrag.types import (
    Answer,
    AnswerStatus,
    BBox,
    Citation,
    Evidence,
    MarkedEvidence,
    OperandCell,
    Support,
)

MAKER = "computed"
"""Who answered, in `Answer.models`."""
CONFIDENCE = 0.95
"""That a number looked up or computed by the names of its cells is right, by the rule of
succession, (n + 1) / (m + 2) of the 108 that were among 113: of each set of documents as it was
first asked, where that is known, and else as it is now (`eval/calibrate.py`; eval/README.md)."""


def computed_answer(
    request: AnswerRequest,
    told: FoundStructure | FoundRecords | None,
    timings: Mapping[str, float],
    notes: Sequence[str],
) -> Answer | None:
    """The computed answer to a question; None where it cannot be computed with certainty.

    A citation has the box of the cells that it is cited for, and is `supported` where these hold
    the numbers of the computation. Where documents contradict each other it is an abstention that
    cites both. `timings` and `notes` are those of the search.
    """
    started = time.perf_counter()
    computed = compute(request, told)
    if computed is None:
        return None
    answered = time.perf_counter()
    resolved = resolve(computed.text, request.evidence)
    if {item.marker for item in resolved.citations} != _cited(computed, request.evidence):
        return None  # a cell has the name of evidence for its own words
    citations = tuple(
        _at_cells(citation, computed, request.evidence) for citation in resolved.citations
    )
    status: AnswerStatus = "abstained" if computed.computation is None else "answered"
    if any(citation.support == "unsupported" for citation in citations):
        status = "unsupported"
    return Answer(
        question=request.question,
        status=status,
        text=resolved.text,
        raw_text=computed.text,
        citations=citations,
        rejected_markers=resolved.rejected,
        evidence=request.evidence,
        models={"answerer": MAKER},
        timings={
            **timings,
            "answer": answered - started,
            "check": time.perf_counter() - answered,
        },
        notes=(*notes, *computed.notes),
        computation=computed.computation,
        confidence=None if computed.computation is None else computed.confidence or CONFIDENCE,
    )


def computed_text(question: str, evidence: Sequence[Evidence]) -> ComputedText | None:
    """What a question comes to over the cells of evidence that no search has found: one picture."""
    marked = mark(question, evidence)
    found = compute(AnswerRequest(question, marked), None)
    if found is None or found.computation is None or not found.computation.operands:
        return None
    text = found.text
    for item in marked:
        text = text.replace(f"[{item.marker}]", "")
    return ComputedText(text.strip(), found.computation.operands)


def _cited(computed: Computed, evidence: Sequence[MarkedEvidence]) -> set[str]:
    numbers = {number for number, _ in computed.cited} | {item.number for item in computed.pieces}
    return {evidence[number].marker for number in numbers}


def _at_cells(
    citation: Citation, computed: Computed, evidence: Sequence[MarkedEvidence]
) -> Citation:
    """A citation around its cells, whose numbers are checked, or around its words."""
    piece = next(n for n, item in enumerate(evidence) if item.marker == citation.marker)
    source = evidence[piece].evidence
    operands = [operand for number, operand in computed.cited if number == piece]
    if not operands:
        own = (_of_piece(item, source) for item in computed.pieces if item.number == piece)
        found = [place for place in own if place is not None]
        return replace(at_places(citation, found), support="supported")
    held = all(_holds(source, operand) for operand in operands)
    support: Support = "supported" if held else "unsupported"
    cells: defaultdict[str, list[BBox]] = defaultdict(list)
    for operand in operands:
        cells[operand.image_id].append(operand.bbox)
    tables = {table.grid.figure_id: table for table in source.tables}
    places = [place_of_cells(boxes, tables[name]) for name, boxes in cells.items()]
    return replace(at_places(citation, places), support=support)


def _of_piece(piece: CitedPiece, source: Evidence) -> CitedPlace | None:
    return piece.place or (place_of((piece.words,), source) if piece.words else None)


def _holds(evidence: Evidence, operand: OperandCell) -> bool:
    """Whether the cell at an operand's place holds its number, read anew."""
    place = (operand.row, operand.column, operand.bbox)
    return any(
        (read := grids.number(cell.text, decimal_comma=grids.has_decimal_comma(table.grid)))
        is not None
        and read[0] == operand.value
        for table in evidence.tables
        if table.grid.figure_id == operand.image_id
        for cell in table.grid.cells
        if (cell.row, cell.column, cell.bbox) == place
    )
