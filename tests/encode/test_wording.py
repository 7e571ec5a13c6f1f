from dataclasses import replace

from mmrag.encode.wording import description_text, passage_text
from mmrag.types import Description, Figure, Passage

PASSAGE = Passage("d-p0001-t01", "d-p0001", 0, 4, "body", ("Results", "Sales"))
FIGURE = Figure(
    "d-p0001-f01",
    "d-p0001",
    1,
    (0, 0, 1, 1),
    "chart",
    caption="Figure 1: sales",
    heading=("Sales",),
)
EXTRACTED = Description("d-p0001-f01", "Chart. Figure 1: sales. Axis 2020.", "extracted")


def test_a_passage_is_placed_by_its_last_two_headings():
    assert passage_text(PASSAGE) == "Results > Sales\nbody"
    assert passage_text(replace(PASSAGE, heading=("Part", "Results", "Sales"))) == (
        "Results > Sales\nbody"
    )
    assert passage_text(replace(PASSAGE, heading=())) == "body"


def test_the_extracted_description_stands_alone_where_there_is_no_other():
    text = description_text("Report", FIGURE, [EXTRACTED])
    assert text == EXTRACTED.text


def test_a_trusted_description_leads_after_the_caption():
    told = [EXTRACTED, Description(FIGURE.id, "Bars rise.", "llava", trust=0.9)]
    lines = description_text("Report", FIGURE, told).splitlines()
    assert lines == ["Report > Sales", "Figure 1: sales", "Bars rise.", EXTRACTED.text]


def test_a_doubtful_description_follows_the_words_of_the_document():
    told = [EXTRACTED, Description(FIGURE.id, "A cat.", "llava", trust=0.2)]
    lines = description_text("Report", FIGURE, told, untrusted_below=0.5).splitlines()
    assert lines == [EXTRACTED.text, "A cat."]


def test_a_figure_without_any_words_is_placed_at_least():
    bare = Figure("d-p0001-f01", "d-p0001", 1, (0, 0, 1, 1), "picture")
    assert description_text("Report", bare, []) == "Report"
