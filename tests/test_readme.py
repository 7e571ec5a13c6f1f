"""The commands and the Python of the README run, in the order in which they stand."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from mmrag.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) run\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_every_command_of_the_readme_succeeds(tmp_path: Path) -> None:
    for name in ("corpora", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "indexes").mkdir()  # as in a checkout
    variables = {key: value for key, value in os.environ.items() if not key.startswith("MMRAG_")}
    mmrag = str(Path(sys.executable).parent / "mmrag")
    for language, code in BLOCKS:
        if language == "python":
            commands = [[sys.executable, "-c", code]]
        else:
            commands = [[mmrag, *shlex.split(line)[1:]] for line in code.splitlines()]
        for command in commands:
            done = subprocess.run(
                command, cwd=tmp_path, env=variables, capture_output=True, text=True
            )
            assert done.returncode == 0, f"{command}: {done.stderr}"
            assert done.stdout, command
    assert (tmp_path / "evidence.png").is_file()


@pytest.mark.parametrize("command", ["index", "search", "ask", "show", "status", "check", "doctor"])
def test_the_readme_shows_every_main_command(command: str) -> None:
    assert f"mmrag {command}" in README
    assert command in COMMANDS
