import pytest
from older_schemas import (
    forget_half_precision,
    forget_languages,
    forget_next_vectors,
    forget_page_vectors,
    forget_pictures_on_demand,
    forget_word_versions,
)
from sqlite_utils import Database

from mmrag.config import ChannelWeights, Tuned
from mmrag.errors import SchemaTooNew
from mmrag.store import connection
from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.store.faiss_store import FaissStore
from mmrag.store.migrations import migrations


def applied(layout):
    with Database(layout.db) as db:
        return [row["name"] for row in db["_sqlite_migrations"].rows]


@pytest.fixture
def future():
    """A migration of a later mmrag, forgotten again after the test."""
    names = [migration.name for migration in migrations.pending(Database(memory=True))]

    def add(function):
        migrations(name="m900_future")(function)

    yield add
    migrations._migrations[:] = [m for m in migrations._migrations if m.name in names]


@pytest.mark.promise(9)
def test_a_newer_schema_is_refused_unchanged(layout, future):
    Catalog.create(layout).close()
    with Database(layout.db) as db:
        db["_sqlite_migrations"].insert(
            {"migration_set": "mmrag", "name": "m999_later", "applied_at": "2030"}
        )
    before = layout.db.read_bytes()
    for write in (False, True):
        with pytest.raises(SchemaTooNew, match=r"m999_later.*update mmrag"):
            Catalog.open(layout, write=write)
    assert layout.db.read_bytes() == before


def test_a_threshold_of_another_scale_is_forgotten_and_tuned_weights_are_kept(layout):
    tuned = Tuned(dataset="mine", weights=ChannelWeights({"keyword": 0.5}), min_score=0.5)
    with Catalog.create(layout) as catalog:
        catalog.facts.set_tuned(tuned.model_dump_json())
    with Database(layout.db) as db:
        db["_sqlite_migrations"].delete_where("name like ?", ["%_scaled_confidence"])
    with Catalog.open(layout) as catalog:
        kept = Tuned.model_validate_json(catalog.facts.tuned())
    assert kept == tuned.model_copy(update={"min_score": None})


@pytest.mark.parametrize("write", [True, False])
def test_an_older_schema_is_migrated_when_it_is_opened_and_its_content_kept(
    layout, future, make_document, put, write
):
    with Catalog.create(layout) as catalog:
        put(catalog, make_document("/docs/a.pdf", "alpha"))
    future(lambda db: db.execute("alter table documents add column shelf text"))
    with Catalog.open(layout, write=write) as catalog:
        assert len(catalog.documents.all()) == 1
    assert applied(layout)[-1] == "m900_future"


@pytest.mark.promise(9)
def test_the_first_schema_is_migrated_and_its_content_found(layout, make_document, put, vector):
    with Catalog.create(layout) as catalog:
        put(catalog, make_document("/docs/a.pdf", "alpha growth"))
    with Database(layout.db) as db:  # as it was at first
        db["unfilled"].drop()
        db["epochs"].drop()
        db["grids"].drop()
        db["continuations"].drop()
        db["statements"].drop()
        db["graphs"].drop()
        db["line_boxes"].drop()
        forget_page_vectors(db)
        forget_next_vectors(db)
        forget_word_versions(db)
        forget_pictures_on_demand(db)
        forget_half_precision(db)
        forget_languages(db)
        for table in ("documents", "pages", "figures", "passages", "descriptions", "vectors"):
            db.execute(f"alter table {table} drop column checksum")
        db.execute("alter table documents drop column named")
        db.execute("alter table pages drop column label")
        db["_sqlite_migrations"].delete_where("name >= ?", ["m006"])
    Catalog.open(layout, write=True).close()
    with Catalog.open(layout) as reader:
        assert [document.path for document in reader.documents.all()] == ["/docs/a.pdf"]
        assert reader.words.search("growth", 5)
        assert FaissStore(reader).search("passage", vector("alpha growth")[None], 1)[0]
        assert reader.vectors.is_unfilled("image")
    assert {fault.part for fault in check(layout)} == {"faiss"}  # as none was published


@pytest.mark.promise(9)
@pytest.mark.parametrize(
    ("table", "held"),
    [
        ("graphs", lambda catalog: catalog.graphs.of_figures(["x"])),
        ("line_boxes", lambda catalog: catalog.line_boxes.of_pages(["x"])),
    ],
)
def test_an_index_of_before_a_table_gets_it(layout, make_document, put, table, held):
    with Catalog.create(layout) as catalog:
        put(catalog, make_document("/docs/a.pdf", "alpha growth"))
    with Database(layout.db) as db:  # as it was before
        db[table].drop()
        db["_sqlite_migrations"].delete_where("name like ?", [f"%_{table}"])
    with Catalog.open(layout, write=True) as catalog:
        assert held(catalog) == {}


@pytest.mark.promise(9)
def test_vectors_of_an_older_schema_are_made_half_as_large_and_search_the_same(
    layout, make_document, put, vector
):
    with Catalog.create(layout) as catalog:
        for name in ("alpha", "beta", "gamma"):
            put(catalog, make_document(f"/docs/{name}.pdf", name))
        FaissStore(catalog, tail_rows=0).publish()
    with Database(layout.db) as db:  # as it was before
        forget_half_precision(db)
        db.execute("update vectors set row = x'beef', checksum = 1 where id = 1")
        db["_sqlite_migrations"].delete_where("name like ?", ["m021%"])
    with Catalog.open(layout) as catalog:
        sizes = [row[0] for row in catalog.session.execute("select length(row) from vectors")]
        assert sizes == [2, *[16] * 5]
    [fault] = [fault for fault in check(layout, repair=True) if fault.part == "vectors"]
    assert fault.message == "vector 1 has 2 bytes instead of 16"
    with Catalog.open(layout) as catalog:
        item, score = FaissStore(catalog).search("passage", vector("gamma")[None], 1)[0][0]
        assert catalog.passages.get(item).text == "gamma"
        assert score == pytest.approx(1, abs=1e-3)


@pytest.mark.promise(9)
def test_chinese_words_of_an_older_schema_are_searched_by_parts(layout, make_document, put):
    with Catalog.create(layout) as catalog:
        parsed = put(catalog, make_document("/docs/a.pdf", "末班车零点到达车库。"))
        put(catalog, make_document("/docs/b.pdf", "alpha growth"))
    with Database(layout.db) as db:  # as it was before
        db.execute("update words set body = ? where body like '%末%'", [parsed.pages[0].text])
        db["_sqlite_migrations"].delete_where("name like ?", ["m011%"])
    with Catalog.open(layout, write=True) as catalog:
        assert parsed.passages[0].id in dict(catalog.words.search("到达", 5))
        assert catalog.words.search("growth", 5)


@pytest.mark.promise(9)
def test_a_migration_that_fails_changes_nothing(layout, future):
    Catalog.create(layout).close()
    before = applied(layout)

    def fail(db):
        db.execute("create table half (done)")
        raise RuntimeError("broken step")

    future(lambda db: db.execute("create table first_step (done)"))
    migrations(name="m901_fails")(fail)
    with pytest.raises(RuntimeError, match="broken step"):
        Catalog.open(layout, write=True)
    assert applied(layout) == before
    with Database(layout.db) as db:
        assert not {"first_step", "half"} & set(db.table_names())


def test_vectors_fill_the_pages_of_the_database(layout):
    Catalog.create(layout).close()
    with Database(layout.db) as db:
        assert db.execute("pragma page_size").fetchone()[0] == connection.PAGE_BYTES
        assert db.journal_mode == "wal"
