"""Questions made of the sample corpus."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from mmrag.errors import UsageError
from mmrag.evaluate import datasets, generate
from mmrag.evaluate.generate import QuestionMaker, QuestionSet
from mmrag.evaluate.retrieval import evaluate
from mmrag.index import Index


@pytest.fixture(scope="module")
def index(sample_index: Path):
    with Index.open(sample_index) as index:
        yield index


@pytest.fixture(scope="module")
def made(index: Index) -> QuestionSet:
    return QuestionMaker(index.catalog, index.pictures).make(index.documents(), 100)


def questions(made: QuestionSet, kind: str) -> dict[str, generate.Made]:
    return {item.text: item for item in made.questions if item.type == kind}


def test_a_caption_asks_for_its_figure(made: QuestionSet) -> None:
    asked = questions(made, "caption")["Which chart shows Revenue of the group by year?"]
    assert asked.document == "halden-tidal-annual-report-2024"
    assert asked.figure is not None
    assert asked.figure.label == "Figure 1"
    assert asked.pages == (4,)


def test_a_mention_asks_without_the_label_for_both_pages(made: QuestionSet) -> None:
    text = "The figure shows the parts of the machine from the front"
    asked = questions(made, "mention")[text]
    assert asked.figure is not None
    assert asked.figure.label == "Figure 1"
    assert len(asked.pages) in (1, 2)


def test_a_heading_asks_for_the_one_page_it_stands_on(made: QuestionSet) -> None:
    assert questions(made, "heading")["Where is 'First use' treated?"].pages == (4,)


def test_a_cell_is_asked_for_by_row_and_column(made: QuestionSet) -> None:
    cells = questions(made, "cell")
    assert cells["What is the value of Pressure (Technical data)?"].answer == "9 bar"
    quiet = cells["What is the Baseline of Quiet (Mean error by the kind of noise)?"]
    assert quiet.answer == "7.9 %"
    assert len(quiet.boxes) == 1
    in_year = cells["What is the value of Net profit in 2023 (Consolidated income statement)?"]
    assert in_year.answer == "31.0"
    assert len(in_year.wordings) == 2


def test_differences_and_largest_values_are_computed(made: QuestionSet) -> None:
    name = "By how much did Net profit change from 2023 to 2024 (Consolidated income statement)?"
    known = questions(made, "difference")[name]
    assert known.answer == "11.8"  # 42.8 - 31.0
    assert len(known.boxes) == 2
    assert questions(made, "largest")


def test_a_row_is_asked_for_in_a_year_that_is_missing(made: QuestionSet) -> None:
    asked = [text for text, name in made.unanswerable if name == "halden-tidal-annual-report-2024"]
    assert any(text.startswith("What is the value of ") for text in asked)


def test_no_two_questions_are_alike(made: QuestionSet) -> None:
    assert len({item.text for item in made.questions}) == len(made.questions)


def test_a_document_is_not_asked_what_it_could_answer(made: QuestionSet) -> None:
    own = {(item.text, item.document) for item in made.questions}
    assert made.unanswerable
    assert own.isdisjoint(made.unanswerable)


def test_the_same_seed_gives_the_same_questions(index: Index) -> None:
    maker = QuestionMaker(index.catalog, index.pictures)
    assert maker.make(index.documents(), 3) == maker.make(index.documents(), 3)
    assert maker.make(index.documents(), 3, seed=1) != maker.make(index.documents(), 3)


def test_a_document_gives_at_most_so_many_and_of_every_type(index: Index) -> None:
    [manual] = [item for item in index.documents() if "brina" in item.path]
    made = QuestionMaker(index.catalog, index.pictures).make([manual], 4)
    assert sorted(item.type for item in made.questions) == ["caption", "cell", "heading", "mention"]


class Asking:
    """Asks about each picture by its size, or always the same."""

    name = "asking"
    max_images = 1

    def __init__(self, always: str = "") -> None:
        self._always = always

    def stream(self, turns, limits):
        [picture] = turns[-1].images
        yield from ("What does the\npicture of ", self._always or f"{picture.size} show?")


def test_a_model_asks_about_pictures(index: Index) -> None:
    [manual] = [item for item in index.documents() if "brina" in item.path]
    made = QuestionMaker(index.catalog, index.pictures, Asking()).make([manual], 100)
    asked = questions(made, "picture")
    assert asked
    for text, item in asked.items():
        assert text.startswith("What does the picture of (")
        assert item.figure is not None
        assert item.pages == (int(item.figure.page_id[-4:]),)


def test_what_a_model_asks_of_every_picture_tells_none_of_them(index: Index) -> None:
    [manual] = [item for item in index.documents() if "brina" in item.path]
    made = QuestionMaker(index.catalog, index.pictures, Asking("a machine show?")).make(
        [manual], 100
    )
    assert not questions(made, "picture")


def test_what_was_written_is_a_dataset_that_retrieval_is_measured_on(
    index: Index, made: QuestionSet, sample_corpus: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "questions"
    generate.write(made, sample_corpus / "docs", folder)
    dataset = datasets.load(folder)
    assert len(dataset.questions) == len(made.questions)
    assert len(dataset.unanswerable) == len(made.unanswerable)
    assert any(item.regions and item.wordings and item.answer for item in dataset.questions)
    assert dataset.documents.resolve() == (sample_corpus / "docs").resolve()
    rows = [json.loads(line) for line in (folder / "queries.jsonl").read_text().splitlines()]
    assert all(row["generated"] for row in rows)
    dataset = replace(dataset, questions=dataset.questions[::4])  # all of them take a while
    report = evaluate(index.searcher, dataset)
    assert report.metrics["recall@5"] > 0.9
    assert evaluate(index.searcher, dataset, unit="figure").metrics["recall@5"] > 0.9


def test_questions_that_are_there_are_not_overwritten(made: QuestionSet, tmp_path: Path) -> None:
    generate.write(made, tmp_path, tmp_path / "questions")
    with pytest.raises(UsageError, match="perhaps edited"):
        generate.write(made, tmp_path, tmp_path / "questions")


def test_documents_without_anything_to_ask_are_refused(index: Index) -> None:
    with pytest.raises(UsageError, match="no question can be made"):
        QuestionMaker(index.catalog, index.pictures).make([], 5)


def test_the_command_makes_questions_of_one_folder(
    sample_index: Path, sample_corpus: Path, tmp_path: Path, capsys
) -> None:
    from mmrag.cli import main

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["eval", "make", *map(str, arguments), "--index", str(sample_index)])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    folder = tmp_path / "made"
    code, out, _ = run(sample_corpus / "docs", "--out", folder, "--json")
    assert code == 0
    found = json.loads(out)
    assert found["questions"] == sum(found["by_type"].values())
    code, _, err = run(tmp_path, "--out", tmp_path / "other")
    assert code == 2
    assert "no document of" in err
    assert run(sample_corpus / "docs", "--out", folder)[0] == 2
    shutil.rmtree(folder)
    code, out, _ = run(sample_corpus / "docs" / "brina-300-manual.pdf", "--out", folder)
    assert code == 0
    assert "questions without an answer" in out
