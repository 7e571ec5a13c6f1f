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


def test_a_name_that_no_document_has_removes_nothing(catalog, filled) -> None:
    with pytest.raises(UsageError, match="no document matches 'nowhere'"):
        removal.remove(catalog, ["/docs/a.pdf", "nowhere"])
    assert len(left(catalog)) == 4
