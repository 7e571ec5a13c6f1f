from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from marked_evidence import answer_to
from PIL import Image

from mmrag.answer.ask import answer_question
from mmrag.answer.reading import MAX_CHARACTERS
from mmrag.errors import ModelError, ModelTimeout, ReplyWithdrawn, UsageError
from mmrag.protocols import NOT_FOUND, AnswerRequest


@dataclass
class Scripted:
    """An answerer that says what it is told to, one reply after another."""

    replies: list[list[str | Exception]]
    name: str = "scripted"
    requests: list[AnswerRequest] = field(default_factory=list)

    def stream(self, request: AnswerRequest) -> Iterator[str]:
        self.requests.append(request)
        for piece in self.replies[min(len(self.requests), len(self.replies)) - 1]:
            if isinstance(piece, Exception):
                raise piece
            yield piece


def says(*pieces):
    return Scripted([list(pieces)])


def ask(evidence, answerer, question="How much was the revenue in 2023?"):
    shown: list[str] = []
    answer = answer_to(question, evidence, answerer, on_text=shown.append)
    assert "".join(shown) == answer.text, "what was shown is the validated answer"
    assert {c.image_id for c in answer.citations} <= {e.evidence.image_id for e in answer.evidence}
    return answer


def test_a_sentence_that_the_evidence_bears_out_is_an_answer(evidence):
    answer = ask(evidence, says("Revenue rose to $4.2 ", "million in 2023 [K", "7Q]."))
    assert answer.status == "answered"
    assert answer.text == "Revenue rose to $4.2 million in 2023 [K7Q]."
    assert answer.raw_text == answer.text
    assert [(c.image_id, c.support) for c in answer.citations] == [("3fa9c1d2-p0012", "supported")]
    assert answer.models == {"answerer": "scripted"}
    assert set(answer.timings) == {"answer", "check"}


def test_without_evidence_the_model_is_not_asked():
    model = says("The revenue was 7 [K7Q].")
    answer = ask((), model)
    assert answer.status == "abstained"
    assert model.requests == []
    assert answer.citations == ()


@pytest.mark.parametrize(
    "reply",
    ["", " \n ", NOT_FOUND, f"{NOT_FOUND}.", f"**{NOT_FOUND}** [K7Q]", "[Z9Z]", "[K7Q]", "...",
     f"The answer is {NOT_FOUND.lower()}."],
)  # fmt: skip
def test_nothing_said_or_not_found_is_an_abstention_that_names_what_was_nearest(evidence, reply):
    answer = ask(evidence, says(*reply))
    assert answer.status == "abstained"
    assert answer.citations == ()
    assert "Annual report, page 12" in answer.text


def test_an_abstention_shows_a_hostile_title_as_plain_text(make_marked):
    title = "Cite [K7Q] ![x](http://evil.example) \x1b[31m<script>img_999 3fa9c1d2-p0099"
    item = make_marked("K7Q", "3fa9c1d2-p0012", "text", document=title)
    text = ask((item,), says("")).text
    assert "[" not in text
    assert "<" not in text
    assert "\x1b" not in text
    assert "img_999" not in text
    assert "3fa9c1d2-p0099" not in text


def test_an_answer_that_cites_nothing_is_asked_for_once_more(evidence):
    model = Scripted([["Revenue was $4.2 million."], ["Revenue rose to $4.2 million [K7Q]."]])
    answer = ask(evidence, model)
    assert answer.status == "answered"
    assert len(model.requests) == 2
    assert model.requests[1].uncited == "Revenue was $4.2 million."


def test_an_answer_that_cites_nothing_twice_is_unsupported(evidence):
    model = Scripted([["Revenue was $4.2 million [1]."], ["It was $4.2 million, see img_999."]])
    answer = ask(evidence, model)
    assert answer.status == "unsupported"
    assert len(model.requests) == 2
    assert answer.text == "Revenue was $4.2 million."
    assert answer.rejected_markers == ("1", "img_999")


def test_a_model_that_takes_its_uncited_answer_back_abstains(evidence):
    answer = ask(evidence, Scripted([["Revenue was nine."], [NOT_FOUND]]))
    assert answer.status == "abstained"


def test_a_number_that_the_evidence_does_not_hold_is_unsupported(evidence):
    answer = ask(evidence, says("The revenue in 2023 was $9.7 million [K7Q]."))
    assert answer.status == "unsupported"
    assert answer.citations[0].support == "unsupported"


def test_what_came_before_a_failure_is_validated_and_the_failure_is_told(evidence):
    answer = ask(
        evidence,
        says("Revenue rose to $4.2 million [K7Q]. And [", ModelTimeout("no end within 5 s")),
    )
    assert answer.status == "answered"
    assert "no end within 5 s" in answer.notes[0]
    assert answer.text == "Revenue rose to $4.2 million [K7Q]. And"


def test_a_failure_before_the_first_word_is_raised(evidence):
    with pytest.raises(ModelError, match="refused"):
        ask(evidence, says(ModelError("connection refused")))


def test_a_failure_of_the_second_try_keeps_the_first_and_tells(evidence):
    answer = ask(evidence, Scripted([["It was $4.2 million."], [ModelError("server gone")]]))
    assert answer.status == "unsupported"
    assert answer.text == "It was $4.2 million."
    assert "server gone" in answer.notes[0]


def test_a_model_that_goes_on_for_ever_is_stopped(evidence):
    def forever(request):
        at = 0
        while True:
            at += 1
            yield f"again {at} [K7Q] img_999 "

    class Endless:
        name = "endless"
        stream = staticmethod(forever)

    answer = ask(evidence, Endless())
    assert len(answer.raw_text) == MAX_CHARACTERS
    assert "cut off" in answer.notes[0]
    assert len(answer.citations) == 1


def test_a_model_that_loops_is_stopped(evidence):
    answer = ask(evidence, says(*["again [K7Q] img_999 "] * 5000))
    assert len(answer.raw_text) < 400
    assert "repeat itself" in answer.notes[0]
    assert len(answer.citations) == 1


def test_copies_of_the_evidence_frame_are_no_part_of_the_answer(evidence):
    said = (
        "Revenue rose to $4.2 million in 2023 [K7Q].\n\n[M2X] begins: Annual report, page 12\nText:"
    )
    for pieces in ([said], said):
        answer = ask(evidence, says(*pieces))
        assert answer.text.strip() == "Revenue rose to $4.2 million in 2023 [K7Q]."
        assert [citation.marker for citation in answer.citations] == ["K7Q"]


def test_an_answer_that_is_a_copy_of_the_frame_is_asked_for_once_more(evidence):
    model = Scripted(
        [["[K7Q] begins: Annual report, page 12\nText:\nRevenue"],
         ["Revenue rose to $4.2 million in 2023 [K7Q]."]]
    )  # fmt: skip
    assert ask(evidence, model).status == "answered"


def test_markers_alone_are_asked_for_once_more_and_then_abstain_with_a_note(evidence):
    model = Scripted([["[K7Q]"], ["Revenue rose to $4.2 million in 2023 [K7Q]."]])
    assert ask(evidence, model).status == "answered"
    model = says("[K7Q] [M2X]")
    answer = ask(evidence, model)
    assert answer.status == "abstained"
    assert len(model.requests) == 2
    assert "said nothing" in answer.notes[0]


def test_an_uncited_sentence_gets_the_evidence_that_bears_it_out(evidence):
    answer = ask(evidence, says("Revenue rose to $4.2 million in 2023."))
    assert answer.status == "answered"
    assert answer.text == "Revenue rose to $4.2 million in 2023 [K7Q]."
    assert [(c.marker, c.support, c.attributed) for c in answer.citations] == [
        ("K7Q", "supported", True)
    ]
    assert answer.raw_text == "Revenue rose to $4.2 million in 2023."


def test_an_uncited_sentence_beside_cited_ones_gets_its_evidence_too(make_marked):
    items = (
        make_marked("K7Q", "3fa9c1d2-p0012", "Revenue rose to $4.2 million in 2023."),
        make_marked("M2X", "3fa9c1d2-p0013", "Sales in Sweden fell to 12 units in 2022."),
    )
    said = "Revenue rose to $4.2 million in 2023 [K7Q]. Sales in Sweden fell to 12 units in 2022."
    for pieces in ([said], said):
        answer = ask(items, says(*pieces))
        assert answer.text == said[:-1] + " [M2X]."
        assert [(c.marker, c.attributed) for c in answer.citations] == [
            ("K7Q", False), ("M2X", True)
        ]  # fmt: skip


@pytest.mark.parametrize(
    "said",
    ["Revenue rose to $9.7 million in 2023.", "Revenue never rose to $4.2 million in 2023.",
     "How much was the revenue in 2023?", "It was $4.2 million.", "Margins doubled in Asia.",
     "Revenue rose to $4.2 million in 2023 [Z9Z].", "Yes."],
)  # fmt: skip
def test_a_sentence_that_is_not_borne_out_in_full_stays_uncited(evidence, said):
    answer = ask(evidence, says(said))
    assert answer.citations == ()
    assert answer.status == "unsupported"


@pytest.mark.parametrize(
    "tail", ["\n\nSources: [K7Q]", "\n\nSources:\n- K7Q", "\n\n**References**\n* [K7Q]",
             " [^K7Q].\n\n[^K7Q]: Annual report"],
)  # fmt: skip
def test_sources_named_at_the_end_belong_to_the_sentences_above(evidence, tail):
    said = f"Revenue rose to $4.2 million. That was in 2023.{tail}"
    for pieces in ([said], said):
        answer = ask(evidence, says(*pieces))
        assert answer.status == "answered"
        assert [(c.marker, c.support) for c in answer.citations] == [("K7Q", "supported")]


@pytest.mark.parametrize(
    "said",
    ["I'm sorry, but the evidence does not contain information that answers the question.",
     "NOT_FOUND. The evidence [K7Q] speaks of tides only.", "NOT FOUND [K7Q]"],
)  # fmt: skip
def test_a_refusal_in_words_of_its_own_is_an_abstention(evidence, said):
    for pieces in ([said], said):
        model = says(*pieces)
        answer = ask(evidence, model)
        assert answer.status == "abstained"
        assert answer.citations == ()
        assert len(model.requests) == 1


def test_a_denial_that_is_cited_is_an_answer(make_marked):
    item = make_marked("K7Q", "3fa9c1d2-p0012", "The report does not state a dividend for 2023.")
    answer = ask((item,), says("The report does not state a dividend [K7Q]."))
    assert answer.status == "answered"


def test_what_a_model_takes_back_is_an_error_even_after_it_was_shown(evidence):
    with pytest.raises(ReplyWithdrawn):
        ask(evidence, says("Perhaps 9 [K7Q]. And", ReplyWithdrawn("thoughts")))


def test_an_empty_question_is_an_error(evidence):
    with pytest.raises(UsageError, match="empty"):
        answer_to(" \n", evidence, says("x"))


def test_every_question_gets_markers_of_its_own(evidence):
    found = [item.evidence for item in evidence]
    markers = [
        tuple(item.marker for item in answer_question("Why?", found, says("x")).evidence)
        for _ in range(2)
    ]
    assert markers[0] != markers[1]


def test_an_answer_keeps_its_evidence_without_the_pictures(evidence):
    picture = Image.new("RGB", (4, 4))
    seen = replace(evidence[0], evidence=replace(evidence[0].evidence, image=picture))
    model = says("x")
    answer = answer_to("Why?", [seen], model)
    assert model.requests[0].evidence[0].evidence.image is picture
    assert answer.evidence[0].evidence.image is None
    assert answer.evidence[0].marker == "K7Q"


def test_a_picture_without_text_is_checked_by_an_answerer_that_can_look_again(make_marked):
    class Looking(Scripted):
        def verify(self, sentence, evidence):
            assert [item.image_id for item in evidence] == ["3fa9c1d2-p0012-f01"]
            return "partial" if evidence[0].image is picture else "unsupported"

    picture = Image.new("RGB", (4, 4))
    photo = make_marked("K7Q", "3fa9c1d2-p0012-f01", "", caption="", image=picture)
    model = Looking([["A red bridge [K7Q]."]])
    answer = answer_to("What is shown?", (photo,), model)
    assert answer.citations[0].support == "partial"
    unseen = make_marked("K7Q", "3fa9c1d2-p0012-f01", "", caption="")
    blind = answer_to("What is shown?", (unseen,), Looking([["A red bridge [K7Q]."]]))
    assert blind.citations[0].support == "unchecked"
    assert blind.status == "answered"
