from pathlib import Path

import pymupdf
import pytest

from mmrag.ingest.formats.opening import open_file

MANY = 10**8


def labels_of(path: Path, pages: int, rules: list[dict[str, object]]) -> list[str]:
    with pymupdf.open() as document:
        for _ in range(pages):
            document.new_page()
        document.set_page_labels(rules)
        document.save(path)
    with open_file(path, MANY) as file:
        return list(file.labels)


def test_styles_prefixes_and_first_numbers_make_labels(tmp_path: Path) -> None:
    rules: list[dict[str, object]] = [
        {"startpage": 0, "prefix": "Cover", "style": "", "firstpagenum": 1},
        {"startpage": 1, "style": "r", "firstpagenum": 1},
        {"startpage": 3, "style": "D", "firstpagenum": 1},
        {"startpage": 5, "prefix": "A-", "style": "D", "firstpagenum": 7},
        {"startpage": 6, "style": "A", "firstpagenum": 27},
    ]
    found = labels_of(tmp_path / "a.pdf", 7, rules)
    assert found == ["Cover", "i", "ii", "1", "2", "A-7", "AA"]


@pytest.mark.parametrize("style", ["D", "R", "a"])
def test_absurd_rules_make_short_labels(tmp_path: Path, style: str) -> None:
    rules: list[dict[str, object]] = [
        {"startpage": 0, "prefix": "x" * 5000, "style": style, "firstpagenum": 10**9},
        {"startpage": 10**6, "style": style, "firstpagenum": 1},
    ]
    (label,) = labels_of(tmp_path / "a.pdf", 1, rules)
    assert len(label) <= 40


def test_a_file_without_labels_gives_none(tmp_path: Path) -> None:
    assert labels_of(tmp_path / "a.pdf", 2, []) == []
