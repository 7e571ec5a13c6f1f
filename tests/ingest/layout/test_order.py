import random
import re
from pathlib import Path

import pymupdf
import pytest

from mmrag.ingest.layout import fragments
from mmrag.ingest.layout.order import CELL_GAP, Fragment, reading_order


def fragment(
    text: str, x: float, y: float, width: float | None = None, size: float = 10
) -> Fragment:
    across = len(text) * size * 0.5 if width is None else width
    return Fragment(text, (x, y, x + across, y + size * 1.2), size, bold=False)


def texts(*found: Fragment) -> list[str]:
    return [line.text for line in reading_order(found)]


def test_columns_are_read_one_after_the_other_around_what_spans_them(two_columns: Path) -> None:
    with pymupdf.open(two_columns) as document:
        lines = reading_order(fragments.read(document[0]).fragments)
    text = " ".join(line.text for line in lines)
    landmarks = [
        "The cable car",
        "left The left",
        "nine minutes",
        "right The right",
        f"Year{CELL_GAP}2019{CELL_GAP}2020",
        f"Trips{CELL_GAP}411{CELL_GAP}508",
        "lower-left",
        "lower-right",
    ]
    assert [text.find(mark) for mark in landmarks] == sorted(text.find(m) for m in landmarks)
    assert all(mark in text for mark in landmarks)


def test_cells_on_one_baseline_are_one_line() -> None:
    row = [
        fragment("Total revenue", 50, 100),
        fragment("206.1", 300, 101),
        fragment("198.3", 400, 99),
    ]
    assert texts(*reversed(row)) == [f"Total revenue{CELL_GAP}206.1{CELL_GAP}198.3"]


def test_a_currency_sign_stays_with_its_number() -> None:
    row = [
        fragment("Net income", 50, 100),
        fragment("$", 200, 100),
        fragment("5,363", 240, 100),
        fragment("(12.1", 340, 100),
        fragment(")%", 380, 100),
    ]
    assert texts(*row) == [f"Net income{CELL_GAP}$5,363{CELL_GAP}(12.1)%"]


def test_a_number_or_bullet_before_text_is_no_cell() -> None:
    assert texts(fragment("3.1", 50, 100), fragment("Methods", 100, 100)) == ["3.1 Methods"]
    assert texts(fragment("•", 50, 100), fragment("one item", 80, 100)) == ["• one item"]


def test_words_pulled_apart_to_fill_a_line_are_no_cells() -> None:
    words = [
        fragment(word, 50 + 60 * at, 100, 35)
        for at, word in enumerate(["as", "has", "been", "seen"])
    ]
    assert texts(*words) == ["as has been seen"]


def test_a_table_of_labels_and_numbers_is_read_by_rows() -> None:
    rows = []
    for at, label in enumerate(
        ["Sales of goods", "Cost of goods sold", "Other costs of sales", "Taxes"]
    ):
        rows += [fragment(label, 50, 100 + 14 * at), fragment(f"{at}11.0", 300, 100 + 14 * at)]
    assert texts(*rows)[1] == f"Cost of goods sold{CELL_GAP}111.0"


def test_a_margin_beside_running_text_is_not_mixed_into_it() -> None:
    margin = [
        fragment(word, 20, 103 + 17 * at)
        for at, word in enumerate(["Review", "Archive", "DOI", "License"])
    ]
    prose = "the workshop teaches reading and writing of tables to novices"
    body = [fragment(f"{prose} {at}", 150, 100 + 13 * at, 320) for at in range(8)]
    lines = texts(*margin, *body)
    assert sorted(lines[:4]) == ["Archive", "DOI", "License", "Review"]
    assert lines[4:] == [f"{prose} {at}" for at in range(8)]


def test_a_wider_gap_or_another_size_starts_a_block() -> None:
    lines = reading_order(
        [
            fragment("Heading", 50, 50, size=16),
            fragment("one line", 50, 80),
            fragment("next line", 50, 93),
            fragment("new paragraph", 50, 130),
        ]
    )
    assert [line.block for line in lines] == [0, 1, 1, 2]


def test_sideways_text_comes_last() -> None:
    stamp = Fragment("arXiv:1234", (10, 100, 20, 300), 10, bold=False)
    assert [line.text for line in reading_order([fragment("body", 50, 50)], [stamp])] == [
        "body",
        "arXiv:1234",
    ]


def test_nothing_is_read_from_an_empty_page() -> None:
    assert reading_order([]) == []


@pytest.mark.parametrize("seed", range(5))
def test_no_word_is_lost_or_doubled(seed: int) -> None:
    draw = random.Random(seed)
    found = [
        fragment(
            f"w{at}", draw.uniform(0, 500), draw.uniform(0, 700), size=draw.choice([8, 10, 20])
        )
        for at in range(80)
    ]
    words = [word for text in texts(*found) for word in re.findall(r"w\d+", text)]
    assert sorted(words) == sorted(f.text for f in found)
