"""What everyone must do who finds words."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mmrag import ids
from mmrag.config import StoreSettings
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.store.sources import SourceFile
from mmrag.types import Document, Page, ParsedDocument, Passage

TEXTS = (
    "The quarterly revenues grew by 1,234.5 million",
    "Running runners ran; revenue was flat",
    "café society of the harbour",
    "末班车由两名司机驾驶",
    "harbour revenue of the harbour",
)


def put(catalog: Catalog, text: str, path: str = "") -> str:
    """Store a document of one passage; its ID."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    name = ids.document_id(digest)
    page = ids.page_id(name, 1)
    document = Document(name, path or f"/docs/{name}.txt", digest, name, 1)
    parsed = ParsedDocument(
        document,
        (Page(page, name, 1, 600, 800, text, "pdf"),),
        (),
        (Passage(ids.passage_id(page, 1), page, 0, len(text), text),),
    )
    catalog.put(parsed, [], [], SourceFile(document.path, 1, 1))
    return name


def settings_of(catalog: Catalog) -> StoreSettings:
    return StoreSettings.model_validate({"keywords": catalog.words.found_by})


PACKAGES = {"tantivy": "tantivy", "lancedb": "lancedb", "milvus": "pymilvus"}


@pytest.fixture(params=["fts5", *PACKAGES])
def catalog(request, tmp_path: Path) -> Iterator[Catalog]:
    """Five documents, whose words are held by each in turn."""
    if request.param in PACKAGES:
        pytest.importorskip(PACKAGES[request.param])
    settings = StoreSettings(keywords=request.param)
    with Catalog.create(IndexLayout(tmp_path / "index")) as catalog:
        for text in TEXTS:
            put(catalog, text)
        full_text = catalog.find_words_by(settings)
        assert full_text.name == request.param
        full_text.publish()
        assert list(full_text.check()) == []
        yield catalog
        if request.param in PACKAGES:
            assert catalog.words._full_text._away is None  # it was asked itself, and not FTS5


def found(
    catalog: Catalog, words: str, *documents: str, phrases: tuple[str, ...] = ()
) -> list[str]:
    """The texts that are found, best first."""
    hits = catalog.words.search(words, 5, list(documents) or None, phrases)
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
    return [catalog.passages.by_id([item])[item].text for item, _ in hits]


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        ("harbour", (4, 2)),
        ("runner's run", (1,)),
        ("cafe societies", (2,)),
        ("1,234.5", (0,)),
        ("1,234.9", ()),
        ("末班车", (3,)),
        ("班", (3,)),
        ("quarterly lighthouse", (0,)),
        ('harbour" OR body:x', (4, 2)),
        ("?!", ()),
    ],
)
def test_passages_are_found_by_any_of_the_words_best_first(catalog, words, texts):
    assert found(catalog, words) == [TEXTS[number] for number in texts]


def test_a_phrase_is_found_as_a_whole_and_lifts_what_has_it(catalog):
    assert found(catalog, "none", phrases=("revenue was flat",)) == [TEXTS[1]]
    assert found(catalog, "none", phrases=("flat was revenue",)) == []
    assert found(catalog, "revenue", phrases=("revenue was flat",))[0] == TEXTS[1]


def test_documents_can_be_chosen(catalog):
    chosen = ids.document_id(hashlib.sha256(TEXTS[2].encode()).hexdigest())
    assert found(catalog, "harbour", chosen) == [TEXTS[2]]
    assert catalog.words.search("harbour", 5, []) == []


def test_no_more_are_found_than_are_wanted(catalog):
    assert len(catalog.words.search("harbour", 1)) == 1
    assert catalog.words.search("harbour", 0) == []


def test_what_comes_and_goes_is_found_before_and_after_it_is_published(catalog):
    put(catalog, "a lighthouse", "/docs/new.txt")
    catalog.remove_path(
        f"/docs/{ids.document_id(hashlib.sha256(TEXTS[4].encode()).hexdigest())}.txt"
    )
    for _ in range(2):
        assert found(catalog, "lighthouse") == ["a lighthouse"]
        assert found(catalog, "harbour") == [TEXTS[2]]
        catalog.find_words_by(settings_of(catalog)).publish()
    put(catalog, "a pier", "/docs/new.txt")  # in place of it
    assert found(catalog, "lighthouse") == []
    assert found(catalog, "pier") == ["a pier"]
