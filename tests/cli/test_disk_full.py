"""A run on a disk that fills up, from the command line: a small file system in memory."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
set -u
mount -t tmpfs -o size=64m tmpfs "$DISK"
"$PYTHON" -m mmrag index "$FIRST" --index "$DISK/index" > /dev/null || exit 41
mount -o remount,size=$(( $(du -sk "$DISK" | cut -f1) + 200 ))k "$DISK"
"$PYTHON" -m mmrag index "$MORE" --index "$DISK/index" > "$OUT/full.txt" 2>&1
echo $? > "$OUT/full.code"
"$PYTHON" -m mmrag search "berth dues" --index "$DISK/index" --json > "$OUT/search.json" || exit 42
mount -o remount,size=64m "$DISK"
"$PYTHON" -m mmrag index "$MORE" --index "$DISK/index" > /dev/null || exit 43
"$PYTHON" -m mmrag check --index "$DISK/index" > "$OUT/check.txt" || exit 44
"""
NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]


def may_mount() -> bool:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    trial = [*NAMESPACE, "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"]
    return subprocess.run(trial, capture_output=True).returncode == 0


@pytest.mark.promise(4)
def test_a_run_on_a_full_disk_says_so_and_goes_on_when_there_is_room(
    sample_corpus: Path, tmp_path: Path
) -> None:
    if not may_mount():
        pytest.skip("no file system can be mounted here")
    for name in ("disk", "first", "more"):
        (tmp_path / name).mkdir()
    docs = sample_corpus / "docs"
    shutil.copy(docs / "invoice-2291-lake-orsa-boatyard.pdf", tmp_path / "first")
    for name in ("harbour-noise-slides.pdf", "halden-tidal-annual-report-2024.pdf"):
        shutil.copy(docs / name, tmp_path / "more")
    places = {
        "DISK": tmp_path / "disk", "FIRST": tmp_path / "first", "MORE": tmp_path / "more",
        "OUT": tmp_path, "PYTHON": sys.executable,
    }  # fmt: skip
    run = subprocess.run(
        [*NAMESPACE, "sh", "-c", SCRIPT],
        env=os.environ | {name: str(path) for name, path in places.items()},
        capture_output=True,
        text=True,
    )
    told = (tmp_path / "full.txt").read_text()
    assert run.returncode == 0, run.stderr + told
    assert (tmp_path / "full.code").read_text() == "3\n", told
    assert "free disk space" in told
    assert "invoice" in (tmp_path / "search.json").read_text()
