"""The list of mutants keeps up with the code and with the promises."""

from pathlib import Path

import pytest
from mutants import MUTANTS, Mutant
from test_promises import told

PACKAGE = Path(__file__).parents[1] / "mmrag"
MEASURED = {18}
"""Promises of memory over thousands of pages, which no single line keeps."""


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.file}: {mutant.breaks}")
def test_what_a_mutant_breaks_stands_once_in_its_file(mutant: Mutant) -> None:
    text = (PACKAGE / mutant.file).read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1
    assert mutant.old != mutant.new


def test_every_promise_has_a_mutant() -> None:
    assert {mutant.promise for mutant in MUTANTS} == told().keys() - MEASURED
