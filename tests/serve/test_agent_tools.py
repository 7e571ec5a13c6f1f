"""The tools of MCP, called by the SDK's own client."""

import asyncio
import base64
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from mmrag.serve import agent_tools

QUESTION = "What was the operating profit of Halden Tidal in 2024?"
TOOLS = {
    "search", "search_by_image", "outline", "read_pages", "show", "table", "ask", "status",
}  # fmt: skip
Talk = Callable[[Client], Awaitable[Any]]


def over_http(server, talk: Talk) -> Any:
    async def run() -> Any:
        async with Client(f"{server.url}/mcp") as client:
            return await talk(client)

    return asyncio.run(run())


async def said(client: Client, tool: str, **arguments: object) -> Any:
    """What a tool says, as JSON where it is."""
    result = await client.call_tool(tool, arguments)
    text = result.content[0].text
    assert not result.is_error, text
    return json.loads(text) if text.startswith("{") else text


def test_the_tools_are_listed_and_only_read(server) -> None:
    async def talk(client: Client) -> Any:
        return (await client.list_tools()).tools

    tools = over_http(server, talk)
    assert {tool.name for tool in tools} == TOOLS
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert not tool.annotations.destructive_hint
        assert not tool.annotations.open_world_hint
        assert tool.description


def test_an_agent_finds_reads_and_looks(server) -> None:
    async def talk(client: Client) -> None:
        found = await said(client, "search", query="operating profit", k=3, unit="figure")
        hit = found["hits"][0]
        assert len(found["hits"]) == 3
        shown = await client.call_tool("show", {"image_id": hit["image_id"]})
        assert json.loads(shown.content[0].text)["image_id"] == hit["image_id"]
        picture = base64.b64decode(shown.content[1].data)
        assert picture.startswith(b"\xff\xd8")  # JPEG
        assert "85.5" in await said(client, "table", image_id=hit["image_id"])
        again = await said(client, "search_by_image", image=shown.content[1].data, k=1)
        assert again["hits"][0]["image_id"] == hit["image_id"]
        listed = await said(client, "outline")
        longest = max(listed["documents"], key=lambda item: item["pages"])
        outline = await said(client, "outline", document=longest["id"])
        assert outline["figures"]
        text = await said(client, "read_pages", document=longest["id"], pages="2-")
        assert text.startswith(f"[{longest['id']}-p0002")
        assert (await said(client, "status"))["pages"] == 42

    over_http(server, talk)


def test_what_an_agent_gets_is_small_and_says_how_to_get_more(
    server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_tools, "MOST_DOCUMENTS", 5)
    monkeypatch.setattr(agent_tools, "LONGEST_TEXT", 300)

    async def talk(client: Client) -> None:
        first = await said(client, "outline")
        assert (len(first["documents"]), first["total"]) == (5, 8)
        assert first["more"] == "outline with start=5"
        rest = await said(client, "outline", start=5)
        assert (len(rest["documents"]), "more" in rest) == (3, False)
        longest = max([*first["documents"], *rest["documents"]], key=lambda item: item["pages"])
        some = await said(client, "outline", document=longest["id"], pages="2-3")
        assert {item["page"] for item in some["figures"]} <= {2, 3}
        text = await said(client, "read_pages", document=longest["id"], pages="1-")
        assert len(text) < 1500
        assert "[more: read_pages from page" in text
        for tool, arguments in (("search", {"query": "operating profit"}), ("status", {})):
            assert len(json.dumps(await said(client, tool, **arguments))) < 6000

    over_http(server, talk)


def test_an_agent_asks_and_gets_citations(server) -> None:
    async def talk(client: Client) -> Any:
        return await said(client, "ask", question=QUESTION)

    answer = over_http(server, talk)
    assert "85.5" in answer["text"]
    assert answer["citations"][0]["support"]


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("show", {"image_id": "../../etc/passwd"}, "not the ID"),
        ("table", {"image_id": "00000000-p0001"}, "no page or figure"),
        ("outline", {"document": "/etc"}, "no document"),
        ("search", {"query": "x", "index": "../other"}, "no index"),
        ("search", {"query": ""}, "empty"),
        ("read_pages", {"document": "00000000", "pages": "9-3"}, "page range"),
        ("search", {"query": "x", "pages": "9-3"}, "page range"),
        ("search", {"query": "x", "k": 10_000}, "k"),
    ],
)
def test_a_wrong_call_is_told_what_is_wrong(server, tool: str, arguments: dict, says: str) -> None:
    async def talk(client: Client) -> Any:
        return await client.call_tool(tool, arguments)

    result = over_http(server, talk)
    assert result.is_error
    assert says in result.content[0].text


def test_an_agent_starts_the_server_itself(sample_index: Path) -> None:
    async def run() -> Any:
        started = StdioServerParameters(
            command=sys.executable,
            args=["-m", "mmrag", "mcp", "--index", str(sample_index)],
            env=dict(os.environ),
        )
        async with Client(stdio_client(started)) as client:
            return await said(client, "search", query="operating profit", k=1)

    assert asyncio.run(run())["hits"]
