"""Formulas that questions spell out."""

import pytest

from mmrag.statements import names
from mmrag.statements.formulas import parse
from mmrag.statements.spelled import find, within


@pytest.mark.parametrize(
    ("definition", "formula"),
    [
        (
            ": 365 * (average accounts payable between 2030 and 2031) / (2031 COGS + change in "
            "inventory between 2030 and 2031). Use the statements.",
            "365 * avg(payables) / (cost_of_sales + change(inventory))",
        ),
        ("2031 revenue / (average PP&E between 2030 and 2031)", "revenue / avg(fixed_assets)"),
        ("net income / total assets", "net_income / total_assets"),
        ("total assets divided by equity", "total_assets / equity"),
        ("cash from operations minus capex", "operating_cash_flow - capital_expenditure"),
    ],
)
def test_accounts_averages_and_changes_are_read(definition, formula):
    assert find(definition) == parse(formula)


@pytest.mark.parametrize(
    "definition",
    ["", "what it earns", "2030 revenue / 2031 revenue", "revenue / number of bees", "365 * 2"],
)
def test_what_is_no_formula_over_accounts_of_one_year_is_left(definition):
    assert find(definition) is None


def test_names_may_be_of_ratios_or_of_what_is_defined_beside_it():
    defined = {names.of_label("HTR"): "revenue / (average inventory)"}
    assert find("quick ratio + 2 * HTR", defined) == parse(
        "(cash + optional(short_term_investments) + receivables) / current_liabilities"
        " + 2 * (revenue / avg(inventory))"
    )
    assert find("HTR / revenue", {names.of_label("HTR"): "HTR + 1"}) is None


def test_a_question_may_set_a_sign_between_two_accounts():
    found = within("What is the EBITDA less capex of Beekeepers in 2031?")
    assert found.formula == parse("ebitda - capital_expenditure")
    assert {"ebitda", "capex"} <= found.said


@pytest.mark.parametrize(
    "question",
    [
        "Is the revenue less than the capex?",
        "What is the revenue for 2030 - 2031?",
        "How many hives less bees are there?",
    ],
)
def test_other_signs_are_left(question):
    assert within(question) is None
