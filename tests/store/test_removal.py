import os

import pytest

from mmrag.errors import UsageError
from mmrag.store import removal


@pytest.fixture
def filled(catalog, put, make_document) -> None:
    for path in ("/docs/a.pdf", "/docs/c.zip", "/docs/c.zip!/d.pdf", "/other/e.pdf"):
        put(catalog, make_document(path, f"text of {path}"))


def left(catalog) -> set[str]:
    return set(catalog.sources.all())


def test_a_document_goes_by_path_id_or_pattern(catalog, filled) -> None:
    removed = removal.remove(catalog, ["/docs/a.pdf", "*e.pdf"])
    assert {item.path for item in removed} == {"/docs/a.pdf", "/other/e.pdf"}
    assert left(catalog) == {"/docs/c.zip", "/docs/c.zip!/d.pdf"}


def test_what_lies_within_a_file_goes_with_it(catalog, filled) -> None:
    removal.remove(catalog, ["/docs/c.zip"])
    assert left(catalog) == {"/docs/a.pdf", "/other/e.pdf"}


def test_a_folder_goes_as_a_whole(catalog, filled) -> None:
    removal.remove(catalog, ["/docs"])
    assert left(catalog) == {"/other/e.pdf"}


def test_a_folder_goes_with_names_that_are_no_text(catalog, filled, put, make_document) -> None:
    put(catalog, make_document(os.fsdecode(b"/docs/caf\xe9.pdf"), "coffee"))
    put(catalog, make_document("/docs2/f.pdf", "behind"))
    removal.remove(catalog, ["/docs/"])
    assert left(catalog) == {"/other/e.pdf", "/docs2/f.pdf"}


def test_a_path_means_its_file_alone_whatever_letters_it_has(catalog, put, make_document) -> None:
    for path in ("/docs/a[1].pdf", "/docs/A[1].pdf", "/docs/a1.pdf"):
        put(catalog, make_document(path, f"text of {path}"))
    meant = catalog.documents.resolve("/docs/a[1].pdf")
    assert meant == catalog.sources.holders(["/docs/a[1].pdf"])
    removal.remove(catalog, ["/docs/a[1].pdf"])
    assert left(catalog) == {"/docs/A[1].pdf", "/docs/a1.pdf"}


def test_for_a_path_the_other_documents_are_not_looked_at(catalog, filled, monkeypatch) -> None:
    monkeypatch.chdir("/")
    looked: list[str] = []
    catalog.session.db.conn.set_trace_callback(looked.append)
    removal.remove(catalog, ["docs/a.pdf", "/docs/c.zip"])
    assert not [sql for sql in looked if sql.rstrip().endswith(("from sources", "from documents"))]
    assert left(catalog) == {"/other/e.pdf"}
    assert looked[-1].rstrip().endswith("from sources")  # that of `left` is seen


def test_a_name_that_no_document_has_removes_nothing(catalog, filled) -> None:
    with pytest.raises(UsageError, match="no document matches 'nowhere'"):
        removal.remove(catalog, ["/docs/a.pdf", "nowhere"])
    assert len(left(catalog)) == 4
