"""Answers of a model behind the scripted server: sensible, wrong and malicious."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from marked_evidence import answer_to
from PIL import Image
from tiny_vlms import Reply

from mmrag.answer.generated import VlmAnswerer
from mmrag.config import Settings, VlmSettings
from mmrag.errors import ModelError, ModelMissing, NoReply
from mmrag.models import Models
from mmrag.protocols import NOT_FOUND, AnswerRequest, Turn

QUESTION = "How much was the revenue in 2023?"


@pytest.fixture
def figures(make_marked):
    """A page and a figure on it with text, and a photograph without any."""
    return (
        make_marked("K7Q", "3fa9c1d2-p0012", "Revenue rose to $4.2 million in 2023."),
        make_marked("M2X", "3fa9c1d2-p0012-f02", "2022 3.9\n2023 4.2", caption="Revenue"),
        make_marked("W4T", "3fa9c1d2-p0014-f01", "", kind="picture"),
    )


@pytest.fixture
def answerer(scripted_server) -> Callable[..., VlmAnswerer]:
    def make(**changes: object) -> VlmAnswerer:
        settings = Settings(vlm=scripted_server.settings(**changes), answer={"by": "vlm"})
        return VlmAnswerer(Models(settings).chat_model(), settings)

    return make


def pictures(count: int = 3) -> list[Image.Image]:
    return [Image.new("RGB", (800, 400), color) for color in ("red", "green", "blue")[:count]]


def ask(evidence, answerer, images=(), **changes):
    shown: list[str] = []
    if images:
        evidence = [
            replace(item, evidence=replace(item.evidence, image=image))
            for item, image in zip(evidence, images, strict=True)
        ]
    answer = answer_to(QUESTION, evidence, answerer, on_text=shown.append, **changes)
    assert "".join(shown) == answer.text
    assert {c.image_id for c in answer.citations} <= {item.evidence.image_id for item in evidence}
    return answer


def marker(body: dict, at: int) -> str:
    """The marker under which a piece of evidence came to the server."""
    text = body["messages"][-1]["content"]
    if not isinstance(text, str):
        text = text[-1]["text"]
    found = re.search(r"The markers are: (.*)\. Use no other", text)
    assert found is not None
    return found[1].split(", ")[at]


def test_a_sensible_model_is_answered_and_supported(figures, answerer, scripted_server):
    scripted_server.answers = lambda body: Reply(
        ("The revenue in 2023 was $4.2 ", "million ", marker(body, 0), ".")
    )
    answer = ask(figures, answerer(), pictures())
    assert answer.status == "answered"
    assert [(c.image_id, c.support) for c in answer.citations] == [("3fa9c1d2-p0012", "supported")]
    assert answer.rejected_markers == ()
    assert answer.models == {"answerer": "tiny"}


def test_a_wrong_model_is_found_out_by_the_text_it_cites(figures, answerer, scripted_server):
    scripted_server.answers = lambda body: Reply(
        (f"The revenue in 2023 was $9.7 million {marker(body, 0)}.",)
    )
    answer = ask(figures, answerer(), pictures())
    assert answer.status == "unsupported"
    assert [c.support for c in answer.citations] == ["unsupported"]


@pytest.mark.promise(22)
def test_a_malicious_model_cites_nothing_that_was_not_retrieved(figures, answerer, scripted_server):
    reply = (
        "![x](http://evil.example/?q=1) See [img_999], [3fa9c1d2-p0099], [Z9Z] and "
        "<script>alert(1)</script> [K7Q](http://evil.example) \x1b[31m"
    )
    scripted_server.says(reply)
    answer = ask(figures, answerer(), pictures())
    assert {c.image_id for c in answer.citations} <= {"3fa9c1d2-p0012"}
    assert "img_999" not in answer.text
    assert "evil.example" not in answer.text
    assert "<script" not in answer.text
    assert {"img_999", "3fa9c1d2-p0099", "Z9Z"} <= set(answer.rejected_markers)


def test_a_model_that_only_invents_markers_is_unsupported(figures, answerer, scripted_server):
    scripted_server.says("The revenue was $4.2 million [img_999] [Q2Q].")
    answer = ask(figures, answerer(), pictures())
    assert answer.status == "unsupported"
    assert answer.citations == ()
    assert len(scripted_server.requests) == 2, "asked once more"


def test_a_model_that_cites_nothing_is_asked_once_more_with_its_draft(
    figures, answerer, scripted_server
):
    def reply(body: dict) -> Reply:
        if len(scripted_server.requests) == 1:
            return Reply(("It was $4.2 million in 2023.",))
        return Reply((f"The revenue in 2023 was $4.2 million {marker(body, 0)}.",))

    scripted_server.answers = reply
    answer = ask(figures, answerer(), pictures())
    assert answer.status == "answered"
    assert "It was $4.2 million in 2023." in scripted_server.prompt(1)


@pytest.mark.parametrize("said", [f"{NOT_FOUND}.", NOT_FOUND])
def test_a_model_that_finds_nothing_abstains(figures, answerer, scripted_server, said):
    scripted_server.says(said)
    assert ask(figures, answerer(), pictures()).status == "abstained"


def test_a_model_that_says_nothing_is_an_error_and_no_abstention(
    figures, answerer, scripted_server
):
    thought = {"delta": {"reasoning_content": "The report says [K7Q] so."}}
    for reply in (Reply(), Reply(events=(thought,)), Reply(("<think>", "[K7Q] says so."))):
        scripted_server.replies = [reply]
        with pytest.raises(NoReply):
            ask(figures, answerer(), pictures())


@pytest.mark.promise(35)
def test_what_a_model_thinks_is_neither_shown_nor_cited(figures, answerer, scripted_server):
    scripted_server.answers = lambda body: Reply(
        (f"Perhaps 99 million {marker(body, 1)}?", "</think>",
         f"The revenue in 2023 was $4.2 million {marker(body, 0)}.")
    )  # fmt: skip
    answer = ask(figures, answerer(), pictures())
    assert [c.image_id for c in answer.citations] == ["3fa9c1d2-p0012"]
    assert "99" not in answer.text + answer.raw_text


def blind(body: dict) -> Reply:
    """As a server that has no projector for pictures."""
    if "image_url" in json.dumps(body):
        said = b'{"error":{"message":"image input is not supported, you may need the mmproj"}}'
        return Reply(status=500, body=said)
    return Reply((f"The revenue in 2023 was $4.2 million {marker(body, 0)}.",))


def test_a_model_without_eyes_answers_from_text_alone_and_says_so(
    figures, answerer, scripted_server
):
    scripted_server.answers = blind
    model = answerer(retries=3)
    for count in (2, 3):
        answer = ask(figures, model, pictures())
        assert answer.status == "answered"
        assert "takes no pictures" in answer.notes[0]
        assert len(scripted_server.requests) == count, "refused once, and remembered"


def test_a_profile_that_wants_no_pictures_sends_none_and_needs_no_note(
    figures, answerer, scripted_server
):
    scripted_server.answers = blind
    answer = ask(figures, answerer(max_images=0), pictures())
    assert answer.status == "answered"
    assert answer.notes == ()
    assert len(scripted_server.requests) == 1


def test_a_server_that_takes_one_picture_is_shown_one_after_another(
    figures, answerer, scripted_server
):
    def reply(body: dict) -> Reply:
        if scripted_server.pictures() > 1:
            return Reply(status=400, body=b'{"error":{"message":"At most 1 image(s) allowed"}}')
        if scripted_server.pictures():
            return Reply(("It shows 4.2.",))
        return Reply((f"The revenue in 2023 was $4.2 million {marker(body, 0)}.",))

    scripted_server.answers = reply
    assert ask(figures, answerer(), pictures()).status == "answered"
    assert [scripted_server.pictures(at) for at in range(5)] == [3, 1, 1, 1, 0]


@pytest.mark.parametrize("status", [400, 500])
def test_the_last_and_smallest_prompt_has_no_picture(figures, answerer, scripted_server, status):
    body = b'{"error":{"message":"the request exceeds the available context size"}}'
    scripted_server.answers = lambda asked: (
        Reply(status=status, body=body)
        if "image_url" in json.dumps(asked)
        else Reply((f"The revenue in 2023 was $4.2 million {marker(asked, 0)}.",))
    )
    model = answerer(retries=3)
    assert ask(figures, model, pictures()).status == "answered"
    assert [scripted_server.pictures(at) for at in range(5)] == [3, 3, 2, 1, 0]
    ask(figures, model, pictures())
    assert len(scripted_server.requests) == 6, "remembered"


def test_the_second_try_is_held_to_the_markers_by_a_schema(figures, answerer, scripted_server):
    def reply(body: dict) -> Reply:
        if "response_format" not in body:
            return Reply(("It was nine.",))
        sentence = body["response_format"]["json_schema"]["schema"]["properties"]["sentences"]
        names = sentence["items"]["properties"]["markers"]["items"]["enum"]
        assert [f"[{name}]" for name in names] == [marker(body, at) for at in range(3)]
        told = {"text": "The revenue in 2023 was $4.2 million.", "markers": names[:1]}
        return Reply(tuple(json.dumps({"sentences": [told]})))

    scripted_server.answers = reply
    answer = ask(figures, answerer(), pictures())
    assert answer.status == "answered"
    assert [c.image_id for c in answer.citations] == ["3fa9c1d2-p0012"]


def test_what_is_the_same_for_all_questions_comes_first(figures, answerer, scripted_server):
    scripted_server.says(NOT_FOUND)
    for some in (figures, figures[:1]):
        ask(some, answerer())
    first, second = (request["messages"] for request in scripted_server.requests)
    assert first[0] == second[0]
    assert first[0]["role"] == "system"
    assert "[K7Q]" not in first[0]["content"]
    assert first[-1]["content"].rindex("[K7Q] ends") < first[-1]["content"].index(QUESTION)


def test_a_reply_that_breaks_off_is_kept_as_far_as_it_came_and_says_so(
    figures, answerer, scripted_server
):
    scripted_server.answers = lambda body: Reply(
        (f"The revenue in 2023 was $4.2 million {marker(body, 0)}.", " And "), ends=False
    )
    answer = ask(figures, answerer(), pictures())
    assert answer.status == "answered"
    assert "cut off" in answer.notes[0]


def test_a_server_that_is_down_is_an_error_and_no_answer(figures, answerer, scripted_server):
    scripted_server.close()
    with pytest.raises(ModelMissing):
        ask(figures, answerer(), pictures())


def test_figures_go_before_pages_and_pages_go_small(figures, answerer, scripted_server):
    import base64
    import io

    def sizes() -> list[tuple[int, int]]:
        parts = scripted_server.requests[-1]["messages"][-1]["content"][:-1]
        urls = [part["image_url"]["url"].split(",")[1] for part in parts]
        return [Image.open(io.BytesIO(base64.b64decode(url))).size for url in urls]

    scripted_server.says(NOT_FOUND)
    ask(figures, answerer(image_pixels=600), pictures())
    assert sizes() == [(300, 150), (600, 300), (600, 300)]
    assert "page 12, picture 1" in scripted_server.prompt()
    ask(figures, answerer(image_pixels=600, max_images=2), pictures())
    assert sizes() == [(600, 300), (600, 300)]
    assert "page 12\n" in scripted_server.prompt()
    ask(figures[:1], answerer(image_pixels=600), pictures(1))
    assert sizes() == [(600, 300)]


def test_a_model_for_one_picture_looks_at_one_after_another_and_joins(
    figures, answerer, scripted_server
):
    def reply(body: dict) -> Reply:
        if scripted_server.pictures():
            seen = len(scripted_server.requests)
            return Reply(("NOTHING",) if seen == 3 else (f"Picture {seen} shows 4.2.",))
        return Reply((f"The revenue in 2023 was $4.2 million {marker(body, 0)}.",))

    scripted_server.answers = reply
    one = answerer(max_images=1)
    answer = ask(figures, one, pictures())
    assert [scripted_server.pictures(at) for at in range(4)] == [1, 1, 1, 0]
    joined = scripted_server.prompt(3)
    assert "Picture 1 shows 4.2." in joined
    assert "Picture 2 shows 4.2." in joined
    assert "NOTHING" not in joined
    assert answer.status == "answered"


def test_the_notes_are_not_made_again_for_the_second_try(figures, answerer, scripted_server):
    scripted_server.answers = lambda body: Reply(("It shows 4.2, without a marker.",))
    one = answerer(max_images=1)
    ask(figures, one, pictures())
    assert [scripted_server.pictures(at) for at in range(5)] == [1, 1, 1, 0, 0]
    assert "It shows 4.2" in scripted_server.prompt(4)


def test_a_context_too_short_gets_less_text(figures, answerer, scripted_server, make_marked):
    body = b'{"error":{"message":"context length exceeded"}}'
    scripted_server.replies = [
        Reply(status=400, body=body), Reply(status=400, body=body), Reply((NOT_FOUND,)),
    ]  # fmt: skip
    long = (make_marked("K7Q", "3fa9c1d2-p0012", "\n".join(f"line {at}" for at in range(2000))),)
    history = [Turn("user", "Hello?"), Turn("assistant", "Yes [M2X].")]
    assert ask(long, answerer(), history=history).status == "abstained"
    lengths = [len(scripted_server.prompt(at)) for at in range(3)]
    assert lengths[0] > lengths[1] + 2000 > lengths[2] + 3000
    assert "Hello?" in scripted_server.prompt(1)
    assert "Hello?" not in scripted_server.prompt(2)


def test_a_context_too_short_for_anything_is_an_error(figures, answerer, scripted_server):
    body = b'{"error":{"message":"context length exceeded"}}'
    scripted_server.replies = [Reply(status=400, body=body)]
    with pytest.raises(ModelError, match="less evidence"):
        ask(figures, answerer())


def test_markers_of_earlier_answers_are_words(figures, answerer, scripted_server):
    scripted_server.says(NOT_FOUND)
    history = [Turn("user", "Before?"), Turn("assistant", "It was so [Z9Z].")]
    ask(figures, answerer(), history=history)
    assert "It was so (Z9Z)." in scripted_server.prompt()


@pytest.mark.parametrize(
    ("word", "support", "status"),
    [("Yes.", "supported", "answered"), ("no", "unsupported", "unsupported"),
     ("Partly, since", "partial", "answered"), ("Perhaps", "unchecked", "answered"),
     ("", "unchecked", "answered")],
)  # fmt: skip
def test_a_cited_picture_without_text_is_shown_again_alone(
    figures, answerer, scripted_server, word, support, status
):
    def reply(body: dict) -> Reply:
        if "Statement: A red square stands there." in scripted_server.prompt():
            assert scripted_server.pictures() == 1
            return Reply((word,))
        return Reply((f"A red square stands there {marker(body, 2)}.",))

    scripted_server.answers = reply
    answer = ask(figures, answerer(), pictures())
    assert [c.support for c in answer.citations] == [support]
    assert answer.status == status


def test_the_profiles_limits_hold(figures, answerer, scripted_server):
    list(answerer(max_new_tokens=77).stream(AnswerRequest(QUESTION, figures)))
    assert scripted_server.requests[0]["max_tokens"] == 77


@pytest.mark.parametrize("name", ["llava", "onevision"])
def test_a_tiny_model_answers_nonsense_and_the_answer_is_still_valid(
    tiny_vlms, figures, chart, name
):
    vlm = VlmSettings(
        backend="transformers", model=str(tiny_vlms / name), device="cpu", max_new_tokens=16
    )
    model = Models(Settings(vlm=vlm, answer={"by": "vlm"})).answerer()
    try:
        answer = ask(figures, model, [chart] * 3)
    except NoReply:  # nothing but space is no answer at all
        return
    assert answer.status in ("abstained", "unsupported", "answered")
    assert answer.models == {"answerer": name}
