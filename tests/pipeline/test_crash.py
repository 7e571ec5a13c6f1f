"""`kill -9` anywhere in a run: the rerun ends in the index of an undisturbed run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHILD = Path(__file__).with_name("crash_child.py")


def kill(place, scenario, mode, count, seed=1):
    run = subprocess.run(
        [sys.executable, CHILD, place, scenario, mode, str(count), str(seed)],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.first
@pytest.mark.promise(1)
@pytest.mark.parametrize("scenario", ["first", "change"])
def test_a_run_killed_at_any_commit_goes_on_to_the_same_index(tmp_path, scenario):
    assert kill(tmp_path, scenario, "steps", count=10)["kills"] > 20


@pytest.mark.promise(1)
def test_a_run_killed_at_any_time_goes_on_to_the_same_index(tmp_path):
    assert kill(tmp_path, "change", "times", count=20)["kills"] == 20


@pytest.mark.long
@pytest.mark.parametrize("scenario", ["first", "change"])
def test_a_run_killed_at_every_step_goes_on_to_the_same_index(tmp_path, scenario):
    told = kill(tmp_path, scenario, "steps", count=10_000)
    assert told["kills"] >= told["steps"]


@pytest.mark.long
def test_two_hundred_random_kills(tmp_path):
    assert kill(tmp_path, "change", "times", count=200)["kills"] == 200
