import threading
import tracemalloc
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pytest

from mmrag import ids
from mmrag.config import Settings, VlmSettings
from mmrag.disk_cache import DiskCache
from mmrag.errors import ConfigError, ModelError, ModelMissing
from mmrag.ids import file_sha256
from mmrag.models import Models
from mmrag.readings import PictureSource
from mmrag.vision.batch import Batch
from mmrag.vision.looking import Bench, View


@dataclass(frozen=True)
class Counted:
    by: str
    letters: int

    @property
    def is_nothing(self) -> bool:
        return self.letters == 0


@dataclass(frozen=True)
class CountLetters:
    """Counts a letter on a page; `z` it cannot count."""

    letter: str = "a"
    name: ClassVar[str] = "count"
    version: ClassVar[str] = "1"
    reads: ClassVar[bool] = True
    result: ClassVar[type] = Counted

    def run(self, view: View, bench: Bench) -> Counted:
        text = view.reading.text
        if "z" in text:
            raise ModelError("no letters after y")
        if "?" in text:
            raise ConfigError("the profile has no alphabet")
        return Counted("rules", text.count(self.letter))


@pytest.fixture
def pages(tmp_path: Path):
    """Files of texts as sources."""

    def make(**texts: str) -> list[PictureSource]:
        found = []
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
            found.append(PictureSource(name, tmp_path / name))
        return found

    return make


@pytest.fixture
def batch(given_readings, tmp_path):
    """A batch with a cache of its own."""

    def make(task: CountLetters = CountLetters(), settings: Settings | None = None, **changes):
        bench = Bench(Models(settings or Settings()), given_readings, 60.0)
        return Batch(task, bench, changes.get("cache", DiskCache(tmp_path / "cache")))

    return make


def found(outcomes) -> dict:
    return {item.source.name: item.result and item.result.letters for item in outcomes}


def test_each_picture_has_its_outcome_and_none_ends_the_others(batch, pages):
    run = batch()
    told = {o.source.name: o for o in run.run(pages(a="banana", b="BROKEN", c="zoo", d="odd"))}
    assert (told["a"].status, told["a"].result.letters) == ("done", 3)
    assert (told["b"].status, told["b"].problem) == ("failed", "b: damaged")
    assert (told["c"].status, told["c"].problem) == ("failed", "no letters after y")
    assert told["d"].status == "nothing"
    assert run.metrics.plain() | {"seconds": 0, "model": None} == {
        "pictures": 4, "done": 1, "nothing": 1, "failed": 2, "seconds": 0,
        "results_cached": 0, "readings_cached": 0, "model": None,
    }  # fmt: skip


def test_what_the_profile_lacks_ends_the_batch(batch, pages):
    with pytest.raises(ConfigError, match="alphabet"):
        list(batch().run(pages(a="what?")))


def test_a_second_run_reads_nothing_and_finds_the_same(batch, pages, given_readings):
    files = pages(a="banana", d="odd")
    first = found(batch().run(files))
    again = batch()
    outcomes = list(again.run(files))
    assert found(outcomes) == first
    assert all(outcome.cached for outcome in outcomes)
    assert {outcome.status for outcome in outcomes} == {"done", "nothing"}
    assert given_readings.read_names == ["a", "d"]
    assert again.metrics.results_cached == 2


@pytest.mark.promise(50)
def test_a_file_that_changed_under_its_name_is_read_anew(batch, pages, given_readings):
    assert found(batch().run(pages(a="banana"))) == {"a": 3}
    assert found(batch().run(pages(a="papaya!"))) == {"a": 3}
    assert found(batch().run(pages(a="ox and a"))) == {"a": 2}
    assert given_readings.read_names == ["a", "a", "a"]


def test_a_file_is_hashed_once_on_its_way(batch, pages, monkeypatch):
    hashed = []

    def recorded(path: Path) -> str:
        hashed.append(path.name)
        return file_sha256(path)

    monkeypatch.setattr(ids, "file_sha256", recorded)
    run = batch()
    for outcome in run.run(pages(a="banana", b="ab")):
        run.name_of(outcome.source)
    assert hashed == ["a", "b"]


def test_other_parameters_are_worked_out_anew_from_the_reading_that_is_kept(
    batch, pages, given_readings
):
    files = pages(a="banana")
    list(batch().run(files))
    other = batch(CountLetters("b"))
    assert found(other.run(files)) == {"a": 1}
    assert given_readings.read_names == ["a"]
    assert other.metrics.readings_cached == 1


def test_other_models_work_it_out_anew(batch, pages, given_readings):
    files = pages(a="banana")
    list(batch().run(files))
    settings = Settings.model_validate({"ocr": {"dpi": 200}})
    [outcome] = batch(settings=settings).run(files)
    assert not outcome.cached
    assert given_readings.read_names == ["a", "a"]


def test_without_a_cache_everything_is_done_again(batch, pages, given_readings):
    files = pages(a="banana")
    for _ in range(2):
        assert found(batch(cache=None).run(files)) == {"a": 3}
    assert given_readings.read_names == ["a", "a"]


def test_an_entry_that_is_damaged_is_as_if_it_were_not_there(batch, pages, tmp_path):
    files = pages(a="banana")
    list(batch().run(files))
    for entry in (tmp_path / "cache").glob("*/*"):
        entry.write_bytes(b"\x00{")
    assert found(batch().run(files)) == {"a": 3}


def test_pages_are_taken_as_they_are_needed(batch, pages):
    files = pages(a="aa", b="ab", c="b")
    taken = []

    def lazily():
        for source in files:
            taken.append(source.name)
            yield source

    outcomes = batch(cache=None).run(lazily())
    next(outcomes)
    assert taken == ["a"]


def test_memory_is_flat_over_ten_thousand_pictures(batch, pages, given_readings):
    [one] = pages(a="aa")
    run = batch(cache=None).run(replace(one, name=str(at), page=at) for at in range(1, 10_001))
    tracemalloc.start()
    try:
        for at, _ in enumerate(run, 1):
            given_readings.read_names.clear()
            if at == 1000:
                begun, _ = tracemalloc.get_traced_memory()
        ended, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert at == 10_000
    assert ended - begun < 100_000, "a list of as many would take more than that for its names"


def test_a_file_that_is_gone_is_an_outcome(batch, tmp_path):
    [outcome] = batch().run([PictureSource("gone.png", tmp_path / "gone.png")])
    assert outcome.status == "failed"
    assert "gone.png: No such file" in outcome.problem


@dataclass(frozen=True)
class Meet:
    """Waits on each page until three are under way; `q` asks a model that is not there."""

    name: ClassVar[str] = "meet"
    version: ClassVar[str] = "1"
    reads: ClassVar[bool] = True
    result: ClassVar[type] = Counted
    together: ClassVar[threading.Barrier]

    def run(self, view: View, bench: Bench) -> Counted:
        if "q" in view.reading.text:
            raise ModelMissing("no server answers there")
        self.together.wait()
        return Counted("tiny", 1)


@pytest.fixture
def served() -> Settings:
    """A profile whose model takes three requests at once."""
    url = "http://127.0.0.1:1/v1"
    return Settings(vlm=VlmSettings(backend="server", model="tiny", base_url=url, parallel=3))


def test_as_many_pictures_are_under_way_as_the_model_takes(batch, pages, served):
    Meet.together = threading.Barrier(3, timeout=20)
    run = batch(Meet(), served)
    outcomes = list(run.run(pages(**{name: name for name in "abcdef"}), side_by_side=True))
    assert {outcome.status for outcome in outcomes} == {"done"}
    assert all(o.cached for o in batch(Meet(), served).run(pages(a="a"), side_by_side=True))


def test_a_model_that_is_not_there_ends_it_and_what_was_done_is_kept(batch, pages, served):
    Meet.together = threading.Barrier(1)
    files = pages(a="a", b="b", c="c", d="q", e="e")
    with pytest.raises(ModelMissing):
        list(batch(Meet(), served).run(files, side_by_side=True))
    [outcome] = batch(Meet(), served).run(files[:1])
    assert outcome.cached
    [outcome] = batch(Meet(), served).run(files[3:4])
    assert outcome.status == "failed", "one alone is told as any other"
