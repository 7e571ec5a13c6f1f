"""Tuning on a part of the sample corpus's questions."""

import json
import shutil
from pathlib import Path

import pytest

from mmrag import config
from mmrag.config import ChannelWeights
from mmrag.errors import UsageError
from mmrag.evaluate import datasets, tune
from mmrag.index import Index

POOR = ChannelWeights({"image": 0.0, "description": 1.0, "passage": 0.0, "keyword": 0.0})


@pytest.fixture
def dataset(sample_corpus: Path, tmp_path: Path) -> Path:
    """Every fourth question of the sample corpus, and all that have no answer."""
    folder = tmp_path / "part"
    folder.mkdir()
    for name in ("qrels.tsv", "unanswerable.jsonl"):
        shutil.copy(sample_corpus / name, folder)
    lines = (sample_corpus / "queries.jsonl").read_text().splitlines()
    (folder / "queries.jsonl").write_text("".join(f"{line}\n" for line in lines[::4]))
    return folder


@pytest.fixture
def root(sample_index: Path, tmp_path: Path) -> Path:
    return shutil.copytree(sample_index, tmp_path / "index")


def profile(weights: ChannelWeights) -> config.Settings:
    settings = config.load()
    retrieve = settings.retrieve.model_copy(update={"weights": weights, "read_pages": 0})
    return settings.model_copy(update={"retrieve": retrieve})


def test_poor_weights_are_left_behind(root: Path, dataset: Path) -> None:
    with Index.open(root, profile(POOR)) as index:
        seen: dict[str, list[tuple[int, int]]] = {"weights": [], "threshold": []}
        report = tune.tune(
            index, datasets.load(dataset), on_progress=lambda stage, *step: seen[stage].append(step)
        )
        weights = report.choices[0]
        assert weights.tuned > weights.default + 0.1
        assert report.settings is not None
        assert report.settings.weights is not None
        assert report.settings.weights["keyword"] == 1
        for steps in seen.values():
            assert steps[-1][0] == steps[-1][1] == len(steps)
        index.tune(report.settings)
        assert index.tuned.retrieve.weights == report.settings.weights
    with Index.open(root) as index:
        assert index.tuned.retrieve.weights == report.settings.weights
        assert index.status().tuned == report.settings
        index.tune(None)
        assert index.tuned == index.settings


def test_what_gains_nothing_is_left(root: Path, dataset: Path) -> None:
    (dataset / "unanswerable.jsonl").unlink()
    with Index.open(root) as index:
        report = tune.tune(index, datasets.load(dataset))
    assert report.settings is None
    assert [choice.kept for choice in report.choices] == [False]
    assert "it takes 10 questions in unanswerable.jsonl, and there are 0" in report.notes[0]


def test_questions_about_one_document_cannot_be_cross_validated(root: Path, dataset: Path) -> None:
    path = dataset / "queries.jsonl"
    lines = path.read_text().splitlines()
    path.write_text("".join(f"{line}\n" for line in lines if "halden" in json.loads(line)["doc"]))
    with Index.open(root) as index, pytest.raises(UsageError, match="2 documents or more"):
        tune.tune(index, datasets.load(dataset))


def test_the_command_writes_unless_told_not_to(root: Path, dataset: Path, capsys, tmp_path) -> None:
    from mmrag.cli import main

    poor = tmp_path / "poor.toml"
    poor.write_text(
        "[retrieve]\nread_pages = 0\n[retrieve.weights]\nkeyword = 0.0\npassage = 0.0\n"
    )

    def run(*arguments: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main([*map(str, arguments), "--index", str(root)])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out + err

    command = ("eval", "tune")
    code, said = run(*command, dataset, "--profile", poor, "--dry-run")
    assert (code, "would be written" in said) == (0, True)
    with Index.open(root) as index:
        assert index.status().tuned is None
    code, said = run(*command, dataset, "--profile", poor)
    assert (code, "written to the index" in said) == (0, True)
    assert "tuned        image" in run("status")[1]
    assert json.loads(run("status", "--json")[1])["tuned"]["weights"]["keyword"] == 1
    assert run(*command, "--reset")[0] == 0
    with Index.open(root) as index:
        assert index.status().tuned is None
    assert run(*command)[0] == 2
