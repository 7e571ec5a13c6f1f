"""Claims of answers beside their evidence."""

from mmrag.evaluate.grounded import checked
from mmrag.types import Answer, AnswerStatus, Evidence, MarkedEvidence

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


def test_an_abstention_claims_nothing() -> None:
    assert checked(answer("Nearest: Boats, page 1.", "abstained")) == ()
