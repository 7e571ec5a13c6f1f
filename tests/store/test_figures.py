import pytest

from mmrag.errors import UsageError


@pytest.fixture
def report(catalog, make_document, put):
    return put(catalog, make_document("/docs/report.pdf", "sales", "costs"))


def test_figures_are_those_of_a_page_of_some_pages_or_of_a_document(catalog, report):
    first, second = report.figures
    assert catalog.figures.of_page(first.page_id) == [first]
    assert catalog.figures.of_document(report.document.id) == [first, second]
    both = catalog.figures.of_pages([second.page_id, first.page_id])
    assert {figure.id for figure in both} == {first.id, second.id}
    assert catalog.figures.count() == 2


def test_one_that_is_not_there_is_named(catalog, report):
    assert catalog.figures.by_id(["none"]) == {}
    with pytest.raises(UsageError, match="no figure 'none'"):
        catalog.figures.get("none")
