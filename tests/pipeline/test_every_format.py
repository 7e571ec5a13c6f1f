"""A folder with a file of each format: indexed without LibreOffice and with it, and asked about."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import small_files
from small_office import Fact

from mmrag.index import Index
from mmrag.ingest.formats import soffice

if TYPE_CHECKING:
    from made_once import MadeOnce

FERRIES = (
    "Alva", "Brina", "Corin", "Dagny", "Elin", "Fenja", "Greta", "Hedda", "Idun", "Jorun", "Kaja",
    "Linn", "Maren", "Nora", "Odda", "Petra", "Runa", "Signe", "Thora", "Ulla", "Vigdis", "Wilma",
    "Ylva", "Zita", "Asta", "Birte", "Dorte", "Ebba", "Frida", "Gunn", "Helga", "Ingrid", "Karin",
    "Lovisa", "Malin", "Oda", "Ragna", "Solveig", "Tova", "Unn", "Viola",
)  # fmt: skip
FACTS = {
    suffix: Fact(ferry, 310 + 7 * number)
    for number, (suffix, ferry) in enumerate(zip(small_files.FORMATS, FERRIES, strict=False))
}
IN_TABLES = {"csv", "tsv", "xlsx", "ods", "xls"}
OFFICE = ("docx", "pptx", "odt", "odp", "ods", "rtf", "doc", "ppt", "xls")
IN_PART = ("docx", "pptx", "xlsx", "odt", "odp", "ods", "rtf")


@pytest.fixture(scope="module")
def folder(made_once: "MadeOnce") -> Path:
    """Old documents and slides are made by LibreOffice, where there is one."""

    def make(folder: Path) -> None:
        folder.mkdir()
        for suffix, fact in FACTS.items():
            (folder / f"{suffix}.{suffix}").write_bytes(small_files.FORMATS[suffix](fact))

    return made_once("each-format", make)


@pytest.fixture(scope="module")
def made_alone(folder: Path, made_once: "MadeOnce") -> Path:
    """An index of the folder, made on a machine without other programs."""

    def make(root: Path) -> None:
        with (
            pytest.MonkeyPatch.context() as patch,
            Index.open(root, "embedded", create=True) as index,
        ):
            patch.setenv("PATH", str(folder))
            index.add(folder)

    return made_once("each-format-alone", make)


@pytest.fixture(scope="module")
def alone(made_alone: Path) -> Iterator[Index]:
    with Index.open(made_alone) as index:
        yield index


@pytest.fixture(scope="module")
def beside(folder: Path, made_alone: Path, made_once: "MadeOnce") -> Iterator[Index]:
    """The same index, after LibreOffice was installed and what had failed was read again."""
    if soffice.program() is None:
        pytest.skip("LibreOffice is not installed (apt-get libreoffice-nogui)")

    def make(root: Path) -> None:
        shutil.copytree(made_alone, root)
        with Index.open(root) as index:
            assert index.add(folder, retry_failed=True).complete

    with Index.open(made_once("each-format-beside", make)) as index:
        yield index


def check_answer(index: Index, suffix: str, tmp_path: Path) -> None:
    """The fact of a file is answered, from that file, with a box that is shown."""
    fact = FACTS[suffix]
    asked = f"How many people did the ferry {fact.ferry} carry on Sunday?"
    if suffix in IN_TABLES:
        asked = f"How many people were on the ferry {fact.ferry} in 2023?"
    answer = index.ask(asked)
    assert answer.status == "answered", answer.text
    assert str(fact.people) in answer.text
    [citation, *_] = answer.citations
    assert Path(citation.path.partition("!/")[0]).name == f"{suffix}.{suffix}"
    assert citation.bbox is not None
    index.show(citation.image_id, save=tmp_path / "shown.png", boxes=[citation.bbox])
    assert (tmp_path / "shown.png").stat().st_size > 1000


def test_there_is_a_ferry_for_each_format() -> None:
    assert len(FACTS) == len(small_files.FORMATS)


@pytest.mark.parametrize("suffix", FACTS)
def test_without_libreoffice_each_is_answered_or_says_what_it_needs(
    alone: Index, tmp_path: Path, suffix: str
) -> None:
    if suffix in IN_PART or suffix not in OFFICE:
        check_answer(alone, suffix, tmp_path)
        return
    [failed] = [item for item in alone.status().problems if item.path.endswith(f".{suffix}")]
    assert "needs LibreOffice: install" in str(failed.problem)


@pytest.mark.parametrize("suffix", OFFICE)
def test_with_libreoffice_each_is_answered(beside: Index, tmp_path: Path, suffix: str) -> None:
    check_answer(beside, suffix, tmp_path)
