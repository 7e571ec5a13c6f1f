"""What goes on over the end of a page comes as evidence of both pages."""

from dataclasses import replace

import pytest

from mmrag import ids
from mmrag.retrieve.evidence import gather
from mmrag.retrieve.search import Query
from mmrag.types import Continuation

BEGINS = "The driver who opens the doors too early pays for each"
ENDS = "open door a fine of 40 francs."


@pytest.fixture
def store(catalog, storing, texts):
    """Stores pages, the second of which goes on with what ends the first; gives the page IDs."""
    report, put = storing

    def make(kind: str, first: str, second: str, before: str, here: str) -> tuple[str, str]:
        parsed = report("/tram.pdf", {1: {"text": first}, 2: {"text": second}})
        pages = tuple(ids.page_id(parsed.document.id, number) for number in (1, 2))
        start, begin = first.index(before), second.index(here)
        goes_on = Continuation(
            pages[1], kind, pages[0], start, start + len(before), begin, begin + len(here)
        )
        put(catalog, replace(parsed, continuations=(goes_on,)), texts)
        return pages

    return make


@pytest.mark.parametrize(("question", "hit"), [("driver doors", 0), ("door fine francs", 1)])
def test_the_other_page_of_a_sentence_is_evidence_too(
    searcher, catalog, store, question, hit
) -> None:
    pages = store("sentence", f"Tram rules\n{BEGINS}", f"{ENDS}\nDepots", BEGINS, ENDS)
    result = searcher.search(Query(question, unit="page", k=1))
    found, added = gather(catalog, result, lambda names: dict.fromkeys(names, "opened"))
    assert [found.image_id, added.image_id] == [pages[hit], pages[1 - hit]]
    assert added.quotable == (ENDS if hit == 0 else BEGINS)
    assert (added.page, added.kind, added.image) == (2 - hit, "page", None)
    (goes_on,) = [item.continues for item in (found, added) if item.continues]
    assert (goes_on.image_id, goes_on.before, goes_on.here) == (pages[0], BEGINS, ENDS)


def test_a_sentence_that_is_about_something_else_brings_nothing(searcher, catalog, store) -> None:
    store("sentence", f"Tulips in spring\n{BEGINS}", f"{ENDS}\nDepots", BEGINS, ENDS)
    result = searcher.search(Query("tulips in spring", unit="page", k=1))
    (item,) = gather(catalog, result)
    assert item.continues is None


def test_rows_know_the_head_on_the_page_before(searcher, catalog, store) -> None:
    rows = "North  14  7.5\nSouth  16  8.1"
    pages = store("table", "Line  Stops  Length\nEast  12  6.0", rows, "Line  Stops  Length", rows)
    result = searcher.search(Query("length of South 16 8.1", unit="page", k=1))
    assert result.hits[0].image_id == pages[1]
    found, head = gather(catalog, result)
    assert (head.image_id, head.quotable) == (pages[0], "Line  Stops  Length")
    assert found.continues is not None and found.continues.kind == "table"
    assert found.quotable == rows
