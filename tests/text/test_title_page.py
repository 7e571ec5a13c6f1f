import pytest

from mmrag.text import title_page


@pytest.mark.parametrize(
    "question",
    [
        "What is the title of this document?",
        "Who are the authors?",
        "who is the presenter of this slide?",
        "Which organization published the report, and in what year?",
        "What's the date of the last update of this manual?",
        "What is the ISBN?",
        "Who wrote it?",
        "When was it published?",
        "Wer hat diesen Bericht geschrieben?",
        "Wie lautet der Titel des Buches?",
        "Quel est le titre du rapport ?",
        "¿Quién escribió este artículo?",
        "Chi ha scritto questo libro?",
    ],
)
def test_what_a_title_page_tells_is_asked_for(question: str) -> None:
    assert title_page.asked(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is the title of the chart?",
        "What is the paper's full title that proposes step-back prompting?",
        "How many authors of this report come from Norway?",
        "How many slides are in this presentation?",
        "What year is the highest?",
        "What does this report say?",
        "What year is the report for?",  # which any running head tells
        "When was the bridge created?",
        "When was it built?",
        "",
    ],
)
def test_what_stands_elsewhere_is_not(question: str) -> None:
    assert not title_page.asked(question)
