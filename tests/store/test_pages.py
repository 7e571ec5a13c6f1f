import pytest

from mmrag.errors import UsageError


@pytest.fixture
def report(catalog, make_document, put):
    return put(catalog, make_document("/docs/report.pdf", "first page", "second page\x00"))


def test_pages_come_in_the_order_of_their_numbers(catalog, report):
    held = catalog.pages.of_document(report.document.id)
    assert [page.number for page in held] == [1, 2]
    assert held[0] == report.pages[0]
    assert catalog.pages.count() == 2


def test_what_sqlite_cannot_hold_in_a_text_is_shown(catalog, report):
    text = catalog.pages.get(report.pages[1].id).text
    assert text.startswith("second page")
    assert "\x00" not in text


def test_of_several_those_that_exist_are_given_and_one_that_does_not_is_named(catalog, report):
    first = report.pages[0].id
    assert catalog.pages.by_id([first, "none-p0001"]).keys() == {first}
    with pytest.raises(UsageError, match="no page 'none-p0001'"):
        catalog.pages.get("none-p0001")
