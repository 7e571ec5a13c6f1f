"""Several indexes as one: the sample's index in two halves against the whole."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mmrag.channels import KEYWORD, PASSAGE
from mmrag.config import ChannelWeights, Tuned
from mmrag.errors import IndexMissing, UsageError
from mmrag.index import Index
from mmrag.several import SeveralIndexes
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.types import Answer

QUESTIONS = (
    "What was the operating profit of Halden Tidal in 2024?",
    "Who has the key of the boathouse?",
    "What is the total of invoice 2291?",
    "correlation by months of training data",
)


@pytest.fixture(scope="module")
def halves(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two indexes that together hold what the sample's does, each every other document."""
    folder = tmp_path_factory.mktemp("halves")
    made = folder / "one", folder / "other"
    for number, root in enumerate(made):
        layout = IndexLayout(shutil.copytree(sample_index, root))
        with Catalog.open(layout, write=True) as catalog:
            paths = sorted(catalog.sources.all())
            catalog.update_sources([], paths[number::2])
    return made


@pytest.fixture
def several(halves: tuple[Path, Path]) -> Iterator[SeveralIndexes]:
    with SeveralIndexes.open(halves) as several:
        yield several


@pytest.mark.parametrize("question", QUESTIONS)
def test_two_halves_find_what_the_whole_does(several, sample_index: Path, question: str) -> None:
    with Index.open(sample_index) as whole:
        expected = whole.search(question, k=5).hits
    result = several.search(question, k=5)
    assert result.hits[0].image_id == expected[0].image_id
    assert result.hits[0].score == pytest.approx(expected[0].score, abs=0.1)
    assert [hit.rank for hit in result.hits] == [1, 2, 3, 4, 5]
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert "2 indexes, merged by scores: same space and settings" in result.notes


def test_each_hit_names_the_index_that_has_it(several, halves) -> None:
    hits = several.search("the boathouse at Lake Orsa and the drift of sensors", k=60).hits
    assert {hit.index for hit in hits} == {str(root) for root in halves}
    for hit in hits:
        with Index.open(hit.index) as index:
            assert index.show(hit.image_id).path == hit.path


def test_scores_of_other_settings_are_not_compared(halves, tmp_path: Path) -> None:
    tuned = shutil.copytree(halves[1], tmp_path / "tuned")
    with Index.open(tuned) as index:
        index.tune(Tuned(dataset="x", weights=ChannelWeights({PASSAGE.name: 3.0})))
    with SeveralIndexes.open([halves[0], tuned]) as several:
        result = several.search(QUESTIONS[0], k=6)
    assert "2 indexes, merged by reciprocal ranks" in result.notes
    assert [hit.score for hit in result.hits[:2]] == pytest.approx([1 / 61, 1 / 61])
    assert {hit.index for hit in result.hits[:2]} == {str(halves[0]), str(tuned)}


def test_a_channel_can_be_asked_alone(several) -> None:
    hits = several.search("operating profit", k=5, channels=[KEYWORD.name]).hits
    assert hits
    assert all(hit.channels.keys() == {KEYWORD.name} for hit in hits)


def test_a_document_that_both_have_is_found_once(halves, sample_index: Path) -> None:
    with SeveralIndexes.open([halves[0], sample_index, halves[0]]) as several:
        assert len(several.indexes) == 2
        hits = several.search(QUESTIONS[2], k=20).hits
    names = [hit.image_id for hit in hits]
    assert len(set(names)) == len(names)


def test_an_index_without_the_document_is_left_out_and_told(several) -> None:
    result = several.search("total", documents=["*invoice*"], k=3)
    assert result.hits
    assert all("invoice" in hit.path for hit in result.hits)
    with pytest.raises(UsageError, match=r"\*nothing\*"):
        several.search("total", documents=["*nothing*"])


def told(answer: Answer) -> set[str]:
    """The lines of an answer without its markers, which are random; their order may differ."""
    return set(re.sub(r" \[\w+\]", "", answer.text).splitlines())


@pytest.mark.parametrize("question", QUESTIONS[:3])
def test_an_answer_is_that_of_the_index_that_has_it(several, sample_index, question: str) -> None:
    with Index.open(sample_index) as whole:
        expected = whole.ask(question)
    answer = several.ask(question)
    assert answer.status == expected.status
    assert told(answer) == told(expected)
    assert {item.path for item in answer.citations} == {item.path for item in expected.citations}


def test_what_is_asked_of_one_document_the_best_index_answers_alone(several, halves) -> None:
    answer = several.ask("Summarise the paper on drift of sensors")
    assert any(note.startswith("answered from ") for note in answer.notes)


def test_an_index_that_is_not_there_is_named(halves, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="none"):
        SeveralIndexes.open([halves[0], tmp_path / "none"])


def test_the_command_line_takes_several(mmrag: Callable, halves: tuple[Path, Path]) -> None:
    named = [part for root in halves for part in ("--index", root)]
    found = json.loads(mmrag("search", QUESTIONS[0], *named, "--json").out)
    assert {hit["index"] for hit in found["hits"]} <= {str(root) for root in halves}
    shown = mmrag("search", QUESTIONS[0], "-k", 3, *named)
    assert "2 indexes, merged by scores" in shown.err
    assert f"of {found['hits'][0]['index']}" in shown.out
    asked = mmrag("ask", QUESTIONS[0], *named, "--no-stream")
    assert asked.code == 0
    assert "85.5" in asked.out
