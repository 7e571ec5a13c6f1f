"""Formulas that questions spell out."""

import pytest

from mmrag.statements.formulas import parse
from mmrag.statements.spelled import find


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
