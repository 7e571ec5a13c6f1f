"""Names under which a document says what is asked for."""

import pytest

from mmrag.text.section_names import are_in, asked, likeness, of, opens


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What are the risks?", ("risk",)),
        ("What are the main limitations of this paper?", ("limit",)),
        ("Which methods were used?", ("method",)),
        ("What is left for future work?", ("futur", "work")),
        ("How do I install it?", ("instal",)),
        ("List the key findings.", ("find",)),
        ("What are the risks of Orland?", ()),
        ("What were the risks in 2031?", ()),
        ("What are the risks of wooden hives in winter?", ()),
        ("Who takes the risks?", ()),
        ("What is this document about?", ()),
        ("List all tables.", ("tabl",)),
    ],
)
def test_a_question_of_a_name_alone_asks_for_it(question, expected):
    assert asked(question) == expected


@pytest.mark.parametrize(
    ("question", "heading", "expected"),
    [
        ("What are the risks?", "Item 1A. Risk Factors", 2),
        ("What are the risks?", "2.3 Key risks:", 2),
        ("What are the limitations?", "Limitations and future work", 1),
        ("What is left for future work?", "5 Conclusion and Future Work", 1),
        ("What are the steps?", "Steps for a new hive", 0),
        ("What are the limitations?", "Limitations of this study", 2),
        ("What methods were used?", "Methodology", 2),
        ("What are the risks?", "Governance, Risk and Compliance", 0),
        ("What are the risks?", "Low-risk hives", 0),
        ("What are the parts?", "Partners", 0),
        ("Which companies are there?", "3M COMPANY", 0),
        ("What are the risks?", "", 0),
        ("List all tables.", "Table of contents", 0),
        ("List all tables.", "Tables", 0),
    ],
)
def test_a_heading_is_of_it_alone_or_of_other_things_beside(question, heading, expected):
    assert likeness(asked(question), heading) == expected


def test_a_heading_may_begin_with_it():
    assert opens(("instal",), "Installing it properly")
    assert opens(("instal",), "How to install the shelf")
    assert not opens(("instal",), "Before you install")


def test_a_text_has_it_in_any_form():
    assert are_in(("futur", "work"), "In the future we will work on wax.")
    assert not are_in(("futur", "work"), "In the future we rest.")


def test_a_question_may_say_what_the_document_is_called():
    names = of("Bees of Orland", "/docs/ebbe-2031.pdf")
    assert asked("What are the main risks of Orland in 2031?", names) == ("risk",)
    assert asked("What are the risks of Wolmar?", names) == ()
