import pytest

from mmrag.store import tags


@pytest.fixture
def filled(catalog, put, make_document):
    for path in ("/docs/a.pdf", "/docs/sub/b.pdf", "/docs/c.zip!/d.pdf", "/other/e.pdf"):
        put(catalog, make_document(path, f"text of {path}"))
    return {path: held for path, (_, held) in catalog.sources.all().items()}


def test_a_document_has_the_tags_of_all_that_it_lies_in(catalog, filled) -> None:
    tags.add(catalog, ["/docs"], ["work"])
    tags.add(catalog, ["/docs/sub", "/docs/c.zip"], ["new"])
    work = tags.documents(catalog, ["work"])
    assert set(work) == {held for path, held in filled.items() if path.startswith("/docs/")}
    assert set(tags.documents(catalog, ["work", "new"])) == {
        filled["/docs/sub/b.pdf"], filled["/docs/c.zip!/d.pdf"],
    }  # fmt: skip


def test_a_folder_whose_name_begins_alike_is_another(catalog, filled) -> None:
    tags.add(catalog, ["/doc", "/docs/a"], ["work"])
    assert tags.documents(catalog, ["work"]) == []


def test_a_file_that_comes_later_has_the_tag_of_its_folder(catalog, put, make_document) -> None:
    tags.add(catalog, ["/docs"], ["work"])
    put(catalog, make_document("/docs/late.pdf", "late"))
    assert len(tags.documents(catalog, ["work"])) == 1
