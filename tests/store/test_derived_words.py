import json
import shutil
import sys

import pytest

from mmrag.config import StoreSettings
from mmrag.errors import ConfigError, IndexUnusable, UsageError
from mmrag.store import keyword_store, status
from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.store.faiss_store import FaissStore
from mmrag.store.layout import IndexLayout
from mmrag.store.vector_store import open_with
from mmrag.types import Description

PACKAGES = {"tantivy": "tantivy", "lancedb": "lancedb", "milvus": "pymilvus"}
AWAY = StoreSettings(keywords="milvus", uri="http://127.0.0.1:9")


@pytest.fixture(params=list(PACKAGES))
def settings(request) -> StoreSettings:
    """Words by each engine that is installed, in the index folder."""
    pytest.importorskip(PACKAGES[request.param])
    return StoreSettings(keywords=request.param)


@pytest.fixture
def published(catalog, settings, make_document, put):
    """A catalog whose words an engine holds, and the document in it."""
    parsed = put(catalog, make_document("/docs/a.pdf", "herring and cod", "barley and rye"))
    catalog.find_words_by(settings).publish()
    return catalog, parsed


def told(catalog, settings):
    return [fault.message for fault in catalog.find_words_by(settings).check()]


def found(catalog, words):
    return [item for item, _ in catalog.words.search(words, 5)]


def test_status_says_who_finds_words(published, settings, layout):
    catalog, _ = published
    assert status.of(catalog, layout, FaissStore(catalog)).words_by == settings.keywords


def test_a_figure_is_found_by_what_a_model_said_of_it_since(published, settings):
    catalog, parsed = published
    figure = parsed.figures[0].id
    catalog.put_descriptions([Description(figure, "A lighthouse.", "llava")])
    assert told(catalog, settings) == [
        "is not of the words that are there: FTS5 is asked meanwhile"
    ]
    assert "FTS5 is asked meanwhile; `mmrag index`" in catalog.words.behind()
    for _ in range(2):
        assert found(catalog, "lighthouse") == [figure]
        catalog.find_words_by(settings).publish()
    assert told(catalog, settings) == []
    assert catalog.words.behind() == ""


@pytest.mark.promise(57)
@pytest.mark.parametrize(
    "state",
    [
        "",
        "{}",
        "[]",
        '{"format": "1", "name": "of another"}',
        '{"format": "2", "name": "", "table": ""}',
    ],
)
def test_what_is_of_another_state_is_not_asked_and_made_anew(published, settings, layout, state):
    catalog, parsed = published
    (layout.engine(settings.keywords) / "state.json").write_text(state)
    assert told(catalog, settings)
    assert parsed.passages[0].id in found(catalog, "herring")
    catalog.find_words_by(settings).publish()
    assert told(catalog, settings) == []


@pytest.mark.promise(57)
def test_a_publication_that_was_killed_before_its_end_is_done_again(published, settings, layout):
    catalog, parsed = published
    state = layout.engine(settings.keywords) / "state.json"
    before = state.read_bytes()
    catalog.put_descriptions([Description(parsed.figures[0].id, "A lighthouse.", "llava")])
    catalog.find_words_by(settings).publish()
    state.write_bytes(before)  # killed before it was written
    assert told(catalog, settings)
    catalog.find_words_by(settings).publish()
    assert told(catalog, settings) == []
    assert len(catalog.words.search("lighthouse", 5)) == 1


@pytest.mark.promise(57)
def test_rows_that_are_lacking_are_told_and_put_right(published, settings, layout):
    catalog, parsed = published
    with catalog.transaction():
        catalog.session.execute(
            "update searchable set version = 99 where item_id = ?", [parsed.passages[0].id]
        )
    catalog.close()
    (fault,) = [item for item in check(layout) if item.part == settings.keywords]
    assert fault.item == parsed.passages[0].id
    repaired = check(layout, repair=True)
    assert all(item.repaired for item in repaired if item.part == settings.keywords)
    with Catalog.open(layout) as again:
        again.find_words_by(settings)
        assert parsed.passages[0].id in found(again, "herring")


@pytest.mark.promise(57)
def test_a_table_that_an_interrupted_publication_left_is_told_and_removed(
    published, settings, layout
):
    catalog, _ = published
    if settings.keywords == "tantivy":
        pytest.skip("has one table, and makes room for it first")
    (layout.engine(settings.keywords) / "state.json").unlink()  # killed before it was written
    catalog.find_words_by(settings).publish(force=True)
    assert told(catalog, settings) == []
    note = layout.engine(settings.keywords) / "state.json"
    other = json.loads(note.read_bytes())["table"]
    keyword_store.engine(layout, settings.keywords).make(f"{other[:-8]}00000000")
    assert told(catalog, settings) == ["a table that nothing refers to"]
    catalog.find_words_by(settings).publish(force=True)
    assert told(catalog, settings) == []


@pytest.mark.promise(57)
def test_words_and_vectors_may_lie_in_one_place_and_leave_each_other_alone(
    published, settings, layout, tmp_path
):
    catalog, parsed = published
    if settings.keywords == "tantivy":
        pytest.skip("finds words alone")
    place = str(tmp_path / ("both.db" if settings.keywords == "milvus" else "both"))
    both = StoreSettings(keywords=settings.keywords, vectors=settings.keywords, uri=place)
    vectors = open_with(catalog, both)
    vectors.publish()
    keyword_store.publish(catalog.session, layout, both)
    for _ in range(2):
        assert vectors.check() == []
        assert told(catalog, both) == []
        assert parsed.passages[0].id in found(catalog, "herring")
        vectors.publish(force=True)
    vectors.remove()
    assert told(catalog, both) == []


def test_a_copy_of_an_index_leaves_the_words_of_the_other_alone(
    published, settings, layout, tmp_path, make_document, put
):
    if settings.keywords == "tantivy":
        pytest.skip("lies in the index folder")
    catalog, parsed = published
    place = str(tmp_path / ("far.db" if settings.keywords == "milvus" else "far"))
    far = settings.model_copy(update={"uri": place})
    keyword_store.publish(catalog.session, layout, far)
    catalog.checkpoint()
    shutil.copytree(layout.root, tmp_path / "copy")
    with Catalog.open(IndexLayout(tmp_path / "copy"), write=True) as copy:
        assert told(copy, far) == ["is not of the words that are there: FTS5 is asked meanwhile"]
        put(copy, make_document("/docs/b.pdf", "a lighthouse"))
        copy.remove_path("/docs/a.pdf")
        keyword_store.publish(copy.session, copy.layout, far)
        assert told(copy, far) == []
    assert told(catalog, far) == []
    assert parsed.passages[0].id in found(catalog, "herring")


@pytest.mark.parametrize("later", ["fts5", "tantivy", "lancedb"])
def test_what_it_held_goes_when_another_one_finds_words(published, settings, layout, later):
    catalog, parsed = published
    if later == settings.keywords:
        pytest.skip("is the same")
    keyword_store.publish(catalog.session, layout, StoreSettings(keywords=later))
    assert not (layout.engine(settings.keywords) / "state.json").exists()
    if settings.keywords != "tantivy":
        assert keyword_store.engine(layout, settings.keywords).tables() == []
    assert parsed.passages[0].id in found(catalog, "herring")
    catalog.remove_path("/docs/a.pdf")
    assert bool(catalog.session.count("words_gone")) == (later != "fts5")
    catalog.close()
    assert {fault.part for fault in check(layout)} <= {"faiss"}


def test_a_server_that_is_away_is_told_and_fts5_asked(
    catalog, layout, make_document, put, monkeypatch
):
    pytest.importorskip("pymilvus")
    monkeypatch.setattr("mmrag.store.milvus_place.SECONDS", 1.0)
    parsed = put(catalog, make_document("/docs/a.pdf", "herring and cod"))
    with pytest.raises(IndexUnusable, match=r'127\.0\.0\.1:9: Milvus: .*keywords = "fts5"'):
        keyword_store.publish(catalog.session, layout, AWAY)
    settings = StoreSettings(keywords="milvus")
    keyword_store.publish(catalog.session, layout, settings)
    state = layout.engine("milvus") / "state.json"
    words = catalog.find_words_by(AWAY)
    held = json.loads(state.read_bytes())
    state.write_text(json.dumps({**held, "uri": AWAY.uri, "table": f"{words._prefix}x"}))
    assert parsed.passages[0].id in found(catalog, "herring")
    assert "cannot be asked: http://127.0.0.1:9" in catalog.words.behind()
    (fault,) = words.check()
    assert "http://127.0.0.1:9" in fault.message
    keyword_store.publish(catalog.session, layout, StoreSettings())  # cannot remove it there
    assert json.loads(state.read_bytes())["name"] == ""
    assert keyword_store.held(layout, StoreSettings()) == StoreSettings()


def test_a_server_is_not_asked_without_a_connection_nor_without_its_token(
    catalog, layout, monkeypatch
):
    pytest.importorskip("pymilvus")
    with pytest.raises(ConfigError, match="NO_SUCH_TOKEN"):
        own = AWAY.model_copy(update={"token_env": "NO_SUCH_TOKEN"})
        keyword_store.publish(catalog.session, layout, own)
    monkeypatch.setenv("MMRAG_OFFLINE", "1")
    far = StoreSettings(keywords="milvus", uri="http://milvus.example:19530")
    with pytest.raises(UsageError, match="MMRAG_OFFLINE"):
        catalog.find_words_by(far)


def test_a_text_that_is_longer_than_milvus_takes_is_found_by_its_last_word(
    catalog, make_document, put
):
    pytest.importorskip("pymilvus")
    settings = StoreSettings(keywords="milvus")
    long = " ".join(f"末{number:04}" for number in range(10_000))
    parsed = put(catalog, make_document("/docs/a.pdf", f"{long} lighthouse"))
    catalog.find_words_by(settings).publish()
    assert told(catalog, settings) == []
    assert parsed.passages[0].id in found(catalog, "lighthouse")
    assert parsed.passages[0].id in found(catalog, "0000")


def test_a_uri_is_of_vectors_where_words_are_in_another_database():
    both = StoreSettings(keywords="lancedb", vectors="milvus", uri="http://127.0.0.1:9")
    assert both.words_uri == ""
    assert both.model_copy(update={"vectors": "faiss"}).words_uri == "http://127.0.0.1:9"


@pytest.mark.parametrize("name", PACKAGES)
def test_the_package_that_is_needed_is_told(catalog, monkeypatch, name):
    monkeypatch.setitem(sys.modules, PACKAGES[name], None)
    for module in (f"mmrag.store.{name}_words", f"mmrag.store.{name}_place"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    with pytest.raises(UsageError, match=f"pip install 'mmrag\\[{name}\\]'"):
        catalog.find_words_by(StoreSettings(keywords=name))
