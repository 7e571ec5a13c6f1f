import sys

import pytest

from mmrag.config import StoreSettings
from mmrag.errors import UsageError
from mmrag.store import keyword_store
from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.types import Description

pytest.importorskip("tantivy")

SETTINGS = StoreSettings(keywords="tantivy")


@pytest.fixture
def published(catalog, make_document, put):
    """A catalog whose words tantivy holds, and the document in it."""
    parsed = put(catalog, make_document("/docs/a.pdf", "herring and cod", "barley and rye"))
    catalog.find_words_by(SETTINGS).publish()
    return catalog, parsed


def told(catalog):
    return [fault.message for fault in catalog.find_words_by(SETTINGS).check()]


def test_a_figure_is_found_by_what_a_model_said_of_it_since(published):
    catalog, parsed = published
    figure = parsed.figures[0].id
    catalog.put_descriptions([Description(figure, "A lighthouse.", "llava")])
    assert told(catalog) == ["is not of the words that are there: FTS5 is asked meanwhile"]
    assert "FTS5 is asked meanwhile; `mmrag index`" in catalog.words.behind()
    for _ in range(2):
        assert [item for item, _ in catalog.words.search("lighthouse", 5)] == [figure]
        catalog.find_words_by(SETTINGS).publish()
    assert told(catalog) == []
    assert catalog.words.behind() == ""


@pytest.mark.promise(57)
@pytest.mark.parametrize("state", ["", "{}", "[]", '{"format": "1", "name": "of another"}'])
def test_what_is_of_another_state_is_not_asked_and_made_anew(published, layout, state):
    catalog, parsed = published
    (layout.engine("tantivy") / "state.json").write_text(state)
    assert told(catalog)
    assert parsed.passages[0].id in dict(catalog.words.search("herring", 5))
    catalog.find_words_by(SETTINGS).publish()
    assert told(catalog) == []


@pytest.mark.promise(57)
def test_a_publication_that_was_killed_before_its_end_is_done_again(published, layout):
    catalog, parsed = published
    state = layout.engine("tantivy") / "state.json"
    before = state.read_bytes()
    catalog.put_descriptions([Description(parsed.figures[0].id, "A lighthouse.", "llava")])
    catalog.find_words_by(SETTINGS).publish()
    state.write_bytes(before)  # killed before it was written
    assert told(catalog)
    catalog.find_words_by(SETTINGS).publish()
    assert told(catalog) == []
    assert len(catalog.words.search("lighthouse", 5)) == 1


@pytest.mark.promise(57)
def test_rows_that_are_lacking_are_told_and_put_right(published, layout):
    catalog, parsed = published
    with catalog.transaction():
        catalog.session.execute(
            "update searchable set version = 99 where item_id = ?", [parsed.passages[0].id]
        )
    catalog.close()
    (fault,) = [item for item in check(layout) if item.part == "tantivy"]
    assert fault.item == parsed.passages[0].id
    repaired = check(layout, repair=True)
    assert all(item.repaired for item in repaired if item.part == "tantivy")
    with Catalog.open(layout) as again:
        again.find_words_by(SETTINGS)
        assert parsed.passages[0].id in dict(again.words.search("herring", 5))


def test_what_it_held_goes_when_fts5_finds_words_again(published, layout):
    catalog, _ = published
    keyword_store.publish(catalog.session, layout, StoreSettings())
    assert not layout.engine("tantivy").exists()
    catalog.remove_path("/docs/a.pdf")
    assert catalog.session.count("words_gone") == 0
    catalog.close()
    assert {fault.part for fault in check(layout)} <= {"faiss"}


def test_the_package_that_is_needed_is_told(catalog, monkeypatch):
    monkeypatch.setitem(sys.modules, "tantivy", None)
    monkeypatch.delitem(sys.modules, "mmrag.store.tantivy_words", raising=False)
    with pytest.raises(UsageError, match="pip install 'mmrag\\[tantivy\\]'"):
        catalog.find_words_by(SETTINGS)
