import hashlib

from PIL import Image

from mmrag import ids
from mmrag.errors import UsageError
from mmrag.retrieve.evidence import gather, page_text
from mmrag.retrieve.search import Query
from mmrag.types import Page, Passage


def test_evidence_of_a_page_quotes_the_passages_that_matched(searcher, catalog, annual) -> None:
    result = searcher.search(Query("revenue in 2021", unit="page", k=1))
    (item,) = gather(catalog, result)
    assert item.image_id == ids.page_id(annual.document.id, 2)
    assert item.quotable.splitlines()[0] == "Revenue grew to 80 million in 2021"
    assert (item.kind, item.page, item.bbox, item.description) == ("page", 2, None, "")
    assert item.sha256 == hashlib.sha256(b"picture 2").hexdigest()


def test_evidence_of_a_figure_quotes_its_words_and_keeps_descriptions_apart(
    searcher, catalog, storing, texts
) -> None:
    report, put = storing
    figure = {
        "caption": "Figure 1: Sales",
        "text": "2020 2021",
        "mentions": ("As Figure 1 shows, sales rose.",),
    }
    put(catalog, report("/f.pdf", {1: {"text": "Words", "figures": [figure]}}), texts)
    result = searcher.search(Query("sales", unit="figure", k=1))
    (item,) = gather(catalog, result)
    assert item.quotable == "Figure 1: Sales\n2020 2021\nAs Figure 1 shows, sales rose."
    assert item.description == "A chart: Figure 1: Sales"
    assert item.caption == "Figure 1: Sales"
    assert item.sha256 == f"crop {item.image_id}"
    assert item.bbox is not None


def test_evidence_stands_in_the_order_of_the_hits(searcher, catalog, annual, other) -> None:
    result = searcher.search(Query("revenue", unit="page"))
    evidence = gather(catalog, result)
    assert [item.image_id for item in evidence] == [hit.image_id for hit in result.hits]


def test_evidence_has_its_picture_where_pictures_are_opened(searcher, catalog, annual) -> None:
    result = searcher.search(Query("revenue in 2021", unit="page", k=1))
    picture = Image.new("RGB", (2, 2))
    (item,) = gather(catalog, result, lambda names: dict.fromkeys(names, picture))
    assert item.image is picture
    (item,) = gather(catalog, result, lambda names: dict.fromkeys(names, UsageError("gone")))
    assert item.image is None
    assert gather(catalog, result)[0].image is None


def test_a_hit_that_was_removed_since_is_left_out(searcher, catalog, annual, other) -> None:
    result = searcher.search(Query("revenue tulips", unit="page"))
    catalog.remove_path(other.document.path)
    evidence = gather(catalog, result)
    assert {item.document for item in evidence} == {"annual"}


def page_of(lines: list[str]) -> tuple[Page, list[Passage]]:
    text = "\n".join(lines)
    passages, start = [], 0
    for number, line in enumerate(lines, start=1):
        passages.append(
            Passage(f"p-p0001-t{number:02d}", "p-p0001", start, start + len(line), line)
        )
        start += len(line) + 1
    return Page("p-p0001", "p", 1, 1, 1, text, "pdf"), passages


def test_passages_stand_in_the_order_of_the_page_with_their_neighbours() -> None:
    page, passages = page_of([f"line {n}" for n in range(9)])
    text = page_text(page, passages, ["p-p0001-t08", "p-p0001-t03"], "", longest=40)
    assert text.splitlines()[0] == "line 1"
    assert {"line 2", "line 7"} <= set(text.splitlines())
    assert "line 4" not in text
    assert len(text) <= 40


def test_passages_that_overlap_are_quoted_once() -> None:
    page, passages = page_of(["one two three four five"])
    wide = [passages[0], Passage("p-p0001-t02", "p-p0001", 8, 23, "three four five")]
    assert page_text(page, wide, ["p-p0001-t02", "p-p0001-t01"], "") == page.text


def test_a_page_found_by_number_quotes_what_is_nearest_to_the_question() -> None:
    page, passages = page_of([f"line {n} about nothing" for n in range(99)] + ["the rent of Oslo"])
    assert "the rent of Oslo" in page_text(page, passages, [], "rent in Oslo", longest=100)


def test_a_page_without_passages_quotes_its_text_up_to_the_limit() -> None:
    page, _ = page_of(["word " * 100])
    text = page_text(page, [], [], "", longest=52)
    assert text == ("word " * 10).strip()
