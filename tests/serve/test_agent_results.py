"""How short the tools of MCP are, and how to get more."""

from mmrag.serve import agent_results
from mmrag.serve.agent_results import MOST_ENTRIES, MOST_ROWS


def document(headings: list[int], figures: list[int], pages: int) -> dict:
    return {
        "id": "3fa9c1d2",
        "title": "Tides",
        "pages": pages,
        "warnings": 0,
        "headings": [{"page": page, "title": "a"} for page in headings],
        "figures": [{"page": page, "kind": "table"} for page in figures],
    }


def test_an_outline_ends_with_a_page_and_says_where_to_go_on() -> None:
    headings = [page for page in range(1, 101) for _ in range(3)]
    told = document(headings, list(range(1, 101)), 100)
    entries, start = 0, 1
    while True:
        part = agent_results.outline(told, range(start, 1000))
        assert len(part["headings"]) + len(part["figures"]) <= MOST_ENTRIES + 3
        entries += len(part["headings"]) + len(part["figures"])
        if "more" not in part:
            break
        start = int(part["more"].split("'")[1].rstrip("-"))
    assert entries == 400


def test_a_short_outline_is_whole() -> None:
    told = document([1, 2], [9], 9)
    part = agent_results.outline(told, range(1, 1000))
    assert (len(part["headings"]), len(part["figures"]), "more" in part) == (2, 1, False)
    assert agent_results.outline(told, range(2, 9))["headings"] == told["headings"][1:]


def test_a_table_comes_in_parts_that_add_up() -> None:
    cells = [{"row": row, "column": column} for row in range(250) for column in range(2)]
    told = {"rows": [str(row) for row in range(250)], "cells": cells}
    first, last = agent_results.table(told, 0), agent_results.table(told, 200)
    assert first["more"] == f"table with start={MOST_ROWS}"
    assert len(first["cells"]) == 2 * len(first["rows"]) == 2 * MOST_ROWS
    assert "more" not in last
    assert last["rows"][-1] == "249"
    text = agent_results.table_text("Tides", "\n".join(told["rows"]), 0)
    assert text.endswith("[150 more lines: start=100]")
    assert agent_results.table_text("", "a\nb", 0) == "a\nb"


def test_what_is_left_out_of_a_text_is_told() -> None:
    assert agent_results.shortened("abc", 3) == "abc"
    assert agent_results.shortened("abcde", 3) == "abc\n[2 more characters are left out]"
