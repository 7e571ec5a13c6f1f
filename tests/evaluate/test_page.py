from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from mmrag.evaluate import page
from mmrag.evaluate.datasets import load
from mmrag.evaluate.retrieval import evaluate


@pytest.fixture
def picture(tmp_path: Path):
    path = tmp_path / "picture.png"
    Image.new("RGB", (600, 800), "red").save(path)
    return path


@pytest.mark.promise(25)
def test_the_page_holds_tables_plots_and_nothing_from_elsewhere(searcher, folder, picture) -> None:
    report = evaluate(searcher, load(folder), ablate=True)
    html = page.render(report, lambda image_id: picture)
    assert "fruit: 3 questions, document scope, page" in html
    assert html.count("<svg") == 3
    assert "<td>keyword</td>" in html
    assert "<td>without passage</td>" in html
    assert "0 of 3 questions have none of their evidence" in html
    assert not any(word in html for word in ("<script", "<link", 'src="http', "@import"))
    assert "default-src 'none'; img-src data:;" in html


@pytest.mark.promise(25)
def test_a_failure_shows_what_was_expected_and_what_was_found(
    searcher, folder, picture, write_rows
) -> None:
    write_rows(folder / "queries.jsonl", [{"qid": "q9", "query": "<b>boats</b>", "doc": "boats"}])
    (folder / "qrels.tsv").write_text("q9\t0\tboats#2\t1\n")
    report = evaluate(searcher, load(folder))
    [question] = report.per_question
    missed = replace(question, found=tuple("x" * len(question.found)))
    html = page.render(replace(report, per_question=(missed,)), lambda image_id: picture)
    assert "1 of 1 questions" in html
    assert f"expected: {question.pages[0]}" in html
    assert f"rank 1: {question.images[0]}" in html
    assert html.count("data:image/webp;base64,") == 3
    assert "&lt;b&gt;boats" in html
    assert "<b>boats" not in html


def test_a_picture_that_is_missing_leaves_its_place_empty(searcher, catalog, folder) -> None:
    catalog.remove_path("/docs/boats.pdf")
    html = page.render(evaluate(searcher, load(folder)), lambda image_id: None)
    assert "1 of 3 questions have none" in html
    assert "Note: 1 questions count as not found" in html
    assert "not among the first 20" in html
    assert "<img" not in html


def test_a_type_that_reads_as_a_formula_is_shown_as_it_is_called(searcher, folder) -> None:
    report = evaluate(searcher, load(folder))
    odd = replace(report, by_type={r"$\bogus$": report.metrics | {"questions": 3.0}})
    assert r"$\bogus$ (3)" in page.render(odd, lambda image_id: None)
