"""An index from one encoder to another: the old one answers until the new one is complete."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from mmrag.config import RetrieveSettings
from mmrag.errors import ModelMissing, SpaceMismatch, UsageError
from mmrag.pipeline.backfill import fill_channel
from mmrag.pipeline.reencoding import reencode
from mmrag.retrieve.search import Query, Searcher
from mmrag.store import status
from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.store.vector_store import open_vector_store
from mmrag.store.vectors import Vectors
from mmrag.types import Space


def interrupt():
    raise KeyboardInterrupt


@pytest.fixture
def other(word_hash):
    class Other(word_hash):
        """Counts words in other places; may end the process at one of its calls."""

        space = Space("other", "1" * 64, "backwards", 32)
        calls = 0
        fatal = 0
        end = staticmethod(lambda: os.kill(os.getpid(), signal.SIGKILL))

        def encode(self, texts):
            Other.calls += 1
            if Other.calls == Other.fatal:
                self.end()
            return super().encode([" ".join(word[::-1] for word in t.split()) for t in texts])

    return Other


@pytest.fixture
def lines(write, run, monkeypatch):
    """An index of nine passages and two figures; two items go into a transaction."""
    monkeypatch.setattr("mmrag.pipeline.fill.TRANSACTION_ITEMS", 2)
    write("a.pdf", "\n".join(f"line {n}" for n in range(6)) + "\nFigure 1: bars")
    write("b.pdf", "alpha\nbeta\ngamma\nFigure 1: map")
    run()


def spaces(layout):
    with Catalog.open(layout) as catalog:
        return {name: space.model for name, space in catalog.vectors.spaces().items()}


def content(layout):
    with Catalog.open(layout) as catalog:
        store = open_vector_store(catalog)
        return {
            (channel, item): row.round(5).tolist()
            for channel in catalog.vectors.spaces()
            for item, row in zip(*store.rows(channel), strict=True)
        }


def found(layout, encoder):
    """What a question finds by its vector."""
    with Catalog.open(layout) as catalog:
        searcher = Searcher(
            catalog, open_vector_store(catalog), encoder, lambda: None, RetrieveSettings(),
            pictures=lambda names: {},
        )  # fmt: skip
        query = Query("alpha", unit="page", channels=("passage", "description"))
        return [hit.image_id for hit in searcher.search(query).hits]


@pytest.mark.promise(56)
@pytest.mark.parametrize("call", [1, 2, 4, 6])
def test_until_the_new_vectors_are_complete_the_old_encoder_answers_whenever_it_is_killed(
    lines, layout, fake, word_hash, other, call
) -> None:
    before, answered = content(layout), found(layout, word_hash)
    other.fatal = call
    child = os.fork()
    if child == 0:
        reencode(layout, fake(text_encoder=other))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert content(layout) == before
    assert found(layout, word_hash) == answered
    with pytest.raises(SpaceMismatch, match="--reencode"):
        found(layout, other)
    other.fatal = 0
    reports = reencode(layout, fake(text_encoder=other))
    assert sum(report.encoded for report in reports) == 11 - 2 * (call - 1)
    assert spaces(layout) == {"passage": "other", "description": "other"}
    assert found(layout, other)[0] == answered[0]
    with pytest.raises(SpaceMismatch):
        found(layout, word_hash)
    assert check(layout) == []


@pytest.mark.promise(56)
def test_killed_between_two_channels_neither_has_changed_over(
    lines, layout, fake, word_hash, other, monkeypatch
) -> None:
    before, dropped, drop = content(layout), [], Vectors.drop_channel

    def dropping(self, channel):
        dropped.append(channel)
        if len(dropped) == 2:
            other.end()
        drop(self, channel)

    child = os.fork()
    if child == 0:
        monkeypatch.setattr(Vectors, "drop_channel", dropping)
        reencode(layout, fake(text_encoder=other))
        os._exit(0)
    os.waitpid(child, 0)
    assert content(layout) == before
    reencode(layout, fake(text_encoder=other))
    assert spaces(layout) == {"passage": "other", "description": "other"}


def test_what_is_encoded_anew_is_what_a_new_index_has(
    lines, layout, fake, run, other, tmp_path, folder, parser, read_by
) -> None:
    from mmrag.pipeline.run import index_paths
    from mmrag.store.layout import IndexLayout

    reencode(layout, fake(text_encoder=other))
    fresh = IndexLayout(tmp_path / "fresh")
    index_paths(fresh, [folder], fake(text_encoder=other), open_engine=read_by(parser))
    assert content(layout) == content(fresh)


def test_documents_that_come_change_and_go_meanwhile_are_as_they_are(
    lines, layout, write, folder, fake, run, word_hash, other
) -> None:
    other.fatal, other.end = 5, staticmethod(interrupt)
    with pytest.raises(KeyboardInterrupt):
        reencode(layout, fake(text_encoder=other))
    write("c.pdf", "delta\nepsilon")
    (folder / "b.pdf").unlink()
    assert run().stored == 1  # by the old encoder
    other.fatal = 0
    reencode(layout, fake(text_encoder=other))
    with Catalog.open(layout) as catalog:
        paths = {Path(item.path).name for item in catalog.documents.all()}
        assert not catalog.next_vectors.spaces()
    assert paths == {"a.pdf", "c.pdf"}
    assert len(content(layout)) == 9  # six lines and a figure, two lines
    assert check(layout) == []


def test_a_description_that_changed_meanwhile_is_encoded_again(lines, layout, fake, other) -> None:
    other.fatal, other.end = 2, staticmethod(interrupt)
    with pytest.raises(KeyboardInterrupt):
        reencode(layout, fake(text_encoder=other), ["description", "passage"])
    with Catalog.open(layout, write=True) as catalog:
        assert catalog.next_vectors.counts() == {"description": 2}
        figure = min(item for channel, item in content(layout) if channel == "description")
        catalog.vectors.set_stale("description", [figure])
        assert list(catalog.next_vectors.missing("description")) == [figure]


def test_damaged_vectors_that_wait_are_encoded_again(lines, layout, fake, other) -> None:
    other.fatal, other.end = 4, staticmethod(interrupt)
    with pytest.raises(KeyboardInterrupt):
        reencode(layout, fake(text_encoder=other))
    with Catalog.open(layout, write=True) as catalog:
        waiting = set(catalog.next_vectors.missing("passage"))
        catalog.session.execute("update next_vectors set row = zeroblob(128) where rowid = 3")
        assert len(set(catalog.next_vectors.missing("passage")) - waiting) == 1
    other.fatal = 0
    reencode(layout, fake(text_encoder=other))
    assert check(layout) == []


def test_vectors_of_a_third_encoder_take_the_place_of_those_that_were_begun(
    lines, layout, fake, word_hash, other
) -> None:
    class Third(word_hash):
        space = Space("third", "2" * 64, "lower", 32)

    other.fatal, other.end = 3, staticmethod(interrupt)
    with pytest.raises(KeyboardInterrupt):
        reencode(layout, fake(text_encoder=other))
    with Catalog.open(layout) as catalog:
        held = status.of(catalog, layout, open_vector_store(catalog))
        told = {item.channel: item for item in held.channels}
    assert told["passage"].next_vectors == 2
    assert told["passage"].next_space == other.space
    assert told["passage"].space == word_hash.space
    reencode(layout, fake(text_encoder=Third))
    assert spaces(layout) == {"passage": "third", "description": "third"}


def test_the_encoder_of_the_index_has_nothing_to_do_and_forgets_what_was_begun(
    lines, layout, fake, models, other
) -> None:
    other.fatal, other.end = 3, staticmethod(interrupt)
    with pytest.raises(KeyboardInterrupt):
        reencode(layout, fake(text_encoder=other))
    before = content(layout)
    assert reencode(layout, models) == []
    assert content(layout) == before
    with Catalog.open(layout) as catalog:
        assert catalog.next_vectors.spaces() == {}


def test_one_channel_alone_can_be_named(lines, layout, fake, other) -> None:
    with pytest.raises(SpaceMismatch, match="--reencode"):
        fill_channel(layout, "passage", fake(text_encoder=other))
    [report] = reencode(layout, fake(text_encoder=other), ["passage"])
    assert (report.channel, report.encoded) == ("passage", 9)
    assert spaces(layout) == {"passage": "other", "description": "word-hash"}


def test_pictures_are_encoded_anew_beside_texts(lines, layout, with_images, fake, other) -> None:
    fill_channel(layout, "image", with_images)

    class Darker(type(with_images.image_encoder())):
        space = Space("darker", "3" * 64, "rgb", 3)

        def encode_images(self, images):
            rows = super().encode_images(images)[:, ::-1]
            return np.ascontiguousarray(rows)

    reports = reencode(layout, fake(text_encoder=other, image_encoder=Darker))
    assert {report.channel: report.encoded for report in reports} == {
        "image": 4, "description": 2, "passage": 9,
    }  # fmt: skip
    assert set(spaces(layout).values()) == {"darker", "other"}
    assert check(layout) == []


def test_an_encoder_that_is_not_there_leaves_all_as_it_was(lines, layout, fake, models) -> None:
    def missing():
        raise ModelMissing("no weights")

    before = content(layout)
    with pytest.raises(ModelMissing):
        reencode(layout, fake(text_encoder=missing))
    with pytest.raises(UsageError, match='backend = "none"'):
        reencode(layout, models, ["image"])
    assert content(layout) == before
