"""`mmrag eval`: reports, gates and comparisons."""

import json
import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def part(sample_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of every third question of the sample corpus."""
    folder = tmp_path_factory.mktemp("part")
    shutil.copy(sample_corpus / "qrels.tsv", folder)
    lines = (sample_corpus / "queries.jsonl").read_text().splitlines()
    (folder / "queries.jsonl").write_text("".join(f"{line}\n" for line in lines[::3]))
    return folder


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture
def saved(mmrag, sample_index: Path, part: Path, reports: Path) -> Path:
    """The reports of the dataset by all channels, saved once."""
    folder = reports / "all"
    if not folder.exists():
        ran = mmrag("eval", "retrieval", part, "--index", sample_index, "--save", folder)
        assert ran.code == 0, ran.err
        assert str(folder / "report.html") in ran.err
    return folder


def test_a_saved_report_is_for_people_and_for_tools(saved: Path) -> None:
    assert {path.name for path in saved.iterdir()} == {
        "report.json", "report.html", "run.trec", "qrels.trec",
    }  # fmt: skip
    report = json.loads((saved / "report.json").read_text())
    assert report["questions"] == len(report["per_question"]) > 25
    assert "without reading pages" in report["ablation"]
    assert report["latency_ms"]["p50"] > 0
    assert "data:image/webp" in (saved / "report.html").read_text() or report["metrics"][
        "recall@5"
    ] == pytest.approx(1)


def test_a_measure_under_its_minimum_gives_exit_code_1(
    mmrag, sample_index: Path, part: Path
) -> None:
    command = ("eval", "retrieval", part, "--index", sample_index, "--min")
    assert mmrag(*command, "recall@5=0.9").code == 0
    ran = mmrag(*command, "recall@1=0.999")
    assert ran.code == 1
    assert "under 0.999" in ran.err
    assert "fused" in ran.out


@pytest.mark.parametrize("wrong", ["recall@5", "recall@5=much", "precision=0.5"])
def test_a_minimum_that_cannot_be_meant_is_refused(mmrag, saved: Path, wrong: str) -> None:
    ran = mmrag("eval", "compare", saved, saved, "--min", wrong)
    assert ran.code == 2
    assert wrong.partition("=")[0] in ran.err


def test_a_report_compares_with_itself_as_equal(mmrag, saved: Path) -> None:
    ran = mmrag("eval", "compare", saved, saved / "report.json")
    assert ran.code == 0
    assert "difference +0.0 (95 % interval +0.0 to +0.0)" in ran.out
    assert "won: 0" in ran.out
    found = json.loads(mmrag("eval", "compare", saved, saved, "--json").out)
    assert (found["measure"], found["won"], found["lost"]) == ("recall@5", [], [])


def test_a_comparison_names_the_questions_that_were_won(mmrag, saved: Path, tmp_path: Path) -> None:
    report = json.loads((saved / "report.json").read_text())
    for item in report["per_question"][:12]:
        item["measures"]["recall@5"] = 0.0
    worse = tmp_path / "worse.json"
    worse.write_text(json.dumps(report))
    ran = mmrag("eval", "compare", worse, saved)
    assert "won: 12" in ran.out
    assert report["per_question"][0]["qid"] in ran.out
    assert "and 2 more" in ran.out
    gate = mmrag("eval", "compare", saved, worse, "--min", "recall@5=0.5")
    assert gate.code == 0  # the saved mean counts, which was not changed


def test_a_file_that_is_no_report_is_named(mmrag, tmp_path: Path) -> None:
    ran = mmrag("eval", "compare", tmp_path, tmp_path)
    assert ran.code == 2
    assert str(tmp_path / "report.json") in ran.err


@pytest.fixture
def questions(sample_corpus: Path, tmp_path: Path) -> Path:
    """Three questions of the sample corpus, and one without an answer."""
    folder = tmp_path / "few"
    folder.mkdir()
    for name, most in (("queries.jsonl", 3), ("unanswerable.jsonl", 1), ("qrels.tsv", 99)):
        lines = (sample_corpus / name).read_text().splitlines()[:most]
        (folder / name).write_text("".join(f"{line}\n" for line in lines))
    return folder


def test_a_saved_report_of_answers_goes_on_where_it_ended(
    mmrag, sample_index: Path, questions: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "answers"
    command = ("eval", "answers", questions, "--index", sample_index, "--save", folder)
    ran = mmrag(*command)
    assert ran.code == 0, ran.err
    assert {path.name for path in folder.iterdir()} == {
        "report.json", "report.html", "answers.jsonl",
    }  # fmt: skip
    assert "3 questions, 1 without an answer" in ran.out
    report = json.loads((folder / "report.json").read_text())
    assert len(report["per_question"]) == 3
    kept = (folder / "answers.jsonl").read_text()
    assert mmrag(*command).code == 0
    assert (folder / "answers.jsonl").read_text() == kept
    compared = mmrag("eval", "compare", folder, folder)
    assert "right over 3 questions" in compared.out


def test_a_measure_of_answers_under_its_minimum_gives_exit_code_1(
    mmrag, sample_index: Path, questions: Path
) -> None:
    ran = mmrag("eval", "answers", questions, "--index", sample_index, "--min", "accuracy=1.01")
    assert ran.code == 1
    assert "under 1.01" in ran.err


def test_a_profile_without_a_model_is_no_judge(mmrag, sample_index: Path, questions: Path) -> None:
    ran = mmrag("eval", "answers", questions, "--index", sample_index, "--judge", "embedded")
    assert ran.code == 2
    assert "no model that could judge" in ran.err
