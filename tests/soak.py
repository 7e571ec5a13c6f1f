"""Indexes, changes, deletes and searches for a given time, with kills: `make soak`.

    python tests/soak.py --minutes 10

Each round changes a folder of documents at random and runs `mmrag index` on it, its whole process
group killed with SIGKILL at random moments, while other processes search and back it up all the
time. Then the index must be, row by row, the one that an undisturbed run makes of the same folder
(promise 1; vectors but for their rounding, which depends on what is encoded together), must pass
its check (6), must find the same without its FAISS files (2) and with damaged ones (5), the
searches must have seen no error (7), and the last backup must be restored to a sound index (41).
The line of a round says what was done; a broken promise ends the run.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pymupdf
from store.index_content import content

from mmrag.index import Index
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.store.vector_store import open_vector_store

SAMPLE = Path(__file__).resolve().parents[1] / "corpora" / "sample" / "docs"
PROFILE = '[ingest]\nlayout = "never"\nworkers = 2\n[ocr]\nengine = "none"\n'
QUESTIONS = ("operating profit of the year", "noise in the harbour", "page with a table of prices")
ROUNDING = 2e-3  # of a vector's values: those of a batch depend a little on what else is in it
READER = """
import sys, time
from mmrag.errors import IndexMissing
from mmrag.index import Index
root, stop, profile, done = sys.argv[1], sys.argv[2], sys.argv[3], 0
from pathlib import Path
while not Path(stop).exists():
    try:
        with Index.open(root, profile) as index:
            for _ in range(10):
                assert all(hit.document_id for hit in index.search("noise in the harbour").hits)
                done += 1
                time.sleep(0.05)
    except IndexMissing:
        time.sleep(0.1)
print(done)
"""


COPIER = """
import shutil, sys, time
from pathlib import Path
from mmrag.errors import IndexMissing
from mmrag.index import Index
root, stop, made = map(Path, sys.argv[1:4])
new, done = made.with_suffix(".new"), 0
while not stop.exists():
    try:
        with Index.open(root) as index:
            index.backup(new)
            new.rename(made)
            done += 1
    except IndexMissing:
        pass
    time.sleep(2)
print(done)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=0, help="end after so many; 0 is no limit")
    parser.add_argument("--kills", type=int, default=4, help="most of one round")
    parser.add_argument("--readers", type=int, default=8, help="processes that search")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    with tempfile.TemporaryDirectory(prefix="mmrag-soak-") as name:
        soak = Soak(Path(name), random.Random(options.seed), options.readers)
        end, number = time.monotonic() + 60 * options.minutes, 0
        while time.monotonic() < end and number != (options.rounds or -1):
            number += 1
            print(f"round {number}: {soak.round(options.kills)}", flush=True)
    print(
        f"{number} rounds, {soak.kills} kills, {soak.searches} searches, {soak.backups} backups: "
        "every promise held"
    )


class Soak:
    """A folder of documents that changes, and its index."""

    def __init__(self, place: Path, chance: random.Random, readers: int) -> None:
        self.chance, self.readers = chance, readers
        self.place, self.docs, self.root = place, place / "docs", place / "index"
        self.docs.mkdir()
        self.profile = place / "soak.toml"
        self.profile.write_text(PROFILE)
        self.backup = place / "last.mmrag"
        self.kills = self.searches = self.backups = 0
        self.seconds = 8.0  # of an undisturbed run: kills come within them
        self.made = 0

    def round(self, most: int) -> str:
        """One round, in words. Raises `AssertionError` where a promise is broken."""
        changes = [self.change() for _ in range(self.chance.randint(1, 5))]
        kills = self.chance.randint(1, most)
        with self.users() as done:
            for _ in range(kills):
                self.index(self.root, killed_after=self.chance.uniform(0.3, self.seconds))
            self.index(self.root)
        backups, *searches = done
        self.kills += kills
        self.searches += sum(searches)
        self.backups += backups
        truth = self.place / "truth"
        shutil.rmtree(truth, ignore_errors=True)
        start = time.monotonic()
        self.index(truth)
        self.seconds = time.monotonic() - start
        left, wanted = content(self.root), content(truth)
        for part in wanted.keys() - {"vectors"}:
            assert left[part] == wanted[part], f"{part}: not as undisturbed: {self.keep()}"
        assert self.same_vectors(truth), f"vectors: not as undisturbed: {self.keep()}"
        assert not left["faults"], left["faults"]
        self.faiss()
        self.restored()
        held = len(wanted["documents"])
        return (
            f"{', '.join(changes)}; {kills} kills, {sum(searches)} searches and {backups} "
            "backups meanwhile; "
            f"{held} documents, {len(wanted['vectors'])} vectors as in an undisturbed run"
        )

    def change(self) -> str:
        """Do something to the folder that people do."""
        files = sorted(self.docs.iterdir())
        kinds = ["add"] if len(files) < 3 else ["add", "edit", "remove", "rename", "copy", "break"]
        kind = self.chance.choice(kinds)
        self.made += 1
        target = self.docs / f"file-{self.made}.pdf"
        if kind == "add":
            source = self.chance.choice(sorted(SAMPLE.iterdir()))
            shutil.copy(source, target.with_suffix(source.suffix))
            return f"added {source.name}"
        file = self.chance.choice(files)
        if kind == "edit":
            with pymupdf.open() as document:
                page = document.new_page()
                page.insert_text((72, 72), f"Note {self.made} on noise in the harbour")
                document.save(file)
        elif kind == "remove":
            file.unlink()
        elif kind == "rename":
            file.rename(target.with_suffix(file.suffix))
        elif kind == "copy":
            shutil.copy(file, target.with_suffix(file.suffix))
        else:
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        return f"{kind} {file.name}"

    def index(self, root: Path, killed_after: float | None = None) -> None:
        command = [sys.executable, "-m", "mmrag", "index", str(self.docs), "--index", str(root)]
        run = subprocess.Popen(
            [*command, "--allow-removals", "--profile", str(self.profile)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            told, said = run.communicate(timeout=killed_after)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            run.communicate()
            return
        assert run.returncode in (0, 1), f"exit code {run.returncode}: {told}{said}"

    @contextmanager
    def users(self) -> Iterator[list[int]]:
        """Processes that back up and search until the end of the block; then how often each did."""
        stop, done = self.place / "stop", list[int]()
        stop.unlink(missing_ok=True)
        commands = [[sys.executable, "-c", COPIER, self.root, stop, self.backup]]
        commands += [[sys.executable, "-c", READER, self.root, stop, self.profile]] * self.readers
        runs = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for command in commands
        ]
        try:
            yield done
        finally:
            stop.touch()
            ended = [(*run.communicate(timeout=120), run.returncode) for run in runs]
        for told, said, code in ended:
            assert code == 0, f"a user of the index failed: {said}"
            done.append(int(told))

    def restored(self) -> None:
        """The last backup, of whatever moment, makes a sound index."""
        if not self.backup.exists():
            return
        place = self.place / "restored"
        shutil.rmtree(place, ignore_errors=True)
        report = Index.restore(self.backup, place)
        with Index.open(place, str(self.profile)) as index:
            faults = [fault for fault in index.check() if fault.part != "faiss"]
        named = set(report.missing)  # of documents that were replaced as they were copied
        assert all(fault.item in named for fault in faults), faults

    def faiss(self) -> None:
        """The same is found without the FAISS files, and with damaged ones."""
        before = self.found()
        shutil.rmtree(self.root / "vectors")
        assert self.found() == before, "another result without the FAISS files"
        for file in (self.root / "vectors").glob("*.faiss"):
            data = bytearray(file.read_bytes())
            data[self.chance.randrange(len(data))] ^= 1 << self.chance.randrange(8)
            file.write_bytes(data[: self.chance.choice([len(data), len(data) // 2])])
        assert self.found() == before, "another result with damaged FAISS files"

    def found(self) -> list[list[tuple[str, float]]]:
        with Index.open(self.root, str(self.profile)) as index:
            return [
                [(hit.image_id, round(hit.score, 4)) for hit in index.search(question).hits]
                for question in QUESTIONS
            ]

    def same_vectors(self, truth: Path) -> bool:
        """Whether both hold the same vectors, but for what rounding makes of another batch."""
        rows: list[dict[tuple[str, str], np.ndarray]] = []
        for root in (self.root, truth):
            with Catalog.open(IndexLayout(root)) as catalog:
                store = open_vector_store(catalog)
                rows.append(
                    {
                        (channel, item): row
                        for channel in catalog.vectors.spaces()
                        for item, row in zip(*store.rows(channel), strict=True)
                    }
                )
        left, wanted = rows
        return left.keys() == wanted.keys() and all(
            np.allclose(left[key], wanted[key], atol=ROUNDING) for key in wanted
        )

    def keep(self) -> Path:
        """Keep what was found wrong, for a look."""
        kept = Path(tempfile.mkdtemp(prefix="mmrag-broken-"))
        shutil.copytree(self.place, kept, dirs_exist_ok=True)
        return kept


if __name__ == "__main__":
    main()
