import base64
import io
import json
import threading
import time

import pytest
from PIL import Image
from tiny_vlms import Reply, ScriptedServer

from mmrag.backends import chat_server
from mmrag.config import VlmSettings
from mmrag.errors import (
    ConfigError,
    ModelError,
    ModelMissing,
    ModelRefused,
    ModelTimeout,
    NoReply,
    PicturesRefused,
    PromptTooLong,
    ReplyWithdrawn,
)
from mmrag.protocols import Limits, Turn

ASK = (Turn("system", "Be brief."), Turn("user", "What is shown?"))
SLOW = 60.0  # seconds: longer than a busy machine takes for what does not wait for it


def model(server: ScriptedServer, **changes: object) -> chat_server.ServerModel:
    return chat_server.ServerModel(server.settings(**changes), offline=True)


def told(server: ScriptedServer, **changes: object) -> tuple[str, tuple[str, ...]]:
    """The text of a reply, and the notes on it."""
    pieces: list[str] = []

    def read():
        notes = yield from model(server, **changes).stream(ASK, Limits(64, 10))
        pieces.append(notes)

    text = "".join(read())
    return text, pieces[0]


def refusal(words: str, status: int = 400) -> Reply:
    return Reply(status=status, body=json.dumps({"error": {"message": words}}).encode())


def said(server: ScriptedServer, seconds: float = 10.0, **changes: object) -> str:
    return "".join(model(server, **changes).stream(ASK, Limits(64, seconds)))


def test_the_reply_comes_in_the_pieces_the_server_sends(scripted_server):
    scripted_server.says("Three ", "bars", ".")
    assert list(model(scripted_server).stream(ASK, Limits())) == ["Three ", "bars", "."]


def test_a_request_is_greedy_bounded_and_streamed(scripted_server):
    said(scripted_server)
    request = scripted_server.requests[0]
    assert request["model"] == "tiny"
    assert request["stream"] is True
    assert request["temperature"] == 0
    assert request["max_tokens"] == 64
    assert request["messages"][0] == {"role": "system", "content": "Be brief."}


def test_pictures_travel_as_png_no_larger_than_the_profile_says(scripted_server):
    turn = Turn("user", "Compare.", (Image.new("RGB", (900, 300), "red"), Image.new("L", (50, 40))))
    list(model(scripted_server, image_pixels=300).stream([turn], Limits()))
    *pictures, text = scripted_server.requests[0]["messages"][0]["content"]
    assert text == {"type": "text", "text": "Compare."}
    sizes = []
    for picture in pictures:
        head, data = picture["image_url"]["url"].split(",")
        assert head == "data:image/png;base64"
        sizes.append(Image.open(io.BytesIO(base64.b64decode(data))).size)
    assert sizes == [(300, 100), (50, 40)]


def test_more_pictures_than_allowed_are_refused_with_both_numbers(scripted_server, chart):
    turn = Turn("user", "?", (chart, chart, chart))
    with pytest.raises(ModelRefused, match=r"3 pictures.*allows 2"):
        list(model(scripted_server, max_images=2).stream([turn], Limits()))
    assert scripted_server.requests == []


def test_nothing_of_the_environment_is_sent_but_the_key_that_is_named(scripted_server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "ambient")
    monkeypatch.setenv("OPENAI_ORG_ID", "ambient")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Extra: ambient")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("MY_KEY", "secret")
    said(scripted_server)
    assert "ambient" not in json.dumps(scripted_server.headers[0])
    assert "authorization" not in scripted_server.headers[0]
    said(scripted_server, api_key_env="MY_KEY")
    assert scripted_server.headers[1]["authorization"] == "Bearer secret"


def test_a_key_that_is_not_set_is_named(scripted_server):
    with pytest.raises(ConfigError, match="NO_SUCH_KEY"):
        model(scripted_server, api_key_env="NO_SUCH_KEY")


@pytest.mark.parametrize(
    "url",
    ["http://192.168.1.7:11434/v1", "https://api.example.com/v1", "http://localhost.example.com/v1",
     "http://0.0.0.0:1/v1", "http://[2001:db8::1]/v1"],
)  # fmt: skip
def test_an_offline_profile_reaches_this_machine_alone(url):
    settings = VlmSettings(backend="server", model="x", base_url=url)
    with pytest.raises(ConfigError, match="offline"):
        chat_server.load(settings, offline=True)
    assert chat_server.load(settings, offline=False).name == "x"


@pytest.mark.parametrize("url", ["http://localhost:1/v1", "http://127.0.0.9/v1", "http://[::1]/v1"])
def test_loopback_is_this_machine(url):
    settings = VlmSettings(backend="server", model="x", base_url=url)
    assert chat_server.load(settings, offline=True).name == "x"


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"base_url": ""}, "base_url"), ({"base_url": "ftp://127.0.0.1"}, "base_url"),
     ({"base_url": "http://me:pw@127.0.0.1/v1"}, "api_key_env"), ({"model": ""}, "model")],
)  # fmt: skip
def test_an_unusable_profile_is_an_error_that_names_the_setting(scripted_server, changes, words):
    with pytest.raises(ConfigError, match=words):
        model(scripted_server, **changes)


def test_a_refused_connection_says_that_no_server_answers(scripted_server):
    scripted_server.close()
    with pytest.raises(ModelMissing, match="no server answers there"):
        said(scripted_server)


def test_an_unknown_model_lists_what_the_server_has(scripted_server):
    scripted_server.names = ["llava:7b", "moondream"]
    scripted_server.replies = [Reply(status=404, body=b'{"error":{"message":"model not found"}}')]
    with pytest.raises(ModelMissing, match=r"no model 'tiny'; it has llava:7b, moondream"):
        said(scripted_server)


def test_a_key_that_is_wanted_or_refused_says_so(scripted_server, monkeypatch):
    scripted_server.replies = [Reply(status=401, body=b"{}")]
    with pytest.raises(ModelMissing, match="api_key_env"):
        said(scripted_server)
    monkeypatch.setenv("MY_KEY", "wrong")
    with pytest.raises(ModelMissing, match="MY_KEY was not accepted"):
        said(scripted_server, api_key_env="MY_KEY")


def test_out_of_memory_is_said_and_not_tried_again(scripted_server):
    body = b'{"error":{"message":"CUDA error: out of memory"}}'
    scripted_server.replies = [Reply(status=500, body=body)]
    with pytest.raises(ModelRefused, match="image_pixels"):
        said(scripted_server, retries=3)
    assert len(scripted_server.requests) == 1


def test_a_context_that_is_too_long_says_what_to_do(scripted_server):
    body = b'{"error":{"message":"maximum context length is 4096 tokens, you sent 9000"}}'
    scripted_server.replies = [Reply(status=400, body=body)]
    with pytest.raises(ModelRefused, match=r"4096 tokens.*less evidence"):
        said(scripted_server)


@pytest.mark.parametrize(
    "first", [Reply(status=500, body=b"oops"), Reply(status=503, body=b""), Reply(ends=False),
              Reply(status=429, body=b"{}", headers={"retry-after": "0.1"})],
)  # fmt: skip
def test_a_fault_that_may_pass_is_tried_again(scripted_server, first):
    scripted_server.replies = [first, Reply(("now",))]
    assert said(scripted_server, retries=1) == "now"


def test_after_the_last_try_the_fault_is_raised(scripted_server):
    scripted_server.replies = [Reply(status=500, body=b'{"error":{"message":"boom"}}')]
    with pytest.raises(ModelError, match=r"status 500: boom"):
        said(scripted_server, retries=1)
    assert len(scripted_server.requests) == 2


def test_a_reply_cut_off_keeps_what_came_and_is_not_begun_anew(scripted_server):
    scripted_server.replies = [Reply(("half ", "a "), ends=False)]
    pieces = []
    with pytest.raises(ModelError, match="cut off"):
        for piece in model(scripted_server, retries=3).stream(ASK, Limits()):
            pieces.append(piece)
    assert pieces == ["half ", "a "]
    assert len(scripted_server.requests) == 1


@pytest.mark.parametrize(
    "body", [b"<html>hello</html>", b"data: {broken\n\n", b"data: 7\n\n", b"\xff\xfe", b"",
             b'{"choices":[]}', b'{"choices":[{"message":{"content":5}}]}', b'{"broken',
             b'data: {"choices": [5]}\n\n'],
)  # fmt: skip
def test_nonsense_is_an_error_of_the_model(scripted_server, body):
    scripted_server.replies = [Reply(body=body)]
    with pytest.raises(ModelError):
        said(scripted_server)


def test_an_error_within_the_stream_is_told_in_the_servers_words(scripted_server):
    scripted_server.replies = [Reply(body=b'data: {"error": {"message": "slot lost"}}\n\n')]
    with pytest.raises(ModelError, match="slot lost"):
        said(scripted_server)


def test_a_redirect_is_not_followed(scripted_server):
    headers = {"location": "http://192.0.2.1/v1"}
    scripted_server.replies = [Reply(status=307, body=b"", headers=headers)]
    with pytest.raises(ModelMissing, match=r"192\.0\.2\.1"):
        said(scripted_server)


@pytest.mark.parametrize(
    "slow", [Reply(("a", "b"), pause=SLOW), Reply(tuple("abc" * 200), pause=0.1),
             Reply(("late",), keeps_alive=SLOW)],
    ids=["silent", "dripping", "keeping the line open"],
)  # fmt: skip
def test_a_slow_server_is_left_at_the_time_limit(scripted_server, slow):
    scripted_server.replies = [slow]
    started = time.monotonic()
    with pytest.raises(ModelTimeout):
        said(scripted_server, seconds=0.4, retries=3)
    assert time.monotonic() - started < SLOW / 2
    assert len(scripted_server.requests) == 1


def test_no_more_requests_are_under_way_than_allowed(scripted_server):
    scripted_server.replies = [Reply(("x",), pause=0.1)]
    shared = model(scripted_server, parallel=2)
    threads = [
        threading.Thread(target=lambda: list(shared.stream(ASK, Limits(8, 20)))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(scripted_server.requests) == 6
    assert scripted_server.most_at_once == 2


def test_a_reader_who_leaves_frees_his_place(scripted_server):
    scripted_server.replies = [Reply(tuple("abcdef"), pause=0.02)]
    shared = model(scripted_server, parallel=1)
    for _ in range(3):
        stream = shared.stream(ASK, Limits(8, 5))
        assert next(stream) == "a"
        stream.close()


def test_an_empty_reply_is_an_error_that_says_where_to_look(scripted_server):
    scripted_server.replies = [Reply(())]
    with pytest.raises(NoReply, match="chat template"):
        said(scripted_server, retries=3)
    assert len(scripted_server.requests) == 1


def test_the_models_of_a_server_are_listed(scripted_server):
    scripted_server.names = ["b", "a"]
    assert model(scripted_server).models() == ["a", "b"]


def test_control_tokens_in_a_text_reach_the_server_as_words(scripted_server):
    turn = Turn("user", "a <image> </s> <|im_end|> [INST] [/INST] [K7Q] x < 5 [NOTE 1]")
    list(model(scripted_server).stream([turn], Limits()))
    text = scripted_server.prompt()
    assert text == "a < image> < /s> < |im_end|> [ INST] [ /INST] [K7Q] x < 5 [NOTE 1]"


THOUGHT = "Okay, [K7Q] says 99 million."


@pytest.mark.promise(35)
@pytest.mark.parametrize(
    "pieces",
    [("<think>", THOUGHT, "</think>", "\n\nIt is 4."),
     ("<th", "ink>", THOUGHT, "</thi", "nk>It is 4."),
     (THOUGHT, "\n</think>\n\nIt", " is 4."), ("It is 4.", "<think>", THOUGHT)],
    ids=["open and closed", "split", "closed alone", "cut off"],
)  # fmt: skip
def test_thoughts_in_the_text_are_no_part_of_the_reply(scripted_server, pieces):
    scripted_server.says(*pieces)
    assert said(scripted_server) == "It is 4."


@pytest.mark.parametrize(
    "thought",
    [{"reasoning_content": THOUGHT}, {"reasoning": THOUGHT, "content": ""},
     {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}]}],
)  # fmt: skip
def test_thoughts_apart_from_the_text_are_no_part_of_the_reply(scripted_server, thought):
    answer = {"delta": {"content": [{"type": "text", "text": "It is 4."}]}}
    scripted_server.replies = [Reply(events=({"delta": thought}, answer))]
    assert said(scripted_server) == "It is 4."


@pytest.mark.parametrize(
    ("reply", "advice"),
    [(Reply(events=({"delta": {"reasoning_content": THOUGHT}},), finish="length"),
      r"64 tokens were used up.*max_new_tokens.*enable_thinking"),
     (Reply(events=({"delta": {"reasoning": THOUGHT}},)), "all it said was thought"),
     (Reply(("<think>", THOUGHT), finish="length"), "all it said was thought"),
     (Reply((THOUGHT, "</think>", " \n")), "all it said was thought"),
     (Reply(events=({"delta": {"tool_calls": [{"index": 0}]}},), finish="tool_calls"),
      "called a tool"),
     (Reply((" ", "\n")), "without a word")],
)  # fmt: skip
def test_a_reply_without_an_answer_is_an_error_with_advice(scripted_server, reply, advice):
    scripted_server.replies = [reply]
    with pytest.raises(NoReply, match=advice):
        said(scripted_server, retries=2)
    assert len(scripted_server.requests) == 1


def test_a_reply_is_shown_as_it_comes_once_the_model_is_known_not_to_think(scripted_server):
    scripted_server.replies = [Reply(("a", "b")), Reply(("a", "b"), lag=SLOW)]
    shared = model(scripted_server)
    assert list(shared.stream(ASK, Limits())) == ["a", "b"]
    started = time.monotonic()
    assert next(shared.stream(ASK, Limits())) == "a"
    assert time.monotonic() - started < SLOW / 2


def test_a_profile_can_say_that_a_model_does_not_think(scripted_server):
    scripted_server.replies = [Reply(("a", "b"), lag=SLOW)]
    started = time.monotonic()
    assert next(model(scripted_server, thinking="none").stream(ASK, Limits())) == "a"
    assert time.monotonic() - started < SLOW / 2


def test_thoughts_of_a_model_that_was_said_not_to_think_are_withdrawn(scripted_server):
    scripted_server.says(THOUGHT, "</think>", "It is 4.")
    shared = model(scripted_server, thinking="none")
    with pytest.raises(ReplyWithdrawn, match="thinking"):
        list(shared.stream(ASK, Limits()))
    assert "".join(shared.stream(ASK, Limits())) == "It is 4.", "remembered"


def test_the_end_of_the_tokens_is_noted(scripted_server):
    scripted_server.replies = [Reply(("It is 4. And",), finish="length")]
    text, notes = told(scripted_server)
    assert text == "It is 4. And"
    assert "64 tokens were used up" in notes[0]
    scripted_server.says("It is 4.")
    assert told(scripted_server) == ("It is 4.", ())


@pytest.mark.parametrize("finish", [None, ""])
def test_a_stream_that_says_it_is_done_has_ended_without_a_reason(scripted_server, finish):
    scripted_server.replies = [Reply(("It is 4.",), finish=finish)]
    assert said(scripted_server) == "It is 4."
    scripted_server.replies = [
        Reply(events=({"delta": {"content": "It"}, "finish_reason": finish},), ends=False)
    ]
    with pytest.raises(ModelError, match="cut off"):
        said(scripted_server)


def test_a_whole_reply_to_a_request_for_a_stream_is_read(scripted_server):
    reply = {"choices": [{"message": {"content": "It is 4."}, "finish_reason": "stop"}]}
    for indent in (None, 2):
        scripted_server.replies = [Reply(body=json.dumps(reply, indent=indent).encode())]
        assert said(scripted_server) == "It is 4."


def test_comments_and_empty_events_are_passed_over(scripted_server):
    lines = (": keep-alive", "data: {}", "data:", "event: ping", {"delta": {"content": "It is 4."}})
    scripted_server.replies = [Reply(events=lines)]
    assert said(scripted_server) == "It is 4."


BLIND = [
    (500, "image input is not supported - hint: you may need to provide the mmproj"),
    (400, "Model only supports text input, got image_url"),
    (422, "Failed to deserialize: messages[1]: unknown variant `image_url`, expected `text`"),
    (400, "tiny is not a multimodal model"),
    (404, "No endpoints found that support image input"),
    (400, "This model has no vision capability"),
    (400, "messages.1.content: Input should be a valid string"),
    (500, "this model is missing data required for image input: no vision projector"),
]


@pytest.mark.parametrize(("status", "words"), BLIND)
def test_a_model_without_eyes_is_told_by_its_first_error(scripted_server, chart, status, words):
    scripted_server.replies = [refusal(words, status), Reply(("blind",))]
    shared = model(scripted_server, retries=3)
    with pytest.raises(PicturesRefused, match=r"takes no pictures.*max_images = 0"):
        list(shared.stream([Turn("user", "?", (chart,))], Limits()))
    assert shared.max_images == 0
    with pytest.raises(PicturesRefused):
        list(shared.stream([Turn("user", "?", (chart,))], Limits()))
    assert len(scripted_server.requests) == 1, "neither tried again nor asked once more"
    assert "".join(shared.stream(ASK, Limits())) == "blind"


@pytest.mark.parametrize(
    ("status", "words"),
    [(400, "cannot decode image"), (400, "image is too large: not allowed"), (500, "boom"),
     (400, "image_url: invalid base64 bytes are not supported")],
)  # fmt: skip
def test_a_picture_that_cannot_be_read_makes_no_model_blind(scripted_server, chart, status, words):
    scripted_server.replies = [refusal(words, status)]
    shared = model(scripted_server)
    with pytest.raises(ModelError):
        list(shared.stream([Turn("user", "?", (chart,))], Limits()))
    assert shared.max_images == 4


def test_a_server_that_takes_fewer_pictures_says_how_many(scripted_server, chart):
    scripted_server.replies = [refusal("At most 1 image(s) may be provided in one request.")]
    shared = model(scripted_server)
    with pytest.raises(PicturesRefused, match="takes 1 picture"):
        list(shared.stream([Turn("user", "?", (chart, chart))], Limits()))
    assert shared.max_images == 1


@pytest.mark.parametrize(
    ("entry", "sees"),
    [({"architecture": {"input_modalities": ["text"]}}, False),
     ({"architecture": {"input_modalities": ["text", "image"]}}, True),
     ({"architecture": {"modality": "text+image->text"}}, True),
     ({"architecture": {"modality": "text->text+image"}}, False),
     ({"modalities": {"input": ["text"]}}, False),
     ({"capabilities": {"vision": False, "completion_chat": True}}, False),
     ({"capabilities": ["completion"]}, False),
     ({"capabilities": ["completion", "multimodal"]}, True),
     ({"capabilities": ["tools"]}, None), ({"type": "llm"}, False), ({"type": "vlm"}, True),
     ({"supports_vision": False}, False), ({"owned_by": "me"}, None)],
)  # fmt: skip
def test_the_list_of_models_says_whether_a_model_sees(scripted_server, chart, entry, sees):
    scripted_server.listing = {"data": [{"id": "other"}, {"id": "tiny", **entry}]}
    shared = model(scripted_server)
    assert shared.takes_pictures() is sees
    asked = shared.stream([Turn("user", "?", (chart,))], Limits())
    if sees is False:
        with pytest.raises(PicturesRefused):
            list(asked)
        assert scripted_server.requests == []
    else:
        assert list(asked)


def test_the_only_model_of_a_server_is_meant_whatever_its_name(scripted_server):
    scripted_server.listing = {
        "data": [{"id": "/models/smol.gguf"}],
        "models": [{"name": "/models/smol.gguf", "capabilities": ["completion"]}],
    }
    assert model(scripted_server).takes_pictures() is False
    scripted_server.listing = {"data": "nonsense"}
    assert model(scripted_server).takes_pictures() is None


@pytest.mark.parametrize(
    ("status", "words"),
    [(500, "input is too large to process. increase the physical batch size"),
     (500, "the request exceeds the available context size"),
     (500, "Context size has been exceeded."),
     (400, "the request exceeds the available context size, try increasing it"),
     (422, "`inputs` tokens + `max_new_tokens` must be <= 4096"),
     (400, "max_tokens is too large: 64. This model's maximum context length is 40 tokens")],
)  # fmt: skip
def test_a_prompt_that_is_too_long_is_told_whatever_the_status(scripted_server, status, words):
    scripted_server.replies = [refusal(words, status)]
    with pytest.raises(PromptTooLong, match="less evidence"):
        said(scripted_server, retries=3)
    assert len(scripted_server.requests) == 1


def test_a_prompt_cut_off_in_silence_is_too_long(scripted_server):
    scripted_server.replies = [Reply(("x",), usage={"prompt_tokens": 3})]
    with pytest.raises(PromptTooLong, match="read 3 tokens of a prompt of 5 words"):
        said(scripted_server)
    text, notes = told(scripted_server, thinking="none")
    assert text == "x"
    assert "read 3 tokens" in notes[0]
    scripted_server.replies = [Reply(("x",), usage={"prompt_tokens": 9})]
    assert told(scripted_server) == ("x", ())


@pytest.mark.parametrize(
    ("words", "field"),
    [("Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
      "max_tokens"),
     ("Unsupported value: 'temperature' does not support 0. Only the default is supported",
      "temperature"),
     ("[{'type': 'extra_forbidden', 'loc': ['body', 'stream_options']}]", "stream_options")],
)  # fmt: skip
def test_a_parameter_that_is_refused_is_left_out_from_then_on(scripted_server, words, field):
    scripted_server.answers = lambda body: refusal(words) if field in body else Reply(("yes",))
    shared = model(scripted_server)
    assert "".join(shared.stream(ASK, Limits(64))) == "yes"
    assert "".join(shared.stream(ASK, Limits(64))) == "yes"
    assert len(scripted_server.requests) == 3, "refused once, and remembered"
    if field == "max_tokens":
        assert scripted_server.requests[-1]["max_completion_tokens"] == 64


@pytest.mark.parametrize(
    "words",
    ["System role not supported", "Conversation roles must alternate user/assistant/user/...",
     "Only user and assistant roles are supported!", "messages: unknown role 'system'"],
)  # fmt: skip
def test_what_the_system_says_goes_into_the_users_turn_where_it_must(scripted_server, chart, words):
    def reply(body: dict) -> Reply:
        refused = any(turn["role"] == "system" for turn in body["messages"])
        return refusal(words) if refused else Reply(("yes",))

    scripted_server.answers = reply
    shared = model(scripted_server)
    assert "".join(shared.stream(ASK, Limits())) == "yes"
    assert scripted_server.requests[-1]["messages"] == [
        {"role": "user", "content": "Be brief.\n\nWhat is shown?"}
    ]
    list(shared.stream([ASK[0], Turn("user", "And here?", (chart,))], Limits()))
    assert scripted_server.prompt() == "Be brief.\nAnd here?"


def test_a_server_that_does_not_stream_is_asked_for_a_whole_reply(scripted_server):
    whole = json.dumps({"choices": [{"message": {"content": "yes"}}]}).encode()
    scripted_server.answers = lambda body: (
        refusal("streaming is not supported", 501) if body["stream"] else Reply(body=whole)
    )
    assert said(scripted_server) == "yes"


def test_a_refusal_that_stays_ends(scripted_server):
    scripted_server.replies = [refusal("Unknown parameter: 'temperature', 'max_tokens', stream")]
    with pytest.raises(ModelRefused, match="Unknown parameter"):
        said(scripted_server)
    assert len(scripted_server.requests) < 8


def test_fields_of_the_profile_go_along(scripted_server):
    extra = {"chat_template_kwargs": {"enable_thinking": False}, "temperature": 0.2}
    said(scripted_server, extra=extra)
    request = scripted_server.requests[0]
    assert request["chat_template_kwargs"] == {"enable_thinking": False}
    assert request["temperature"] == 0.2


def test_fields_of_the_profile_that_are_refused_are_left_out_and_noted(scripted_server):
    scripted_server.answers = lambda body: (
        refusal("unknown field min_p") if "min_p" in body else Reply(("yes",))
    )
    text, notes = told(scripted_server, extra={"min_p": 0.1})
    assert text == "yes"
    assert "[vlm] extra" in notes[0]


def test_a_reply_can_be_kept_to_a_schema(scripted_server):
    schema = {"type": "object"}
    list(model(scripted_server).structured(ASK, Limits(), schema))
    asked = scripted_server.requests[0]["response_format"]
    assert asked["type"] == "json_schema"
    assert asked["json_schema"]["schema"] == schema


def test_a_server_that_takes_no_schema_is_asked_once_without(scripted_server):
    scripted_server.answers = lambda body: (
        refusal("response_format json_schema is not supported")
        if "response_format" in body
        else Reply(("yes",))
    )
    shared = model(scripted_server)
    for _ in range(2):
        assert "".join(shared.structured(ASK, Limits(), {"type": "object"})) == "yes"
    assert len(scripted_server.requests) == 3
