from dataclasses import replace
from decimal import Decimal

import pytest

from mmrag.answer.computing.cells import ReadTable
from mmrag.answer.computing.statement_rows import NoRow, StatementRows, Unclear, magnitude
from mmrag.statements import names
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


def statement(lines=LINES, heading=(), number=12):
    made = table(lines, caption="Income statement", figure_id=f"3fa9c1d2-p00{number}-f01")
    return ReadTable(0, replace(made, heading=heading))


GUARANTORS = (LINES[0], ("Net sales", "7", "6"), *LINES[2:])


def test_a_statement_in_a_note_counts_only_where_there_is_no_other():
    noted = statement(GUARANTORS, ("Financial statements", "Note 22 - Guarantors"), 40)
    assert StatementRows([statement(), noted]).cell("revenue", "2031").value == 50
    assert StatementRows([noted]).cell("revenue", "2031").value == 7


def test_no_row_is_taken_from_a_note_that_the_statement_lacks():
    lines = (*GUARANTORS, ("Interest expense", "2", "1"))
    noted = statement(lines, ("Note 22 - Guarantors",), 40)
    with pytest.raises(NoRow):
        StatementRows([statement(), noted]).cell("interest_expense", "2031")


def test_of_two_statements_that_differ_the_one_that_is_told_again_is_the_groups():
    part = statement(GUARANTORS, number=40)
    with pytest.raises(Unclear):
        StatementRows([statement(), part]).cell("revenue", "2031")
    again = statement(number=30)
    assert StatementRows([statement(), part, again]).cell("revenue", "2031").value == 50


def test_the_result_is_that_of_the_companys_own_shareholders():
    lines = (
        *LINES[:6],
        ("Net income including noncontrolling interests", "9", "8"),
        ("Net income attributable to noncontrolling interests", "(1)", "(1)"),
        ("Net income attributable to Beekeepers", "8", "7"),
    )
    assert StatementRows([statement(lines)]).cell("net_income", "2031").value == 8


@pytest.mark.parametrize(
    "label",
    [
        "Trade receivables, net of allowance for credit losses of $21 and $25, respectively",
        "Trade receivables, less allowances of 21",
        "Trade receivables less accumulated impairment",
    ],
)
def test_what_was_taken_off_is_no_part_of_a_name(label):
    assert names.longest_start(names.of_label(label), names.accounts()) == ("receivables",)


def test_what_is_less_liabilities_is_another_matter():
    assert names.of_label("Total assets less current liabilities") != names.of_label("Total assets")
