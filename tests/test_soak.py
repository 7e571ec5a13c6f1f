"""A short soak: real runs, killed at random, beside others that search and copy."""

import subprocess
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).with_name("soak.py")


@pytest.mark.first
@pytest.mark.timeout(600)
@pytest.mark.promise(1)
@pytest.mark.promise(2)
@pytest.mark.promise(5)
@pytest.mark.promise(7)
@pytest.mark.promise(41)
@pytest.mark.parametrize("rounds", ["1", pytest.param("3", marks=pytest.mark.long)])
def test_a_real_run_killed_while_it_is_searched_ends_as_an_undisturbed_one(rounds: str) -> None:
    options = ("--rounds", rounds, "--kills", rounds, "--readers", "1", "--seed", "3")
    run = subprocess.run(
        [sys.executable, SOAK, *options], capture_output=True, text=True, timeout=580
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "every promise held" in run.stdout
