"""When an indexing run is complete, and what the index costs a page."""

from dataclasses import replace

import pytest

from mmrag.reports import DescribeReport, FileOutcome, IndexReport
from mmrag.types import Problem

OUTCOME = FileOutcome("/docs/a.pdf", "failed", (Problem("open", "no PDF"),))
TOLD = DescribeReport("llava", described=3, failed=(), seconds=1.0)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"stored": 3, "unchanged": 2, "removed": 1},
        {"notes": ("the layout model was not used",)},
        {"described": TOLD},
    ],
)
def test_a_run_is_complete_where_all_that_was_asked_for_is_there(changes) -> None:
    assert IndexReport(**changes).complete


@pytest.mark.parametrize(
    "changes",
    [
        {"partial": (OUTCOME,)},
        {"failed": (OUTCOME,)},
        {"problems": ("the VLM could not be used",)},
        {"interrupted": True},
        {"described": replace(TOLD, failed=(("3fa9c1d2-p0001-f01", "timeout"),))},
        {"described": replace(TOLD, stopped="the server is away")},
    ],
)
def test_a_run_is_done_in_part_where_anything_is_missing(changes) -> None:
    assert not IndexReport(stored=3, **changes).complete


def test_bytes_are_told_a_page_of_the_whole_index() -> None:
    assert IndexReport(index_pages=4, index_bytes=1000).bytes_per_page == 250
    assert IndexReport().bytes_per_page == 0
