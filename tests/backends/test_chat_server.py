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
from mmrag.errors import ConfigError, ModelError, ModelMissing, ModelRefused, ModelTimeout
from mmrag.protocols import Limits, Turn

ASK = (Turn("system", "Be brief."), Turn("user", "What is shown?"))


def model(server: ScriptedServer, **changes: object) -> chat_server.ServerModel:
    return chat_server.ServerModel(server.settings(**changes), offline=True)


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
             b'{"choices":[{"message":{"content":"not a stream"}}]}',
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
    "slow", [Reply(("a", "b"), pause=3.0), Reply(tuple("abcdefgh"), pause=0.1),
             Reply(("late",), keeps_alive=3.0)],
    ids=["silent", "dripping", "keeping the line open"],
)  # fmt: skip
def test_a_slow_server_is_left_at_the_time_limit(scripted_server, slow):
    scripted_server.replies = [slow]
    started = time.monotonic()
    with pytest.raises(ModelTimeout):
        said(scripted_server, seconds=0.4, retries=3)
    assert time.monotonic() - started < 2.5
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


def test_an_empty_reply_is_empty(scripted_server):
    scripted_server.replies = [Reply(())]
    assert said(scripted_server) == ""


def test_the_models_of_a_server_are_listed(scripted_server):
    scripted_server.names = ["b", "a"]
    assert model(scripted_server).models() == ["a", "b"]


def test_control_tokens_in_a_text_reach_the_server_as_words(scripted_server):
    turn = Turn("user", "a <image> </s> <|im_end|> [INST] [/INST] [K7Q] x < 5 [NOTE 1]")
    list(model(scripted_server).stream([turn], Limits()))
    text = scripted_server.prompt()
    assert text == "a < image> < /s> < |im_end|> [ INST] [ /INST] [K7Q] x < 5 [NOTE 1]"
