"""Takes protections out one at a time and sees whether their tests notice: `make mutate`.

    python tests/mutate.py                 all mutants, and their rows of the table in MUTANTS.md
    python tests/mutate.py 3 31            those of some promises

For each mutant the package is copied, one line of it is broken, and the tests that are marked for
its promise run against the copy. A mutant that they let pass survives: exit status 1.
"""

import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

import pytest
from mutants import MUTANTS, Mutant

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "mmrag"
TABLE = HERE / "MUTANTS.md"
SELECTED = "promise and not long"
TIMEOUT_S = 900
"""For the tests of one promise; a mutant that makes them hang is killed as well."""
TEST_TIMEOUT_S = 120
"""For one test that names no other: on a quiet machine none of them takes a third of that."""
HEAD = """# Protections, each taken out once

`make mutate` breaks one line of mmrag at a time and runs the tests that are marked for the promise
of [PROMISES.md](PROMISES.md). One of them has to fail: where a mutant survives, none can.

| promise | what is no longer done | file | killed |
|---|---|---|---|
"""


def main() -> None:
    wanted = {int(number) for number in sys.argv[1:]}
    chosen = [mutant for mutant in MUTANTS if not wanted or mutant.promise in wanted]
    marked = Marked.collected()
    rows, survivors = kept_rows(), 0
    for number, mutant in enumerate(chosen, start=1):
        start = time.monotonic()
        by = killed_by(mutant, marked.tests[mutant.promise])
        survivors += not by
        took = time.monotonic() - start
        print(
            f"{number}/{len(chosen)}  {mutant.promise:>2}  {mutant.breaks}: "
            f"{by or 'SURVIVED'} ({took:.0f} s)",
            flush=True,
        )
        rows[beginning(mutant)] = by or "**no**"
        known = [row for row in map(beginning, MUTANTS) if row in rows]
        table = [f"{row} {rows[row]} |\n" for row in known]
        TABLE.write_text(HEAD + "".join(table), encoding="utf-8")
    print(f"{len(chosen) - survivors} of {len(chosen)} killed")
    sys.exit(survivors > 0)


def beginning(mutant: Mutant) -> str:
    """What its row of the table begins with."""
    return f"| {mutant.promise} | {mutant.breaks} | `{mutant.file}` |"


def kept_rows() -> dict[str, str]:
    """The rows of the table as it stands, by what they begin with: who kills each mutant."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = (line.removesuffix(" |").rpartition(" ") for line in lines if line.startswith("| "))
    return {row: by for row, _, by in rows}


class Marked:
    """The tests that are marked for each promise, those with a long time limit last."""

    def __init__(self) -> None:
        self.tests: dict[int, list[str]] = {}  # their node IDs

    @classmethod
    def collected(cls) -> "Marked":
        marked = cls()
        options = ["--collect-only", "-p", "no:cacheprovider", "-m", SELECTED, str(HERE)]
        with contextlib.redirect_stdout(io.StringIO()) as told:
            code = pytest.main(options, plugins=[marked])
        if code != pytest.ExitCode.OK:
            sys.exit(f"the tests cannot be collected:\n{told.getvalue()}")
        return marked

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in sorted(
            session.items, key=lambda item: (any(item.iter_markers("timeout")), item.nodeid)
        ):
            test = str(HERE.parent / item.nodeid.partition("[")[0])
            for mark in item.iter_markers("promise"):
                tests = self.tests.setdefault(mark.args[0], [])
                if test not in tests:
                    tests.append(test)


def killed_by(mutant: Mutant, tests: list[str]) -> str:
    """The test that fails first, and without the mutant does not; empty where all of them pass."""
    by = first_failure(mutant, tests)
    if by in tests and not passes_whole(by):
        sys.exit(f"{by} fails without a mutant, too: it says nothing about {mutant.breaks!r}")
    return by.rpartition("::")[2]


@cache
def passes_whole(test: str) -> bool:
    """Whether a test passes on the package as it is, copied in the same way."""
    return not first_failure(None, [test])


def first_failure(mutant: Mutant | None, tests: list[str]) -> str:
    """The test that fails first on a copy of the package, broken by a mutant; empty: none."""
    with tempfile.TemporaryDirectory(prefix="mmrag-mutant-") as folder:
        copy = Path(folder) / "mmrag"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(PACKAGE.parent / "configs", copy / "configs")  # as an installed one has it
        if mutant is not None:
            file = copy / mutant.file
            whole = file.read_text(encoding="utf-8")
            file.write_text(whole.replace(mutant.old, mutant.new), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-rfE"]
        command += ["-p", "no:cacheprovider", "-m", SELECTED]
        command += ["-o", f"pythonpath={folder} {HERE.parent} {HERE}"]  # the copy comes first
        command += ["-o", f"timeout={TEST_TIMEOUT_S}", *tests]
        try:
            run = subprocess.run(
                command,
                cwd=folder,  # where the broken package is the nearest
                env=os.environ | {"PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": ""},
                capture_output=True,
                text=True,
                timeout=TIMEOUT_S,
            )
        except subprocess.TimeoutExpired:
            return "a test that never ends"
    if run.returncode == 0:
        return ""
    failed = [line for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    if run.returncode != 1 or not failed:
        sys.exit(f"the tests did not run:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    name = failed[0].split(" - ")[0].rpartition("::")[2].partition("[")[0].strip()
    return next(test for test in tests if test.endswith(f"::{name}"))


if __name__ == "__main__":
    main()
