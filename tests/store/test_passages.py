import pytest

from mmrag.errors import UsageError


@pytest.fixture
def report(catalog, make_document, put):
    return put(catalog, make_document("/docs/report.pdf", "one line\nanother line", "last"))


def test_the_text_of_a_passage_is_that_of_its_page(catalog, report):
    held = catalog.passages.of_page(report.pages[0].id)
    assert held == list(report.passages[:2])
    assert [passage.text for passage in held] == ["one line\n", "another line"]
    assert held[0].heading == ("Report", "Results")
    assert catalog.passages.count() == 3


def test_one_that_is_not_there_is_named(catalog, report):
    assert catalog.passages.by_id(["none"]) == {}
    with pytest.raises(UsageError, match="no passage 'none'"):
        catalog.passages.get("none")
