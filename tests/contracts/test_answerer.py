"""What every Answerer must keep to. A backend joins by a line in `ANSWERERS`."""

import re
from collections.abc import Callable, Iterator

import pytest
from marked_evidence import answer_to

from mmrag.answer.extracted import ExtractedAnswerer
from mmrag.protocols import Answerer, AnswerRequest
from mmrag.types import Evidence, MarkedEvidence

ANSWERERS: dict[str, Callable[[], Answerer]] = {"extracted": ExtractedAnswerer}


@pytest.fixture(params=ANSWERERS.values(), ids=ANSWERERS.keys())
def answerer(request) -> Answerer:
    return request.param()


def page(marker: str, number: int, text: str) -> MarkedEvidence:
    item = Evidence(
        image_id=f"3fa9c1d2-p{number:04d}",
        kind="page",
        document_id="3fa9c1d2",
        document="Harbour guide",
        path="/docs/harbour.pdf",
        page=number,
        bbox=None,
        quotable=text,
        caption="",
        description="",
        sha256=None,
        score=1.0,
    )
    return MarkedEvidence(marker, item)


EVIDENCE = (
    page("K7Q", 1, "The harbour of Visby opened in 1902. It has room for 120 boats."),
    page("M2X", 2, "Boats of more than 20 metres moor at the northern pier."),
)
QUESTION = "When did the harbour of Visby open?"


def test_it_names_itself(answerer):
    assert answerer.name


def test_it_says_whether_it_looks_at_pictures(answerer):
    assert answerer.wants_images in (True, False)


def test_it_streams_pieces_of_text(answerer):
    stream = answerer.stream(AnswerRequest(QUESTION, EVIDENCE))
    assert isinstance(stream, Iterator)
    assert all(isinstance(piece, str) for piece in stream)


def test_the_same_request_gives_the_same_answer(answerer):
    request = AnswerRequest(QUESTION, EVIDENCE)
    assert "".join(answerer.stream(request)) == "".join(answerer.stream(request))


def test_it_may_be_left_before_its_end(answerer):
    next(iter(answerer.stream(AnswerRequest(QUESTION, EVIDENCE))), None)
    assert "".join(answerer.stream(AnswerRequest(QUESTION, EVIDENCE))) is not None


def test_it_takes_evidence_without_any_text_and_a_first_try(answerer):
    request = AnswerRequest(QUESTION, (page("K7Q", 1, ""),), uncited="In 1902.")
    assert isinstance("".join(answerer.stream(request)), str)


def test_its_validated_answer_cites_evidence_alone(answerer):
    answer = answer_to(QUESTION, EVIDENCE, answerer)
    assert answer.status in ("answered", "abstained", "unsupported")
    assert {citation.marker for citation in answer.citations} <= {"K7Q", "M2X"}
    assert set(re.findall(r"\[([^\]]*)\]", answer.text)) <= {"K7Q", "M2X"}
    assert answer.models["answerer"] == answerer.name
