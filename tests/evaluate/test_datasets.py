from pathlib import Path

import pytest

from mmrag.errors import UsageError
from mmrag.evaluate.datasets import BoxTruth, PageTruth, load, of_some_documents

PEARS = '{"qid": "q1", "query": "pears?", "doc": "apples"}'


def test_a_dataset_is_read_from_its_folder(folder: Path) -> None:
    dataset = load(folder)
    assert dataset.name == "fruit"
    assert dataset.documents == folder / "docs"
    first, second, third = dataset.questions
    assert (first.id, first.text, first.document, first.scope) == (
        "q1", "red apples?", "apples", "corpus",
    )  # fmt: skip
    assert first.pages == (PageTruth("apples", 1),)
    assert (second.text, second.document, second.scope) == ("white sails", "boats", "document")
    assert third.boxes == (BoxTruth("apples", 3, (10, 10, 110, 110)),)


def test_what_is_judged_irrelevant_is_no_truth(folder: Path) -> None:
    assert load(folder).questions[2].pages == (PageTruth("apples", 3),)


def test_types_are_names_or_lists_of_names_even_written_as_text(folder: Path) -> None:
    assert load(folder).questions[0].types == ("colour",)
    assert load(folder).questions[1].types == ("Chart", "Pure-text (Plain-text)")


def test_labelled_figures_come_before_regions(folder: Path, write_rows) -> None:
    row = {"fig_id": "F1", "doc": "boats", "page": 2, "bbox": [1, 2, 3, 4]}
    write_rows(folder / "figures.jsonl", [row])
    (folder / "qrels_figures.tsv").write_text("q2\t0\tF1\t1\n")
    questions = load(folder).questions
    assert questions[1].boxes == (BoxTruth("boats", 2, (1, 2, 3, 4)),)
    assert questions[2].boxes == ()


def test_a_line_separator_inside_a_question_does_not_end_its_line(folder: Path) -> None:
    (folder / "queries.jsonl").write_text('{"qid": "q1", "query": "a\u2028b", "doc": "apples"}\n')
    assert load(folder).questions[0].text == "a\u2028b"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("queries.jsonl", '{"qid": "q1"}\n', r"queries.jsonl, line 1: 'query' is missing"),
        ("queries.jsonl", '\n{"qid": \n', r"queries.jsonl, line 2"),
        ("queries.jsonl", "[1]\n", r"line 1: not a JSON object"),
        ("queries.jsonl", "", r"no question in it"),
        (
            "queries.jsonl",
            f"{PEARS}\n{PEARS}\n",
            r"queries.jsonl, line 2: .* 'q1' stands here again",
        ),
        ("queries.jsonl", PEARS.replace("apples", "pears"), r"line 1: .*'pears' is not in .*docs"),
        ("qrels.tsv", "q1\t0\tapples#1\t1\nq1\t0\tpears#1\t1\n", r"qrels.tsv, line 2: 'pears' is"),
        ("qrels.tsv", "q1\t0\tapples#0\t1\n", r"qrels.tsv, line 1: page 0: pages count from 1"),
        ("qrels.tsv", "q1\t0\tapples#one\t1\n", r"qrels.tsv, line 1"),
        ("qrels.tsv", "q1 apples#1\n", r"qrels.tsv, line 1"),
        ("qrels_regions.jsonl", '{"qid": "q1", "bbox": [1]}\n', r"regions.jsonl, line 1"),
        ("qrels_figures.tsv", "q1\t0\tF9\t1\n", r"figures.jsonl"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(
    folder: Path, name: str, text: str, message: str
) -> None:
    (folder / name).write_text(text)
    with pytest.raises(UsageError, match=message):
        load(folder)


def test_a_folder_that_is_no_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"not a dataset: it has no queries\.jsonl"):
        load(tmp_path)


@pytest.mark.parametrize(("name", "questions"), [("pages-dev", 265), ("figures-dev", 172)])
def test_published_datasets_are_read(shared_data: Path, name: str, questions: int) -> None:
    dataset = load(shared_data / name)
    assert len(dataset.questions) == questions
    assert all(question.pages for question in dataset.questions)


def test_truths_of_questions_that_are_not_asked_are_passed_over(folder: Path) -> None:
    (folder / "queries.jsonl").write_text(f"{PEARS}\n")
    assert [question.id for question in load(folder).questions] == ["q1"]


def test_without_documents_the_index_alone_tells_what_there_is(folder: Path) -> None:
    for path in (folder / "docs").iterdir():
        path.unlink()
    (folder / "docs").rmdir()
    assert len(load(folder).questions) == 3


def test_regions_are_known_beside_figures(folder: Path, write_rows) -> None:
    write_rows(
        folder / "figures.jsonl",
        [{"fig_id": "f1", "doc": "apples", "page": 3, "bbox": [0, 0, 200, 200]}],
    )
    (folder / "qrels_figures.tsv").write_text("q3\t0\tf1\t1\n")
    [question] = [item for item in load(folder).questions if item.id == "q3"]
    assert [box.figure for box in question.boxes] == ["f1"]
    assert [box.bbox for box in question.regions] == [(10, 10, 110, 110)]


def test_the_answer_and_the_wordings_of_a_question_are_read(folder: Path, write_rows) -> None:
    row = {"qid": "q1", "query": "How red? In per cent.", "query_clean": "How red?", "answer": 12}
    row |= {"doc": "apples", "wordings": ["How red is it?"]}
    write_rows(folder / "queries.jsonl", [row])
    [question] = load(folder).questions
    assert (question.text, question.published) == ("How red?", "How red? In per cent.")
    assert (question.answer, question.wordings) == ("12", ("How red is it?",))


def test_some_documents_are_drawn_with_their_questions(folder: Path) -> None:
    whole = load(folder)
    assert of_some_documents(whole, 0) == whole
    one = of_some_documents(whole, 1)
    assert {question.document for question in one.questions} == {"apples"}
    assert of_some_documents(whole, 5).questions == whole.questions
