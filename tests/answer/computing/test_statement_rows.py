from decimal import Decimal

import pytest

from mmrag.answer.computing.cells import ReadTable
from mmrag.answer.computing.statement_rows import NoRow, StatementRows, Unclear, magnitude
from mmrag.statements.definitions import load
from tests.tiny_tables import table

LINES = (
    ("", "2031", "2030"),
    ("Net sales", "50", "40"),
    ("Cost of sales", "(30)", "(25)"),
    ("Gross profit", "20", "15"),
    ("Operating income", "(4)", "3"),
    ("Income tax expense", "1", "1"),
    ("Net loss", "5", "2"),
    ("Net income attributable to shareholders", "6", "3"),
)


@pytest.fixture
def rows():
    return StatementRows([ReadTable(0, table(LINES, caption="Income statement"))])


def worth(rows, key, year):
    return magnitude(load().accounts[key], rows.cell(key, year))


def test_costs_count_as_what_is_paid_and_losses_are_below_nothing(rows):
    assert worth(rows, "cost_of_sales", "2031") == Decimal(30)
    assert worth(rows, "operating_income", "2031") == Decimal(-4)
    assert worth(rows, "net_income", "2030") == Decimal(-2)


def test_the_name_that_comes_first_in_the_definitions_is_the_row(rows):
    assert rows.cell("revenue", "2031").row == "Net sales"
    assert rows.cell("net_income", "2031").row == "Net loss"


def test_years_are_those_of_the_columns(rows):
    assert rows.years() == {"2030", "2031"}
    with pytest.raises(NoRow):
        rows.cell("revenue", "2029")
    with pytest.raises(NoRow):
        rows.cell("inventory", "2031")


def test_two_numbers_of_one_account_are_unclear():
    lines = (*LINES, ("Net sales", "51", "41"))
    rows = StatementRows([ReadTable(0, table(lines, caption="Income statement"))])
    with pytest.raises(Unclear):
        rows.cell("revenue", "2031")


@pytest.mark.parametrize(("net", "is_clear"), [("7", True), ("13", False), ("", False)])
def test_a_tax_in_parentheses_is_a_cost_where_the_results_say_so(net, is_clear):
    lines = (
        *LINES[:5],
        ("Income before taxes", "10"),
        ("Income taxes", "(3)"),
        ("Net income", net),
    )
    rows = StatementRows([ReadTable(0, table(lines, caption="Income statement"))])
    if is_clear:
        assert worth(rows, "income_tax", "2031") == Decimal(3)
    else:
        with pytest.raises(Unclear):
            rows.cell("income_tax", "2031")


def test_amounts_that_have_the_digits_of_years_end_no_table():
    lines = (*LINES, ("Treasury stock", "(1,837)", "(1,925)"), ("Interest expense", "2", "1"))
    rows = StatementRows([ReadTable(0, table(lines, caption="Income statement"))])
    assert worth(rows, "interest_expense", "2030") == Decimal(1)
