"""Claims of answers beside their evidence."""

from dataclasses import replace
from decimal import Decimal

import pytest

from mmrag.evaluate.grounded import checked
from mmrag.types import (
    Answer,
    AnswerStatus,
    Citation,
    Computation,
    Evidence,
    MarkedEvidence,
    OperandCell,
)

MAST = "The mast of the Petrel is 24 metres tall. It was raised in 1987 by Tomas Lind."
SAIL = "The sails of the Petrel are white and weigh 80 kilograms together."


def evidence(text: str, page: int) -> Evidence:
    name = f"boats-p{page:04d}"
    return Evidence(name, "page", "boats", "Boats", "boats.pdf", page, None, text, "", "", None, 1)


def answer(text: str, status: AnswerStatus = "answered") -> Answer:
    marked = (
        MarkedEvidence("AB3", evidence(MAST, 1)),
        MarkedEvidence("CD4", evidence(SAIL, 2)),
    )
    return Answer("?", status, text, text, (), (), marked, {}, {})


def verdicts(text: str) -> list[tuple[str, bool]]:
    return [(item.verdict, item.hallucinated) for item in checked(answer(text))]


def test_each_sentence_is_checked_against_what_it_cites() -> None:
    text = "The mast is 24 metres tall [AB3]. The engine has 300 horsepower [AB3]."
    assert verdicts(text) == [("supported", False), ("not found", True)]


def test_what_another_piece_of_evidence_bears_out_is_cited_wrongly_but_no_hallucination() -> None:
    assert verdicts("The sails weigh 80 kilograms together [AB3].") == [("not found", False)]


def test_a_claim_that_cites_nothing_is_not_found_in_it() -> None:
    assert verdicts("The mast is 24 metres tall.") == [("not found", False)]


def test_the_contrary_is_contradicted() -> None:
    assert verdicts("The mast of the Petrel is not 24 metres tall [AB3].")[0][0] in (
        "contradicted",
        "partly",
    )


def test_a_quotation_is_one_claim_of_its_own_words() -> None:
    text = "Quoted from the documents:\n" + f"“{MAST}” [AB3]\n“{SAIL}” [CD4]"
    assert verdicts(text) == [("supported", False)] * 2


def test_an_abstention_claims_nothing() -> None:
    assert checked(answer("Nearest: Boats, page 1.", "abstained")) == ()


def test_a_computed_answer_is_borne_out_by_the_numbers_of_its_tables() -> None:
    box = (0.0, 0.0, 9.0, 9.0)
    piece = evidence("Year  2024  2023\nProfit  85.5  64.6", 1)
    operands = tuple(
        OperandCell(Decimal(value), "", "boats-p0001-f01", box, 1, column, "Profit", year)
        for value, column, year in (("85.5", 1, "2024"), ("64.6", 2, "2023"))
    )
    computation = Computation("difference", operands, Decimal("20.9"), "")
    said = replace(
        answer("20.9 more (85.5 - 64.6) [AB3]"),
        evidence=(MarkedEvidence("AB3", piece),),
        computation=computation,
    )
    [claim] = checked(said)
    assert (claim.verdict, claim.hallucinated) == ("supported", False)
    invented = replace(computation, operands=(replace(operands[0], value=Decimal("99.9")),))
    [claim] = checked(replace(said, computation=invented))
    assert (claim.verdict, claim.hallucinated) == ("not found", True)
    [claim] = checked(replace(said, computation=replace(computation, operands=())))
    assert (claim.verdict, claim.hallucinated) == ("unclear", False)


@pytest.mark.parametrize("checked_as", ["supported", "unsupported"])
def test_what_was_measured_in_a_chart_is_borne_out_where_its_cell_was_checked(checked_as) -> None:
    box = (0.0, 0.0, 9.0, 9.0)
    operand = OperandCell(Decimal("41.3"), "", "boats-p0001-f01", box, 1, 1, "Trips", "2024")
    said = replace(
        answer("about 41.3 (± 0.2) [AB3]"),
        evidence=(MarkedEvidence("AB3", evidence("Trips by year", 1)),),
        computation=Computation("look-up", (operand,), Decimal("41.3"), ""),
        citations=(
            Citation("AB3", "boats-p0001", "boats", "boats.pdf", 1, box, "chart", "", checked_as),
        ),
    )
    [claim] = checked(said)
    is_held = checked_as == "supported"
    assert (claim.verdict, claim.hallucinated) == (
        "supported" if is_held else "not found",
        not is_held,
    )
