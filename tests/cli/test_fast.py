"""`mmrag index --fast`: text alone."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from mmrag.disk_cache import folder
from mmrag.index import Index


@pytest.fixture
def fast(mmrag: Callable, report: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    ran = mmrag("index", report, "--index", folder, "--fast")
    assert ran.code == 0, ran.err
    return folder


def test_text_is_found_and_nothing_else_is_kept(mmrag: Callable, fast: Path) -> None:
    with Index.open(fast) as index:
        [document] = index.documents()
        assert not index.catalog.figures.of_document(document.id)
        assert not (fast / "pictures").exists()
    assert "report.pdf" in mmrag("search", "tide mill barley", "--index", fast).out


def test_a_page_is_drawn_from_its_file_when_it_is_shown(
    mmrag: Callable, fast: Path, report: Path, tmp_path: Path
) -> None:
    with Index.open(fast) as index:
        [document] = index.documents()
        page = index.catalog.pages.of_document(document.id)[0].id
    saved = tmp_path / "page.png"
    assert mmrag("show", page, "--save", saved, "--index", fast).code == 0
    with Image.open(saved) as image:
        assert image.convert("L").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)) < 250
    shutil.rmtree(folder("pictures"))  # or it is shown as it was drawn
    report.write_bytes(report.read_bytes() + b"\n")
    ran = mmrag("show", page, "--save", saved, "--index", fast)
    assert ran.code != 0 and "has changed: index it again" in ran.err
    report.unlink()
    ran = mmrag("show", page, "--save", saved, "--index", fast)
    assert ran.code != 0 and "cannot be drawn" in ran.err and "report.pdf" in ran.err


def test_a_full_run_reads_figures_afterwards(mmrag: Callable, fast: Path, report: Path) -> None:
    assert mmrag("index", report, "--index", fast, "--rebuild").code == 0
    with Index.open(fast) as index:
        [document] = index.documents()
        assert [f.label for f in index.catalog.figures.of_document(document.id)] == ["Figure 1"]


def test_it_goes_without_a_profile(mmrag: Callable, report: Path, tmp_path: Path) -> None:
    ran = mmrag("index", report, "--index", tmp_path / "i", "--fast", "--profile", "embedded")
    assert ran.code == 2 and "--fast" in ran.err
