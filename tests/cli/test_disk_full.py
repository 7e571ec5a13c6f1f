"""A run on a disk that fills up, from the command line: a small file system in memory."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import contextlib, io, json, os, subprocess, sys
from pathlib import Path
from mmrag.cli import main
from store.index_content import content

place, room = Path(sys.argv[1]), int(sys.argv[2])
disk, first, more = place / "disk", place / "first", place / "more"
told = {}

def mount(kilobytes, *options):
    command = ["mount", "-t", "tmpfs", "-o", ",".join((*options, f"size={kilobytes}k"))]
    subprocess.run([*command, "tmpfs", disk], check=True)

def mmrag(step, *arguments):
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as end:
            told[step] = (end.code or 0, said.getvalue())

index = ("--index", disk / "index")
mount(65536)
mmrag("first", "index", first, *index)
used = subprocess.run(["du", "-sk", disk], capture_output=True, text=True, check=True)
mount(int(used.stdout.split()[0]) + room, "remount")
mmrag("full", "index", more, *index)
mmrag("search", "search", "berth dues", *index)
mount(65536, "remount")
mmrag("again", "index", more, *index)
mmrag("check", "check", *index)
mmrag("truth", "index", first, more, "--index", disk / "truth")
left, truth = content(disk / "index"), content(disk / "truth")
told["differ"] = [
    part for part in truth if part not in ("vectors", "runs") and left[part] != truth[part]
]
print(json.dumps(told))
"""
TESTS = Path(__file__).parents[1]
NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]


def may_mount() -> bool:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    trial = [*NAMESPACE, "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"]
    return subprocess.run(trial, capture_output=True).returncode == 0


ROOMS = (0, 40, 100, 200, 350, 500, 700, 1000, 1500)
"""Kilobytes that are free as the second run begins: it stops at another step with each."""


@pytest.mark.timeout(900)
@pytest.mark.promise(4)
@pytest.mark.parametrize(
    "room",
    [200, *(pytest.param(room, marks=pytest.mark.long) for room in ROOMS if room != 200)],
)
def test_a_run_on_a_full_disk_says_so_and_goes_on_when_there_is_room(
    sample_corpus: Path, tmp_path: Path, room: int
) -> None:
    if not may_mount():
        pytest.skip("no file system can be mounted here")
    for name in ("disk", "first", "more"):
        (tmp_path / name).mkdir()
    docs = sample_corpus / "docs"
    shutil.copy(docs / "invoice-2291-lake-orsa-boatyard.pdf", tmp_path / "first")
    for name in ("harbour-noise-slides.pdf", "halden-tidal-annual-report-2024.pdf"):
        shutil.copy(docs / name, tmp_path / "more")
    profile = tmp_path / "quick.toml"
    profile.write_text('[ingest]\nlayout = "never"\n[ocr]\nengine = "none"\n')
    run = subprocess.run(
        [*NAMESPACE, sys.executable, "-c", SCRIPT, tmp_path, str(room)],
        env=os.environ
        | {
            "PYTHONPATH": os.pathsep.join([*sys.path, str(TESTS)]),
            "MMRAG_PROFILE": str(profile),
        },
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    code, said = told.pop("full")
    if room <= 200 or code != 0:  # else there was enough
        assert code == 3, said
        assert "free disk space" in said
    assert told.pop("differ") == []
    assert "invoice" in told["search"][1]
    assert {step: code for step, (code, _) in told.items()} == dict.fromkeys(told, 0), told
