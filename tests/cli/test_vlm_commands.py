"""The commands with a tiny LLaVA: what it says is nonsense, what is made of it is not."""

import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from contract_schema import conforming
from tiny_vlms import Reply

from mmrag.answer.claims import MARK
from mmrag.answer.markers import mark
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout

QUESTION = "How many passengers crossed in 2024?"


@pytest.fixture
def profile(tiny_vlms: Path, tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(
        f"""
        [vlm]
        backend = "transformers"
        model = "{tiny_vlms / "llava"}"
        device = "cpu"
        max_new_tokens = 8
        [describe]
        by = "vlm"
        [answer]
        by = "vlm"
        k = 3
        """
    )
    return path


def described(root: Path) -> int:
    """Figures that a model has described, as another process sees them."""
    with Catalog.open(IndexLayout(root)) as catalog:
        by_describer = catalog.counts().descriptions
    return sum(count for name, count in by_describer.items() if name != "extracted")


def test_index_describes_what_it_adds(mmrag, profile, sample_corpus, tmp_path):
    chart = sample_corpus / "docs" / "ferry-passengers-chart.png"
    ran = mmrag("index", chart, "--index", tmp_path / "new", "--profile", profile, "--json")
    assert ran.code == 0, ran.err
    report = json.loads(ran.out)
    assert report["described"]["describer"] == "llava"
    assert report["described"]["described"] == report["figures"] == described(tmp_path / "new")
    assert "describe" in report["seconds"]


def test_ask_streams_what_is_kept(mmrag, profile, small_index, monkeypatch):

    def draw(count, *_):  # the same in both answers, for the model reads them
        return ["K7Q", "M2X", "P4A"][:count]

    monkeypatch.setattr(
        "mmrag.answer.ask.mark", lambda question, evidence, _: mark(question, evidence, draw)
    )
    streamed = mmrag("ask", QUESTION, "--stream", "--index", small_index, "--profile", profile)
    assert streamed.code == 0, streamed.err
    assert "answerer: llava" in streamed.err
    kept = mmrag("ask", QUESTION, "--index", small_index, "--profile", profile, "--json")
    answer = json.loads(kept.out)
    assert answer["models"]["answerer"] == "llava"
    numbered = answer["text"]
    for number, marker in enumerate(dict.fromkeys(MARK.findall(numbered)), start=1):
        numbered = numbered.replace(f"[{marker}]", f"[{number}]")
    assert numbered in streamed.out
    assert {"retrieve", "answer"} & answer["timings"].keys()


def test_chat_searches_each_follow_up_anew(mmrag, profile, small_index, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{QUESTION}\nAnd in 2023?\n\nnever read\n"))
    ran = mmrag("chat", "--index", small_index, "--profile", profile)
    assert ran.code == 0, ran.err
    assert ran.err.count("answerer: llava") == 2


def test_ctrl_c_at_the_prompt_ends_the_talk(mmrag, small_index, monkeypatch):
    class Interrupted(io.StringIO):
        def readline(self, size=-1):
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", Interrupted())
    ran = mmrag("chat", "--index", small_index)
    assert (ran.code, ran.out) == (0, "")


def test_a_killed_describe_goes_on_with_what_is_missing(
    mmrag, small_index, scripted_server, tmp_path
):
    scripted_server.replies = [Reply(("Bars rise.",), pause=0.1)]
    profile = tmp_path / "served.toml"
    profile.write_text(
        f'[vlm]\nbackend = "server"\nmodel = "tiny"\nbase_url = "{scripted_server.url}"\n'
        '[describe]\nby = "vlm"\n'
    )
    command = ("describe", "--index", small_index, "--profile", profile)
    with subprocess.Popen(
        [sys.executable, "-m", "mmrag", *command], stdout=subprocess.DEVNULL
    ) as killed:
        while described(small_index) < 2:
            assert killed.poll() is None
            time.sleep(0.02)
        killed.send_signal(signal.SIGKILL)
    before = described(small_index)
    ran = mmrag(*command, "--json")
    assert ran.code == 0, ran.err
    conforming("described", ran.out)
    with Catalog.open(IndexLayout(small_index)) as catalog:
        figures = catalog.figures.count()
    assert 2 <= before < figures
    assert json.loads(ran.out)["described"] == figures - before
    assert mmrag("check", "--index", small_index).code == 0
