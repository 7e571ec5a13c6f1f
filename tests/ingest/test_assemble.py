from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mmrag.config import IngestSettings
from mmrag.ingest import assemble
from mmrag.ingest.events import ParseTask
from mmrag.ingest.layout.lines import TextLine
from mmrag.ingest.layout.segments import page_text
from mmrag.ingest.raw import Opened, RawFigure, RawPage
from mmrag.types import ParsedDocument, Problem

Build = Callable[..., ParsedDocument]
BODY = "Running text of the body that goes on for a while and says little."


def page(
    number: int, *texts: str | tuple[str, float], figures: tuple[RawFigure, ...] = ()
) -> RawPage:
    """A page of one line per text, 12 points high from the top; a size makes a heading."""
    lines = []
    for at, part in enumerate(texts):
        words, size = part if isinstance(part, tuple) else (part, 10.0)
        lines.append(TextLine(words, (50, 50 + 40 * at, 300, 62 + 40 * at), size, False, at))
    text, segments = page_text(lines)
    return RawPage(number, 600, 800, text, segments, "pdf", figures)


def figure(label: str = "", caption: str = "", key: str = "", segment: int = -1) -> RawFigure:
    return RawFigure((100, 400, 300, 600), "chart", label, caption, "", segment, key, None)


@pytest.fixture
def build(settings: IngestSettings, task: Callable[[Path], ParseTask]) -> Build:
    def make(
        *pages: RawPage,
        path: str = "/x/annual_report.pdf",
        title: str = "",
        all_pages: int = 0,
        problems: tuple[Problem, ...] = (),
    ) -> ParsedDocument:
        opened = Opened(len(pages), all_pages or len(pages), title, {}, problems)
        return assemble.document(task(Path(path)), opened, pages, (), settings)

    return make


def test_ids_say_document_page_and_place(build: Build) -> None:
    made = build(page(1, BODY, figures=(figure(), figure())), page(2, BODY))
    assert [p.id for p in made.pages] == ["abababab-p0001", "abababab-p0002"]
    assert [f.id for f in made.figures] == ["abababab-p0001-f01", "abababab-p0001-f02"]
    assert [p.id for p in made.passages] == ["abababab-p0001-t01", "abababab-p0002-t01"]


def test_passages_are_slices_of_their_page(build: Build) -> None:
    made = build(page(1, *[f"{BODY} {at}" for at in range(40)]))
    assert len(made.passages) > 2
    for passage in made.passages:
        assert made.pages[0].text[passage.start : passage.end] == passage.text


def test_a_figure_knows_its_heading_and_who_mentions_it(build: Build) -> None:
    made = build(
        page(1, ("Trips by month", 16.0), BODY, f"{BODY} As Fig. 1 shows, May was best."),
        page(2, BODY, figures=(figure("Figure 1", "Figure 1: Trips", segment=0),)),
    )
    (only,) = made.figures
    assert only.heading == ("Trips by month",)
    assert only.mentions == ("As Fig. 1 shows, May was best.",)


def test_a_picture_on_most_pages_is_a_logo_unless_it_has_a_caption(build: Build) -> None:
    logo, named = figure(key="logo"), figure("Figure 1", "Figure 1: Trips", key="logo")
    made = build(
        *(page(at, BODY, figures=(logo,)) for at in (1, 2, 3)), page(4, BODY, figures=(named,))
    )
    assert [f.label for f in made.figures] == ["Figure 1"]


def test_a_picture_on_few_pages_stays(build: Build) -> None:
    pages = [page(at, BODY, figures=(figure(key="x"),) if at < 3 else ()) for at in range(1, 9)]
    assert len(build(*pages).figures) == 2


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Report on cable cars", "Report on cable cars"),
        ("Microsoft Word - draft3.doc", "The year of the cable car"),
        ("untitled", "The year of the cable car"),
        ("", "The year of the cable car"),
    ],
)
def test_the_title_is_what_the_metadata_says_or_the_largest_type(
    build: Build, title: str, expected: str
) -> None:
    first = page(1, ("The year of", 24.0), ("the cable car", 24.0), BODY, BODY)
    assert build(first, title=title).document.title == expected


def test_a_title_may_be_longer_than_headings_are(build: Build) -> None:
    long = (
        "The year of the cable car, which nobody saw come and few of us will see go again, even so"
    )
    first = page(1, ("arXiv 2031", 30.0), BODY, (long, 24.0), BODY, ("Ada Lind", 18.0), BODY, BODY)
    assert build(first).document.title == long


def test_without_either_the_title_is_the_name_of_the_file(build: Build) -> None:
    assert build(page(1, BODY)).document.title == "annual report"
    assert build(page(1, BODY), path="/x/a\udcff.pdf").document.title == "a\ufffd"


def test_a_loss_makes_a_document_partial_and_a_note_does_not(build: Build) -> None:
    noted = replace(page(1, BODY), problems=(Problem("parser", "odd font", 1),))
    lossy = replace(page(1, BODY), problems=(Problem("render", "timeout after 20 s", 1),))
    assert build(noted).document.status == "ok"
    assert build(noted).document.problems == (Problem("parser", "odd font", 1),)
    assert build(lossy).document.status == "partial"


def test_a_page_limit_is_reported(build: Build) -> None:
    made = build(page(1, BODY), all_pages=9)
    assert made.document.status == "partial"
    assert str(made.document.problems[0]) == "open: only 1 of 9 pages were read (max_pages)"
    assert made.document.page_count == 9


def test_the_list_of_problems_is_bounded_and_says_so(build: Build) -> None:
    many = tuple(Problem("parser", f"warning {at}", 1) for at in range(500))
    problems = build(replace(page(1, BODY), problems=many)).document.problems
    assert len(problems) == 51
    assert problems[-1].message == "450 more problems are not listed"


def test_the_heading_path_is_carried_over_pages(build: Build) -> None:
    made = build(page(1, ("Results", 16.0), BODY), page(2, BODY))
    assert made.passages[-1].heading == ("Results",)


@pytest.mark.parametrize(
    ("largest", "title"),
    [
        ("NORTHERN GRAIN AND SEED COMMISSION", ""),
        ("Form 12-B for the year 2020", ""),
        ("Report of the Grain Commission", "Report of the Grain Commission"),
        ("The cable car of Vallorbe", "The cable car of Vallorbe"),
    ],
)
def test_a_form_and_whom_it_is_addressed_to_are_no_title(
    build: Build, largest: str, title: str
) -> None:
    document = build(page(1, (largest, 20.0), BODY), path="/docs/filing_7.pdf").document
    assert document.title == (title or "filing 7")
    assert document.is_named is not bool(title)


def test_rows_that_go_on_without_a_head_stand_under_the_head_of_the_page_before(
    build: Build,
) -> None:
    rows = "North  14  7.5"
    table = RawFigure((50, 40, 300, 100), "table", "", "", rows, -1, "", None)
    made = build(
        page(1, BODY, "Line  Stops  Length", "East  12  6.0"),
        page(2, rows, BODY, figures=(table,)),
    )
    assert [item.kind for item in made.continuations] == ["table"]
    assert made.passages[-1].heading == ("Line Stops Length",)
    assert made.passages[0].heading == ()
    assert made.figures[0].heading == ("Line Stops Length",)


def test_each_line_of_a_page_has_a_box_and_a_page_without_text_none(build: Build) -> None:
    made = build(page(1, BODY, "Line  Stops  Length"), page(2))
    assert made.line_boxes == {"abababab-p0001": ((50, 50, 300, 62), (50, 90, 300, 102))}
