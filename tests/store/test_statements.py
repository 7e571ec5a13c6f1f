from sqlite_utils import Database

from mmrag.store.catalog import Catalog

STATEMENT = """Balance sheet
Cash and cash equivalents  5  4
Trade receivables  3  2
Inventories  7  6
Total current assets  15  12
Goodwill  9  9
Total assets  24  21
Total current liabilities  8  7
Long-term debt  6  6
Total equity  10  8
Total equity and liabilities  24  21"""


def shown(catalog, document):
    return [
        (item.item_id, item.kind)
        for item in catalog.statements.of_documents([document.id], ["balance", "income"])
    ]


def test_pages_that_show_a_statement_are_stored_with_their_document(layout, make_document, put):
    with Catalog.create(layout) as catalog:
        parsed = put(catalog, make_document("/docs/a.pdf", STATEMENT))
        put(catalog, make_document("/docs/b.pdf", "nothing of the kind"))
        assert shown(catalog, parsed.document) == [(parsed.pages[0].id, "balance")]
        assert catalog.statements.of_documents([parsed.document.id], ["income"]) == []
        catalog.remove_path("/docs/a.pdf")
        assert catalog.session.count("statements") == 0


def test_statements_of_an_index_of_older_rules_are_found_by_the_next_writer(
    layout, make_document, put
):
    with Catalog.create(layout) as catalog:
        parsed = put(catalog, make_document("/docs/a.pdf", STATEMENT))
    with Database(layout.db) as db:  # as it was before
        db["statements"].drop()
        db["_sqlite_migrations"].delete_where("name like ?", ["m015%"])
        db["settings"].delete_where("key = ?", ["statement_rules"])
    Catalog.open(layout, write=True).close()
    with Catalog.open(layout) as catalog:
        assert shown(catalog, parsed.document) == [(parsed.pages[0].id, "balance")]
