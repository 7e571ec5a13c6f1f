"""Summaries and what figures show: put together from what the document says, each part cited."""

import pytest
from marked_evidence import answer_to

from mmrag.answer.extracted import OUTLINE, ExtractedAnswerer
from mmrag.answer.outlined import summary
from mmrag.answer.questions import analyse

RULES = """Rules of the tram
Doors
The driver closes all doors before the tram leaves. A door that is left open costs 40 percent more.
Bells
A bell is rung twice at every crossing of the line. It is heard by all."""


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Summarise this document.", "summary"),
        ("What is this report about?", "summary"),
        ("Give me a summary of the annual report", "summary"),
        ("What is the total of the report about bells?", "number"),
        ("What does Figure 3 show?", "shown"),
        ("Describe Table 2.", "shown"),
        ("What revenue does Figure 3 show for 2020?", "number"),
    ],
)
def test_a_question_about_a_whole_is_told_from_one_about_its_matter(question, wanted):
    assert analyse(question).wanted == wanted


def test_a_summary_is_the_first_sentence_under_each_heading_and_its_key_figures(make_marked):
    evidence = (make_marked("K7Q", "3fa9c1d2-p0001", RULES, document="Rules of the tram"),)
    answer = answer_to("Summarise this document", evidence, ExtractedAnswerer())
    assert answer.text.splitlines() == [
        OUTLINE,
        "“Rules of the tram” [K7Q]",
        "“Doors”: “The driver closes all doors before the tram leaves.” [K7Q]",
        "“Doors”: “A door that is left open costs 40 percent more.” [K7Q]",
        "“Bells”: “A bell is rung twice at every crossing of the line.” [K7Q]",
    ]
    assert {citation.support for citation in answer.citations} == {"quoted"}
    assert answer.confidence is None


def test_a_title_that_the_document_does_not_print_is_not_quoted(make_marked):
    evidence = [make_marked("K7Q", "3fa9c1d2-p0001", RULES, document="scan-0017").evidence]
    assert not any("scan" in span.text for span in summary(evidence))


def test_what_a_figure_shows_is_its_caption_and_its_mentions_in_every_document(make_marked):
    caption = "Figure 3: Doors by year"
    mention = "Figure 3 shows that doors were closed more often each year."
    evidence = (
        make_marked("K7Q", "3fa9c1d2-p0002-f01", f"{caption}\n12 14\n{mention}", caption=caption),
        make_marked("M2X", "4fa9c1d2-p0009-f01", "Figure 3: Bells", caption="Figure 3: Bells"),
        make_marked("P4T", "3fa9c1d2-p0003-f01", "Figure 4: Rain", caption="Figure 4: Rain"),
    )
    answer = answer_to("What does Figure 3 show?", evidence, ExtractedAnswerer())
    assert answer.text.splitlines()[1:] == [
        f"“{caption}” [K7Q]",
        f"“{mention}” [K7Q]",
        "“Figure 3: Bells” [M2X]",
    ]


LIMITS = """Limits of this study
We know three limits of straw.
First, straw burns. That is well known to all. Second, straw rots in the rain of autumn.
It has been used for long."""


def test_what_stands_below_a_heading_of_that_name_is_its_list_over_pages(make_marked):
    first = """Risk factors
The keepers face these risks:
• Straw burns. It is dry.
• Wax melts in the sun."""
    evidence = (
        make_marked("K7Q", "3fa9c1d2-p0002", first),
        make_marked("M2X", "3fa9c1d2-p0003", "• Honey is stolen at night.\n• Bees fly off."),
        make_marked("P4T", "3fa9c1d2-p0009", "Risks are everywhere in the town of Orland."),
    )
    answer = answer_to("What are the risks?", evidence, ExtractedAnswerer())
    assert answer.text.splitlines()[1:] == [
        "“Risk factors”: “Straw burns.” [K7Q]",
        "“Wax melts in the sun.” [K7Q]",
        "“Honey is stolen at night.” [M2X]",
        "“Bees fly off.” [M2X]",
    ]
    assert {citation.support for citation in answer.citations} == {"quoted"}
    assert answer.confidence is not None


def test_a_section_without_a_list_is_what_it_counts_or_its_first_sentences(make_marked):
    evidence = (make_marked("K7Q", "3fa9c1d2-p0002", LIMITS),)
    answer = answer_to("What are the limits?", evidence, ExtractedAnswerer())
    assert answer.text.splitlines()[1:] == [
        "“Limits of this study”: “We know three limits of straw.” [K7Q]",
        "“First, straw burns.” [K7Q]",
        "“Second, straw rots in the rain of autumn.” [K7Q]",
    ]
    plain = LIMITS.replace("First, straw", "All straw").replace("Second, straw", "Old straw")
    evidence = (make_marked("K7Q", "3fa9c1d2-p0002", plain),)
    answer = answer_to("What are the limits?", evidence, ExtractedAnswerer())
    assert answer.text.count("[K7Q]") == 2


def test_what_is_broken_by_bullets_out_of_place_is_not_quoted(make_marked):
    text = "Risks\n• Straw burns.\n• Wax melts in the sun of the\n•\nlong summer."
    evidence = (make_marked("K7Q", "3fa9c1d2-p0002", text),)
    answer = answer_to("What are the risks?", evidence, ExtractedAnswerer())
    assert answer.text.splitlines()[1:] == ["“Risks”: “Straw burns.” [K7Q]"]
    assert answer.status == "answered"


def test_below_a_heading_of_two_things_only_sentences_with_the_second_tell_of_it(make_marked):
    text = "Straw and wax\nStraw burns in the summer. Much wax melts in the sun.\nAll is well."
    evidence = (make_marked("K7Q", "3fa9c1d2-p0002", text),)
    answer = answer_to("Describe the wax.", evidence, ExtractedAnswerer())
    assert answer.text.splitlines()[1:] == ["“Straw and wax”: “Much wax melts in the sun.” [K7Q]"]


def test_a_summary_of_short_lines_alone_is_their_first_ones(make_marked):
    evidence = (
        make_marked("K7Q", "3fa9c1d2-p0001", "Rules of the tram\n1.", document="Rules of the tram"),
        make_marked("M2X", "3fa9c1d2-p0002", "Doors\nSource: the tram has doors of wood."),
    )
    answer = answer_to("Summarise this document", evidence, ExtractedAnswerer())
    assert answer.text.splitlines()[1:] == ["“Rules of the tram” [K7Q]", "“Doors” [M2X]"]
