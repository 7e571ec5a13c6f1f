import pytest

from mmrag.retrieve import statements
from mmrag.retrieve.search import Query

BALANCE = """Group balance sheet
Cash and cash equivalents  15  14
Trade receivables  31  28
Inventories  17  19
Total current assets  63  61
Goodwill  19  19
Total assets  82  80
Trade payables  11  10
Total current liabilities  28  27
Long-term debt  16  16
Total equity  38  37
Total equity and liabilities  82  80"""
INCOME = """Group income statement
Net sales  210  190
Cost of sales  140  130
Gross profit  70  60
Operating profit  31  29
Interest expense  2  2
Income before taxes  29  27
Income tax expense  7  6
Net income  22  21"""


@pytest.fixture
def accounts(storing, catalog, texts):
    """A report that speaks of a quick ratio before its statements, on pages 4 and 5."""
    report, put = storing
    pages = {
        1: {"text": "Quick ratio and what is a ratio\nThe quick reader of Fjord Lines"},
        2: {"text": "A quick word on ratio and proportion"},
        4: {"text": INCOME},
        5: {"text": BALANCE},
    }
    document = report("/docs/fjord.pdf", pages)
    put(catalog, document, texts)
    return document


def test_a_ratio_leads_to_the_statement_that_defines_it(catalog, accounts):
    routed = statements.routed(catalog, "quick ratio", {accounts.document.id: 1.0})
    assert list(routed) == [accounts.pages[4].id]
    both = statements.routed(catalog, "return on assets", {accounts.document.id: 1.0})
    assert set(both) == {accounts.pages[3].id, accounts.pages[4].id}


@pytest.mark.parametrize("unit", ["page", "any"])
def test_a_statement_is_found_though_it_has_no_word_of_the_question(
    searching, catalog, texts, accounts, other, unit
):
    hits = searching(catalog, texts).search(Query("DSO of Fjord", unit=unit, k=3)).hits
    assert {accounts.pages[3].id, accounts.pages[4].id} <= {hit.image_id for hit in hits}
    found = next(hit for hit in hits if hit.image_id == accounts.pages[4].id)
    assert found.features["statement"] == 1


def test_a_question_that_names_no_line_reads_nothing(catalog, accounts, monkeypatch):
    monkeypatch.setattr(catalog, "statements", None)
    assert statements.routed(catalog, "Who are the readers?", {accounts.document.id: 1.0}) == {}


def test_statements_of_the_best_documents_alone_are_candidates(catalog, accounts):
    documents = {f"{number:08x}": 1.0 for number in range(statements.MAX_DOCUMENTS)}
    documents[accounts.document.id] = 0.5
    assert statements.routed(catalog, "quick ratio", documents) == {}
