import threading

import numpy as np
import pytest

from mmrag import audit
from mmrag.errors import (
    IndexMissing,
    ModelMissing,
    ModelTimeout,
    PicturesRefused,
    UsageError,
)
from mmrag.pipeline.backfill import describe_figures, fill_channel
from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.store.pictures import PictureStore
from mmrag.store.vector_store import open_vector_store


class Model:
    """A describer that says what it is told to, and fails on captions that say so."""

    name = "model"
    prompt_version = "v1"
    parallel = 1

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.broken = True

    def describe(self, view):
        self.seen.append(view.figure.caption)
        assert view.image is not None
        if self.broken and "slow" in view.figure.caption:
            raise ModelTimeout("no reply within 60 s")
        if self.broken and "bug" in view.figure.caption:
            raise KeyError("logits")
        if self.broken and "mute" in view.figure.caption:
            return "  "
        return f"41 of the Zebras in {view.figure.caption}"


@pytest.fixture
def model():
    return Model()


@pytest.fixture
def described(fake, model):
    return fake(describer=lambda: model)


@pytest.fixture
def figures(write):
    """Two documents with three figures, one of which the model fails on."""
    write("a.pdf", "alpha\nFigure 1: bars\nFigure 2: slow lines")
    write("b.pdf", "beta\nFigure 1: map")


def vectors(layout, channel):
    with Catalog.open(layout) as catalog:
        items, rows = open_vector_store(catalog).rows(channel)
        missing = set(catalog.vectors.missing(channel))
        return {
            item: row.tobytes()
            for item, row in zip(items, rows, strict=True)
            if item not in missing
        }


def test_the_image_channel_is_filled_later_and_the_others_stay(run, figures, layout, with_images):
    run()
    before = vectors(layout, "passage"), vectors(layout, "description")
    events = []
    report = fill_channel(layout, "image", with_images, on_event=events.append)
    assert (report.encoded, report.unreadable) == (5, ())
    assert (events[-1].stage, events[-1].vectors, events[-1].vectors_total) == ("encode", 5, 5)
    assert (vectors(layout, "passage"), vectors(layout, "description")) == before
    assert fill_channel(layout, "image", with_images).encoded == 0
    with Catalog.open(layout) as catalog:
        page = catalog.pages.of_document(catalog.documents.all()[0].id)[0]
        image = PictureStore(layout).open(page.picture)
        query = with_images.image_encoder().encode_images([image])
        best = open_vector_store(catalog).search("image", query, 1)[0][0]
    assert best == (page.id, pytest.approx(1, abs=1e-3))
    assert check(layout) == []


def test_a_run_fills_the_image_channel_of_documents_that_lack_it(run, figures, layout, with_images):
    run()
    run(models=with_images)
    assert len(vectors(layout, "image")) == 5


def test_a_picture_that_is_lost_is_named_and_the_rest_encoded(run, figures, layout, with_images):
    run()
    store = PictureStore(layout)
    store.remove(sorted(store.stored())[:1])
    report = fill_channel(layout, "image", with_images)
    assert report.encoded == 4
    assert "is not stored" in report.unreadable[0][1]


def test_a_fill_that_was_interrupted_goes_on(
    run, write, layout, fake, word_hash, models, monkeypatch
):
    monkeypatch.setattr("mmrag.pipeline.fill.TRANSACTION_ITEMS", 2)

    class Interrupted(word_hash):
        calls = 0

        def encode(self, texts):
            Interrupted.calls += 1
            if Interrupted.calls == 3:
                raise KeyboardInterrupt
            return super().encode(texts)

    write("a.pdf", "\n".join(f"line {n}" for n in range(9)))
    run()
    before = vectors(layout, "passage")
    with Catalog.open(layout, write=True) as catalog:
        catalog.vectors.drop_channel("passage")
    with pytest.raises(KeyboardInterrupt):
        fill_channel(layout, "passage", fake(text_encoder=Interrupted))
    assert len(vectors(layout, "passage")) == 4
    assert fill_channel(layout, "passage", models).encoded == 5
    after = vectors(layout, "passage")
    assert after.keys() == before.keys()
    for item, row in before.items():
        np.testing.assert_allclose(np.frombuffer(after[item], "<f4"), np.frombuffer(row, "<f4"))


def test_channels_without_an_encoder_are_refused(run, figures, layout, models):
    with pytest.raises(IndexMissing):
        fill_channel(layout, "passage", models)
    run()
    with pytest.raises(UsageError, match='backend = "none"'):
        fill_channel(layout, "image", models)
    with pytest.raises(UsageError, match="keyword channel"):
        fill_channel(layout, "keyword", models)
    with pytest.raises(UsageError, match="vlm"):
        describe_figures(layout, models)


def test_a_run_describes_after_the_documents_are_stored_and_a_failure_does_not_end_it(
    run, figures, layout, model, described
):
    stored = []
    model_describe = model.describe

    def describe(view):
        with Catalog.open(layout) as catalog:
            stored.append(catalog.counts().documents["ok"])
        return model_describe(view)

    model.describe = describe
    report = run(models=described)
    assert stored == [2, 2, 2]
    assert report.described.described == 2
    assert [reason for _, reason in report.described.failed] == ["no reply within 60 s"]
    assert not report.complete
    with Catalog.open(layout) as catalog:
        assert catalog.counts().descriptions == {"extracted": 3, "model": 2}
        assert len(catalog.words.search("zebras", 9)) == 2
        told = catalog.descriptions.of_figures(
            item for item, _ in catalog.words.search("zebras", 9)
        )
        for one, _ in told.values():
            assert one.trust == audit.trust(one.text, catalog.figures.get(one.figure_id)) < 1
    assert check(layout) == []


def test_only_changed_descriptions_are_encoded_again(run, figures, layout, described):
    run()
    before, passages = vectors(layout, "description"), vectors(layout, "passage")
    report = describe_figures(layout, described)
    after = vectors(layout, "description")
    changed = {item for item, row in after.items() if row != before[item]}
    assert len(changed) == report.described == 2
    assert before.keys() == after.keys()
    assert vectors(layout, "passage") == passages


def test_failed_figures_are_listed_and_done_again_only_with_retry(
    run, figures, layout, described, model
):
    run()
    describe_figures(layout, described)
    model.seen.clear()
    again = describe_figures(layout, described)
    assert (model.seen, again.described, len(again.failed)) == ([], 0, 1)
    describe_figures(layout, described, retry=True)
    assert model.seen == ["Figure 2: slow lines"]
    with Catalog.open(layout) as catalog:
        assert [failure.attempts for failure in catalog.descriptions.failures()] == [2]
    model.broken = False
    assert describe_figures(layout, described, retry=True).failed == ()


@pytest.mark.parametrize(
    ("caption", "reason"), [("bug", "KeyError: 'logits'"), ("mute", "the description is empty")]
)
def test_whatever_a_model_does_is_recorded_with_its_figure(
    run, write, layout, described, caption, reason
):
    write("a.pdf", f"Figure 1: {caption}\nFigure 2: fine")
    run()
    report = describe_figures(layout, described)
    assert report.described == 1
    assert reason in report.failed[0][1]


@pytest.mark.parametrize("fault", [ModelMissing, PicturesRefused])
def test_a_model_that_is_not_there_or_sees_nothing_stops_the_describing_and_fails_no_figure(
    run, figures, layout, described, model, fault
):
    def gone(view):
        model.seen.append(view.figure.caption)
        raise fault("server refused the connection: start it with ...")

    model.describe = gone
    report = run(models=described)
    assert len(model.seen) == 1
    assert report.described.stopped.startswith("server refused")
    assert report.described.failed == ()
    assert not report.complete


def test_a_describer_that_cannot_be_loaded_is_a_problem_of_the_run(run, figures, fake, models):
    def missing():
        raise ModelMissing("no weights")

    report = run(models=fake(describer=missing))
    assert report.stored == 2
    assert report.problems == ("figures not described by a model: no weights",)


def test_a_run_with_nothing_to_describe_loads_no_describer(run, figures, described, fake):
    run(models=described)

    def never():
        raise AssertionError("the describer was loaded")

    run(models=fake(describer=never))


def test_a_new_prompt_describes_anew(run, figures, layout, described, model):
    run(models=described)
    model.prompt_version = "v2"
    assert describe_figures(layout, described).described == 2


def test_an_interruption_loses_no_description_that_was_made(run, figures, layout, described, model):
    run()
    plain = model.describe

    def interrupted(view):
        if len(model.seen) == 1:
            raise KeyboardInterrupt
        return plain(view)

    model.describe = interrupted
    with pytest.raises(KeyboardInterrupt):
        describe_figures(layout, described)
    with Catalog.open(layout) as catalog:
        assert catalog.counts().descriptions["model"] == 1
    model.describe = plain
    model.broken = False
    model.seen.clear()
    assert describe_figures(layout, described).described == 2
    assert len(model.seen) == 2
    assert not any(fault.part == "vectors" for fault in check(layout))


def test_figures_are_described_side_by_side_where_the_model_can(
    run, figures, layout, described, model
):
    together = threading.Barrier(2, timeout=20)
    plain = model.describe

    def describe(view):
        if "map" not in view.figure.caption:
            together.wait()
        return plain(view)

    model.describe, model.broken, model.parallel = describe, False, 2
    run()
    report = describe_figures(layout, described)
    assert report.described == 3
