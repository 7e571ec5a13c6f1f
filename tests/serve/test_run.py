"""`mmrag serve` as a process of its own."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

from mmrag.config import AnswerSettings, Settings, VlmSettings
from mmrag.locations import IndexLocation
from mmrag.serve.engine import named, replies_at_once


def test_it_says_where_it_is_answers_and_ends_with_ctrl_c(sample_index: Path) -> None:
    command = [sys.executable, "-m", "mmrag", "serve", "--port", "0", "--index", str(sample_index)]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert process.stderr is not None
    try:
        [url] = re.findall(r"http://127\.0\.0\.1:\d+", process.stderr.readline())
        with urllib.request.urlopen(f"{url}/ready", timeout=60) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, out, err) == (0, "", "")


def test_a_port_that_is_taken_and_an_index_that_is_not_there_are_told(
    mmrag: Callable, server, sample_index: Path, tmp_path: Path
) -> None:
    port = server.url.rpartition(":")[2]
    taken = mmrag("serve", "--port", port, "--index", sample_index)
    assert taken.code == 2
    assert "--port" in taken.err
    assert mmrag("serve", "--port", 0, "--index", tmp_path / "none").code == 3
    assert mmrag("mcp", "--index", tmp_path / "none").code == 3


def test_indexes_have_the_names_of_their_folders_and_twins_are_numbered() -> None:
    paths = ("a/Papers 2024", "b/papers-2024", "c/..", "d/日本")
    found = named([IndexLocation(Path(path), "call") for path in paths])
    assert list(found) == ["papers-2024", "papers-2024-2", "index", "index-2"]


def test_as_many_answers_are_made_at_once_as_the_model_makes() -> None:
    extracted = Settings()
    served = Settings(
        vlm=VlmSettings(backend="server", parallel=3), answer=AnswerSettings(by="vlm")
    )
    loaded = Settings(vlm=VlmSettings(backend="transformers"), answer=AnswerSettings(by="vlm"))
    assert [replies_at_once(each, 4) for each in (extracted, served, loaded)] == [4, 3, 1]
