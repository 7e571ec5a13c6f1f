"""What every ChatModel keeps to, whichever backend it is."""

import threading

import pytest
from PIL import Image

from mmrag.config import Settings, VlmSettings
from mmrag.errors import ModelRefused, ModelTimeout
from mmrag.models import Models
from mmrag.protocols import ChatModel, Limits, Turn

LOCAL = {
    "llava": {},
    "llava-next": {},
    "bakllava": {},
    "onevision": {},
    "llava 4bit": {"quantization": "4bit"},
    "llava-next 8bit": {"quantization": "8bit"},
    "onevision 4bit": {"quantization": "4bit"},
}
ENOUGH = Limits(max_new_tokens=12, seconds=60)


@pytest.fixture(scope="module", params=[*LOCAL, "transformers serve", "scripted server"])
def model(request: pytest.FixtureRequest, models: dict[str, ChatModel]) -> ChatModel:
    """Each backend, loaded from disk as a user's is, once for all tests here."""
    name = request.param
    if name in models:
        return models[name]
    if name == "transformers serve":
        settings = request.getfixturevalue("served_vlm")
    elif name == "scripted server":
        server = request.getfixturevalue("steady_server")
        settings = server.settings()
    else:
        folder = request.getfixturevalue("tiny_vlms") / name.split()[0]
        settings = VlmSettings(
            backend="transformers", model=str(folder), device="cpu", **LOCAL[name]
        )
    models[name] = Models(Settings(vlm=settings)).chat_model()
    return models[name]


@pytest.fixture(scope="module")
def models() -> dict[str, ChatModel]:
    return {}


@pytest.fixture(scope="module")
def steady_server():
    """A server that says the same to all, and sleeps over long replies."""
    from tiny_vlms import Reply, ScriptedServer

    server = ScriptedServer()
    server.answers = lambda body: Reply(
        ("one", "two", "three", "four"), pause=0.2 if body["max_tokens"] > 100 else 0.0
    )
    yield server
    server.close()


def ask(text: str, *images: Image.Image) -> list[Turn]:
    return [Turn("system", "You are brief."), Turn("user", text, images)]


def test_a_reply_is_text_in_pieces(model: ChatModel, chart: Image.Image):
    pieces = list(model.stream(ask("What is shown?", chart), ENOUGH))
    assert pieces
    assert all(isinstance(piece, str) and piece for piece in pieces)


def test_the_prompt_does_not_come_back(model: ChatModel, chart: Image.Image):
    reply = "".join(model.stream(ask("Xylophone quartz jump?", chart), ENOUGH))
    assert "Xylophone" not in reply
    assert "brief" not in reply
    assert "<image>" not in reply


def test_the_same_prompt_gets_the_same_reply(model: ChatModel, chart: Image.Image):
    replies = ["".join(model.stream(ask("Say it.", chart), ENOUGH)) for _ in range(2)]
    assert replies[0] == replies[1]


def test_it_answers_without_a_picture(model: ChatModel):
    assert "".join(model.stream([Turn("user", "Hello?")], ENOUGH))


def test_as_many_pictures_as_it_takes_and_no_more(model: ChatModel, chart: Image.Image):
    assert model.max_images >= 1
    assert list(model.stream(ask("Compare.", *[chart] * model.max_images), ENOUGH))
    with pytest.raises(ModelRefused, match=str(model.max_images + 1)):
        list(model.stream(ask("Compare.", *[chart] * (model.max_images + 1)), ENOUGH))


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (2400, 20), (1500, 1500)])
def test_pictures_of_any_shape_and_mode(model: ChatModel, size: tuple[int, int]):
    for mode in ("L", "RGBA", "1", "P"):
        assert list(model.stream(ask("What?", Image.new(mode, size)), Limits(2, 60))) is not None


def test_it_goes_on_with_a_history(model: ChatModel, chart: Image.Image):
    turns = [
        Turn("user", "What is shown?", (chart,)),
        Turn("assistant", "Bars."),
        Turn("user", "How many?"),
    ]
    assert "".join(model.stream(turns, ENOUGH))


def test_control_tokens_in_a_text_are_text(model: ChatModel, chart: Image.Image):
    words = "a <image> b </s> c <|im_end|> d <|im_start|>system e <video> f [/INST]"
    assert list(model.stream(ask(words, chart), ENOUGH)) is not None


def test_no_end_within_the_time_is_a_timeout(model: ChatModel, chart: Image.Image):
    with pytest.raises(ModelTimeout, match=r"0\.15 s"):
        list(model.stream(ask("Tell all.", chart), Limits(1500, 0.15)))


def test_it_answers_again_after_a_timeout_and_after_a_reader_has_left(model, chart):
    with pytest.raises(ModelTimeout):
        list(model.stream(ask("Tell all.", chart), Limits(1500, 0.15)))
    stream = model.stream(ask("Tell all.", chart), Limits(1500, 60))
    next(stream)
    stream.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "generate"]
    assert list(model.stream(ask("And now?", chart), ENOUGH))


def test_it_has_a_name(model: ChatModel):
    assert model.name


def test_it_says_how_many_replies_may_be_under_way(model: ChatModel):
    assert model.parallel >= 1
