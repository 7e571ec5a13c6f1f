"""Calls of tools by a chat server's own API, tags of tasks, and the tokens that it counts."""

import json

import pytest
from tiny_vlms import Reply, ScriptedServer

from mmrag.backends import chat_server
from mmrag.errors import NoReply
from mmrag.protocols import Limits, ToolSpec, Turn

ASK = (Turn("user", "How many?"),)
INPUT = {"type": "object", "properties": {"input": {"type": "string"}}}
TOOLS = (ToolSpec("count", "counts", INPUT), ToolSpec("open", "opens", INPUT))
SCHEMA = {"type": "object"}


def said(server: ScriptedServer, reply: Reply) -> str:
    server.replies = [reply]
    model = chat_server.ServerModel(server.settings(), offline=True)
    return "".join(model.with_tools(ASK, Limits(64, 10.0), TOOLS, SCHEMA))


def calls(*parts: dict) -> Reply:
    events = tuple({"delta": {"tool_calls": [part]}, "finish_reason": None} for part in parts)
    return Reply(events=events, finish="tool_calls")


def call(name: str, arguments: object, index: int = 0) -> dict:
    return {"index": index, "function": {"name": name, "arguments": arguments}}


def test_a_call_in_parts_is_one_object(scripted_server) -> None:
    parts = (call("count", '{"inp'), call("", 'ut": "boats'), call("", ' in 1"}'))
    assert json.loads(said(scripted_server, calls(*parts))) == {
        "tool": "count",
        "input": "boats in 1",
    }


def test_the_first_call_of_a_tool_that_was_offered_counts(scripted_server) -> None:
    parts = (call("shell", "{}", 0), call("open", {"input": "1"}, 1), call("count", "{}", 2))
    assert json.loads(said(scripted_server, calls(*parts))) == {"tool": "open", "input": "1"}


def test_a_whole_reply_with_a_call_is_read(scripted_server) -> None:
    message = {"content": None, "tool_calls": [call("count", '{"input": "x"}')]}
    body = json.dumps({"choices": [{"message": message, "finish_reason": "tool_calls"}]})
    assert json.loads(said(scripted_server, Reply(body=body.encode())))["tool"] == "count"


@pytest.mark.parametrize("arguments", ["[1]", "{broken", '"text"'])
def test_arguments_that_are_no_object_are_no_call(scripted_server, arguments) -> None:
    with pytest.raises(NoReply):
        said(scripted_server, calls(call("count", arguments)))


def test_arguments_without_end_are_not_held(scripted_server) -> None:
    endless = (call("count", '{"input": "'), *(call("", "x" * 1000) for _ in range(40)))
    with pytest.raises(NoReply):
        said(scripted_server, calls(*endless, call("", '"}')))


def test_a_tag_reaches_the_server_as_it_is_and_text_does_not(scripted_server) -> None:
    model = chat_server.ServerModel(scripted_server.settings(), offline=True)
    tagged = [Turn("user", " of <image>", (), "<chart2csv>")]
    assert "".join(model.stream(tagged, Limits(64, 10.0)))
    assert scripted_server.prompt() == "<chart2csv> of < image>"


def test_tokens_are_counted_over_all_replies(scripted_server) -> None:
    model = chat_server.ServerModel(scripted_server.settings(), offline=True)
    usage = {"prompt_tokens": 11, "completion_tokens": 3}
    scripted_server.replies = [Reply(("so",), usage=usage)]
    for _ in range(2):
        assert "".join(model.stream(ASK, Limits(64, 10.0))) == "so"
    assert (model.tokens.read, model.tokens.written) == (22, 6)
