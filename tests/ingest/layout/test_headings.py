from mmrag.ingest.layout.headings import find
from mmrag.ingest.layout.segments import Segment

Page = tuple[str, list[Segment]]
BODY = "A paragraph of running text that is long enough to be the body of the document. " * 3


def page(*parts: tuple[str, float, bool]) -> Page:
    """A page of segments given as text, size and weight."""
    text, segments = "", []
    for words, size, bold in parts:
        start = len(text) + bool(text)
        text = f"{text}\n{words}" if text else words
        segments.append(Segment(start, len(text), size, bold, False, 1, (0, 0, 1, 1)))
    return text, segments


def paths(pages: list[Page]) -> dict[str, tuple[str, ...]]:
    """The path over each segment, by the segment's first words."""
    outline = find(pages)
    return {
        text[s.start : s.end][:12]: outline.path_at(number, at)
        for number, (text, segments) in enumerate(pages, 1)
        for at, s in enumerate(segments)
    }


def test_larger_type_is_a_heading_and_the_path_runs_outermost_first() -> None:
    pages = [
        page(
            ("Annual report", 24, True),
            ("Results", 16, True),
            (BODY, 10, False),
            ("By segment", 12, True),
            ("x" + BODY, 10, False),
        )
    ]
    assert paths(pages)["xA paragraph"] == ("Annual report", "Results", "By segment")


def test_the_path_is_carried_to_the_next_page_until_a_heading_replaces_it() -> None:
    pages = [
        page(("Results", 16, True), (BODY, 10, False)),
        page(("y" + BODY, 10, False), ("Outlook", 16, True), ("z" + BODY, 10, False)),
    ]
    found = paths(pages)
    assert found["yA paragraph"] == ("Results",)
    assert found["zA paragraph"] == ("Outlook",)


def test_numbered_headings_nest_by_their_numbers() -> None:
    pages = [
        page(
            ("2 Methods", 12, True),
            (BODY, 10, False),
            ("2.1 Data", 12, True),
            (BODY, 10, False),
            ("2.1.3 Sources", 12, True),
            ("x" + BODY, 10, False),
            ("3 Results", 12, True),
            ("y" + BODY, 10, False),
        )
    ]
    found = paths(pages)
    assert found["xA paragraph"] == ("2 Methods", "2.1 Data", "2.1.3 Sources")
    assert found["yA paragraph"] == ("3 Results",)


def test_a_bold_line_at_the_size_of_the_body_is_a_heading_over_plain_text() -> None:
    assert paths([page(("Raw materials", 10, True), ("x" + BODY, 10, False))])["xA paragraph"] == (
        "Raw materials",
    )


def test_running_heads_captions_and_sentences_are_no_headings() -> None:
    pages = [
        page(("ACME REPORT", 16, True), (BODY + str(at), 10, False), ("Figure 2: Trips", 12, True))
        for at in range(4)
    ]
    pages.append(page(("All of this was said before.", 14, True), (BODY, 10, False)))
    assert find(pages).headings == ()


def test_a_heading_set_in_two_blocks_of_one_type_is_one() -> None:
    pages = [page(("Sales by region and", 16, True), ("by month", 16, True), (BODY, 10, False))]
    assert [(h.text, h.level) for h in find(pages).headings] == [
        ("Sales by region and by month", 1)
    ]


def test_text_inside_a_figure_heads_nothing() -> None:
    pages = [page(("Filter", 20, True), (BODY, 10, False))]
    assert find(pages, drawn={(1, 0)}).headings == ()


def test_read_text_needs_a_clearly_larger_size() -> None:
    pages = [page(("Prepared by us", 12, False), (BODY, 10, False), ("Overview", 20, False))]
    assert [heading.text for heading in find(pages, exact=False).headings] == ["Overview"]


def test_a_document_without_text_has_no_headings() -> None:
    assert find([("", [])]).headings == ()
