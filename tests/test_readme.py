"""The commands and the Python of the README run, in the order in which they stand."""

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mmrag.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) run\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.mark.first
@pytest.mark.timeout(900)
def test_every_command_of_the_readme_succeeds(
    mmrag: Callable,
    sample_index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In this process, and on an index of the sample that is there: both take minutes else."""
    for name in ("corpora", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "indexes").mkdir()  # as in a checkout
    shutil.copytree(sample_index, tmp_path / "indexes" / "default")
    monkeypatch.chdir(tmp_path)
    for language, code in BLOCKS:
        if language == "python":
            exec(compile(code, "README.md", "exec"), {})
            assert capsys.readouterr().out
            continue
        for line in code.splitlines():
            program, *arguments = shlex.split(line)
            assert program == "mmrag"
            ran = mmrag(*arguments)
            assert ran.code == 0, f"{line}: {ran.err}"
            assert ran.out, line
    assert (tmp_path / "evidence.png").is_file()


@pytest.mark.parametrize("command", ["index", "search", "ask", "show", "status", "check", "doctor"])
def test_the_readme_shows_every_main_command(command: str) -> None:
    assert f"mmrag {command}" in README
    assert command in COMMANDS
