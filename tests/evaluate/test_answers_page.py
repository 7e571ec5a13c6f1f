"""The page of an evaluation of answers."""

from pathlib import Path

import pytest
from PIL import Image

from mmrag.evaluate import answers_page
from mmrag.evaluate.answers import answered_question, summarised
from mmrag.evaluate.datasets import PageTruth, Question
from mmrag.evaluate.replies import Reply, Source

QUESTION = Question(
    "q1", "Which <b>bird</b> is it?", "birds", "corpus", ("text",), (PageTruth("birds", 2),), (),
    answer="heron",
)  # fmt: skip
CITED = (Source("birds-p0007", "birds", 7, "page"),)
WRONG = Reply(
    "q1", QUESTION.text, "answered", "A <i>wren</i> [AB3]", "extracted", CITED, (), {}, 40, 6,
    confidence=0.8,
)  # fmt: skip


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    Image.new("RGB", (600, 800), "red").save(path)
    return path


def rendered(picture: Path | None) -> str:
    report = summarised("birds", [answered_question(QUESTION, WRONG, "b1")], [WRONG])
    return answers_page.render(report, lambda image_id: picture)


def test_a_wrong_answer_shows_the_right_page_beside_the_cited_one(picture: Path) -> None:
    html = rendered(picture)
    assert "1 of 1 questions are answered, and the answer does not hold the gold one" in html
    assert "expected: b1-p0002" in html
    assert "cited: birds-p0007" in html
    assert html.count("data:image/webp;base64,") == 2


@pytest.mark.promise(25)
def test_nothing_on_the_page_acts_or_comes_from_elsewhere(picture: Path) -> None:
    html = rendered(picture)
    assert "&lt;b&gt;bird" in html
    assert "<i>wren" not in html
    assert not any(word in html for word in ("<script", "<link", 'src="http', "@import"))
    assert "default-src 'none'; img-src data:;" in html


def test_the_plots_are_outcomes_kinds_reliability_and_risk() -> None:
    html = rendered(None)
    assert html.count("<svg") == 4
    assert "<img" not in html
