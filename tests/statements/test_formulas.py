from decimal import Decimal

import pytest

from mmrag.statements.formulas import Operand, at_end, averaged, evaluate, operands, parse, written

DAYS = "365 * avg(debts) / (costs + change(stocks))"


def test_a_formula_names_its_accounts_and_how_each_is_read():
    assert list(operands(parse(DAYS))) == [
        Operand("debts", "average"),
        Operand("costs"),
        Operand("stocks", "change"),
    ]


def test_a_formula_is_worth_what_its_accounts_are():
    values = {"debts": Decimal(20), "costs": Decimal(700), "stocks": Decimal(30)}
    assert evaluate(parse(DAYS), lambda item: values[item.account]) == Decimal(10)


@pytest.mark.parametrize(
    "text",
    [
        DAYS,
        "(a + optional(b)) / c",
        "a - (b - c)",
        "a / (b / c)",
        "a / b / c",
        "a - b + c",
        "(a - b) * c / (a + b)",
    ],
)
def test_a_written_formula_is_the_one_that_was_read(text):
    def name(item):
        call = {"average": "avg"}.get(item.reading, item.reading)
        return item.account if item.reading == "end" else f"{call}({item.account})"

    assert written(parse(text), name) == text


def test_dividing_by_nothing_is_an_error():
    with pytest.raises(ZeroDivisionError, match="0"):
        evaluate(parse("a / b"), lambda item: Decimal(0))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a +",
        "a ** b",
        "a.b",
        "avg(a + b)",
        "sum(a)",
        "__import__('os')",
        "a if b else c",
        "1.5",
    ],
)
def test_what_is_no_formula_is_refused(text):
    with pytest.raises(ValueError, match="formula"):
        parse(text)


def test_balances_are_averaged_and_taken_at_the_end_again():
    formula = parse("a / (b + change(c))")
    means = averaged(formula, lambda item: item.account != "a")
    assert means == parse("a / (avg(b) + change(c))")
    assert at_end(means) == formula
