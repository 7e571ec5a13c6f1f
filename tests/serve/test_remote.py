"""`mmrag search --server`."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

QUESTION = "What was the operating profit of Halden Tidal in 2024?"


def without_times(told: str) -> dict:
    return {key: value for key, value in json.loads(told).items() if key != "timings"}


def test_a_server_finds_what_the_index_finds(mmrag: Callable, server, sample_index: Path) -> None:
    asked = ("search", QUESTION, "-k", 3, "--pages", "2-")
    own = mmrag(*asked, "--index", sample_index)
    told = mmrag(*asked, "--server", server.url)
    assert told.code == 0, told.err
    assert told.out == own.out
    own = mmrag(*asked, "--json", "--explain", "--index", sample_index)
    told = mmrag(*asked, "--json", "--explain", "--server", f"{server.url}/i/index")
    assert without_times(told.out) == without_times(own.out)


def test_a_picture_goes_along(mmrag: Callable, server, sample_corpus: Path) -> None:
    picture = sample_corpus / "docs" / "ferry-passengers-chart.png"
    told = mmrag("search", "--image", picture, "-k", 1, "--server", server.url)
    assert "ferry-passengers-chart" in told.out


def test_the_environment_names_the_server_and_the_token(
    mmrag: Callable, serving, sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = serving([sample_index], token="correct horse battery")
    monkeypatch.setenv("MMRAG_SERVER", served.url)
    assert "token" in mmrag("search", QUESTION).err
    monkeypatch.setenv("MMRAG_TOKEN", "correct horse battery")
    assert mmrag("search", QUESTION).code == 0


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://127.0.0.1:1", "mmrag serve"),
        ("file:///etc/passwd", "not the address"),
        ("http://", "not the address"),
    ],
)
def test_where_no_server_is_the_error_says_what_to_do(
    mmrag: Callable, address: str, says: str
) -> None:
    ran = mmrag("search", QUESTION, "--server", address)
    assert ran.code == 2
    assert says in ran.err


def test_what_a_server_refuses_is_told(mmrag: Callable, server) -> None:
    assert "no index" in mmrag("search", "x", "--server", f"{server.url}/i/other").err
    assert "nowhere" in mmrag("search", "x", "--doc", "nowhere*", "--server", server.url).err


def test_tags_narrow_what_a_server_searches(
    mmrag: Callable, serving, small_index: Path, sample_corpus: Path
) -> None:
    chart = sample_corpus / "docs" / "ferry-passengers-chart.png"
    assert mmrag("index", chart, "--tag", "ferries", "--index", small_index).code == 0
    served = serving([small_index])
    found = mmrag("search", "network", "--tag", "ferries", "--json", "--server", served.url)
    assert {hit["document"] for hit in json.loads(found.out)["hits"]} == {"ferry-passengers-chart"}
    refused = mmrag("search", "network", "--tag", "none", "--server", served.url)
    assert "the tags are ferries" in refused.err
    asked = {"question": "How many parameters does the network have?", "tags": ["ferries"]}
    answer = served.client.post("/v1/indexes/index/ask", json=asked).json()
    assert {item["document"] for item in answer["evidence"]} == {"ferry-passengers-chart"}
    page = served.client.get("/i/index/search", params={"q": "network", "tag": "ferries"}).text
    assert "ferry-passengers-chart" in page
    assert "drift" not in page


def test_nothing_heavy_is_loaded(server) -> None:
    code = (
        "import sys; from mmrag.cli import cli;"
        f"cli.main(['search', 'revenue', '--server', {server.url!r}], standalone_mode=False);"
        "heavy = {'numpy', 'sqlite3', 'faiss', 'torch', 'fastapi'} & set(sys.modules);"
        "sys.exit(', '.join(heavy - {'numpy'}) or None)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ)
    )
    assert run.returncode == 0, run.stderr
    assert "Halden" in run.stdout
