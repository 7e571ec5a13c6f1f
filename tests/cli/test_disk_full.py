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
mount -o remount,size=$(( $(du -sk "$DISK" | cut -f1) + $ROOM ))k "$DISK"
"$PYTHON" -m mmrag index "$MORE" --index "$DISK/index" > "$OUT/full.txt" 2>&1
echo $? > "$OUT/full.code"
"$PYTHON" -m mmrag search "berth dues" --index "$DISK/index" --json > "$OUT/search.json" || exit 42
mount -o remount,size=64m "$DISK"
"$PYTHON" -m mmrag index "$MORE" --index "$DISK/index" > /dev/null || exit 43
"$PYTHON" -m mmrag check --index "$DISK/index" > "$OUT/check.txt" || exit 44
"$PYTHON" -m mmrag index "$FIRST" "$MORE" --index "$DISK/truth" > /dev/null || exit 45
"$PYTHON" -c "$COMPARE" "$DISK/index" "$DISK/truth" || exit 46
"""
COMPARE = """
import sys
from pathlib import Path
from store.index_content import content
left, truth = (content(Path(root)) for root in sys.argv[1:])
wrong = [part for part in truth if part not in ("vectors", "runs") and left[part] != truth[part]]
sys.exit(", ".join(wrong) or None)
"""
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
    places = {
        "DISK": tmp_path / "disk", "FIRST": tmp_path / "first", "MORE": tmp_path / "more",
        "OUT": tmp_path, "PYTHON": sys.executable, "ROOM": room, "COMPARE": COMPARE,
        "PYTHONPATH": os.pathsep.join([*sys.path, str(Path(__file__).parents[1])]),
    }  # fmt: skip
    run = subprocess.run(
        [*NAMESPACE, "sh", "-c", SCRIPT],
        env=os.environ | {name: str(path) for name, path in places.items()},
        capture_output=True,
        text=True,
    )
    told = (tmp_path / "full.txt").read_text()
    assert run.returncode == 0, run.stderr + told
    if room <= 200 or (tmp_path / "full.code").read_text() != "0\n":  # else there was enough
        assert (tmp_path / "full.code").read_text() == "3\n", told
        assert "free disk space" in told
    assert "invoice" in (tmp_path / "search.json").read_text()
