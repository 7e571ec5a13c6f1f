"""Documents are encoded while others are read, and what is in the index is as if they were not."""

import json
import threading
import time

import pytest

from mmrag.errors import ModelError
from mmrag.pipeline.run import index_paths
from mmrag.store.catalog import Catalog
from mmrag.store.check import check

WAIT_S = 20  # for another thread, which takes milliseconds


@pytest.fixture(autouse=True)
def one_by_one(monkeypatch):
    """Each document is a group of its own."""
    monkeypatch.setattr("mmrag.pipeline.group.FULL_GROUP_TEXTS", 1)


@pytest.fixture
def reading(parser):
    """Reads, and says when it has come to a file."""
    come = {name: threading.Event() for name in ("a.pdf", "b.pdf", "c.pdf")}

    def parse(tasks, save):
        for event in parser(tasks, save):
            come[event.path.name].set()
            yield event

    return parse, come


@pytest.fixture
def three(write):
    for name, text in (("a", "alpha"), ("b", "beta"), ("c", "gamma")):
        write(f"{name}.pdf", text)


def test_the_next_document_is_read_while_one_is_encoded(
    three, run, fake, word_hash, reading, layout, folder, read_by, tmp_path
):
    parse, come = reading

    class Waiting(word_hash):
        def encode(self, texts):
            assert come["c.pdf"].wait(WAIT_S), "nothing was read meanwhile"
            return super().encode(texts)

    trace = tmp_path / "trace.json"
    models = fake(text_encoder=Waiting)
    report = index_paths(layout, [folder], models, open_engine=read_by(parse), trace=trace)
    assert report.complete
    with Catalog.open(layout) as catalog:
        assert [d.path[-5:] for d in catalog.documents.all()] == ["a.pdf", "b.pdf", "c.pdf"]
    assert check(layout) == []
    told = json.loads(trace.read_text())
    names = {e["tid"]: e["args"]["name"] for e in told if e["name"] == "thread_name"}
    spans = [(e["name"], names[e["tid"]]) for e in told if e["ph"] == "X"]
    assert ("encode", "encode_0") in spans
    assert {thread for name, thread in spans if name in ("read", "store")} == {"MainThread"}


def test_reading_waits_where_too_much_would_be_held(
    three, run, fake, word_hash, reading, monkeypatch
):
    monkeypatch.setattr("mmrag.pipeline.group.MAX_WAITING_TEXTS", 1)
    parse, come = reading
    early = []

    class Slow(word_hash):
        def encode(self, texts):
            if not early:
                come["b.pdf"].wait(WAIT_S)
                early.append(come["c.pdf"].wait(0.1))
            return super().encode(texts)

    assert run(models=fake(text_encoder=Slow), parse=parse).stored == 3
    assert early == [False], "b waits to be encoded, so that c is not read yet"


@pytest.mark.promise(1)
def test_documents_that_were_encoded_together_are_stored_in_one_transaction(
    write, run, layout, monkeypatch
):
    monkeypatch.setattr("mmrag.pipeline.group.FULL_GROUP_TEXTS", 64)
    for number in range(5):
        write(f"{number}.pdf", f"text {number}")
    there = []
    put = Catalog.put

    def watched(catalog, *args):
        put(catalog, *args)
        with Catalog.open(layout) as reader:
            there.append(reader.documents.count())

    monkeypatch.setattr(Catalog, "put", watched)
    assert run().stored == 5
    assert there == [0] * 5, "none is there before all are"
    with Catalog.open(layout) as reader:
        assert reader.documents.count() == 5


def test_an_encoder_that_fails_ends_the_run_and_the_next_goes_on(
    three, run, fake, word_hash, layout
):
    class Failing(word_hash):
        def encode(self, texts):
            if "beta" in texts:  # alone, or beside what came while the first was encoded
                raise ModelError("out of order")
            return super().encode(texts)

    with pytest.raises(ModelError, match="out of order"):
        run(models=fake(text_encoder=Failing))
    assert run().complete
    assert check(layout) == []


def test_an_interrupted_run_does_not_encode_on(write, run, fake, word_hash, parser, settings):
    batches, begun, interrupted = [], threading.Event(), threading.Event()

    class Slow(word_hash):
        def encode(self, texts):
            batches.append(len(texts))
            begun.set()
            interrupted.wait(WAIT_S)
            time.sleep(0.02)
            return super().encode(texts)

    def parse(tasks, save):
        for event in parser(tasks, save):
            yield event
            if event.path.name == "b.pdf":
                assert begun.wait(WAIT_S)
                interrupted.set()
                raise KeyboardInterrupt

    write("a.pdf", "\n".join(f"text {n}" for n in range(30)))
    write("b.pdf", "beta")
    one = settings.model_copy(update={"text": settings.text.model_copy(update={"batch_size": 1})})
    assert run(models=fake(text_encoder=Slow, settings=one), parse=parse).interrupted
    assert len(batches) < 30
