import pytest
from older_schemas import forget_languages, forget_next_vectors, forget_page_vectors
from sqlite_utils import Database

from mmrag.store import languages
from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.types import Space

GERMAN = "Die Genossenschaften der Fähren wuchsen im Jahr zuvor, weil die Fahrpreise stiegen."
ENGLISH = "The revenues of the ferries grew last year, mostly because the fares were raised in May."
FRENCH = (
    "Les recettes des bacs ont augmenté l'année dernière, surtout parce que les tarifs ont monté."
)


@pytest.mark.promise(9)
def test_the_languages_of_an_older_index_are_told_and_its_words_found_by_their_forms(
    layout, make_document, put
) -> None:
    with Catalog.create(layout) as catalog:
        german = put(catalog, make_document("/docs/a.pdf", f"{GERMAN}\n{FRENCH}\n{GERMAN}"))
        put(catalog, make_document("/docs/b.pdf", ENGLISH))
    with Database(layout.db) as db:  # as it was before
        forget_page_vectors(db)
        forget_next_vectors(db)
        forget_languages(db)
        for step in ("m018%", "m019%", "m020%"):
            db["_sqlite_migrations"].delete_where("name like ?", [step])
        db["settings"].delete_where("key = ?", ["language_rules"])
    with Catalog.open(layout) as catalog:
        assert {item.path: item.language for item in catalog.documents.all()} == {
            "/docs/a.pdf": "de",
            "/docs/b.pdf": "en",
        }
        own = [item.language for item in catalog.passages.of_document(german.document.id)]
        assert own == ["", "fr", ""]
        assert german.passages[0].id in dict(
            catalog.words.search("Genossenschaft", 5, languages=["de"])
        )
    assert {fault.part for fault in check(layout)} == {"faiss"}  # as none was published


def test_an_index_of_other_languages_says_that_its_encoder_knows_english_alone(
    catalog, make_document, put, batch_of
) -> None:
    put(catalog, make_document("/docs/a.pdf", GERMAN, language="de"))
    assert not languages.note(catalog.documents, catalog.vectors)  # of an encoder that is not known

    class Held:
        def spaces(self):
            return {"passage": Space("all-MiniLM-L6-v2", "0" * 64, "none", 8)}

    told = languages.note(catalog.documents, Held())
    assert "1 of 1 documents are not in English" in told
    assert "--profile multilingual" in told
    put(catalog, make_document("/docs/b.pdf", ENGLISH, language="en"))
    assert not languages.note(catalog.documents, Held())
