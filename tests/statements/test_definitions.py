from mmrag.statements import formulas, names
from mmrag.statements.definitions import load


def test_formulas_are_made_of_accounts_that_are_defined():
    held = load()
    written = [
        *(ratio.formula for ratio in held.ratios.values()),
        *(account.formula for account in held.accounts.values() if account.formula),
    ]
    used = {item.account for text in written for item in formulas.operands(formulas.parse(text))}
    assert written and used <= held.accounts.keys()


def test_accounts_stand_in_statements_that_are_defined():
    held = load()
    assert {key for item in held.accounts.values() for key in item.statements} == set(
        held.statements
    )


def test_signs_of_a_statement_are_rows_or_accounts_of_it():
    held = load()
    for statement in held.statements.values():
        accounts = {k for k, item in held.accounts.items() if statement.key in item.statements}
        assert set(statement.signs) <= accounts | set(statement.rows)


def test_each_definition_says_who_defines_it():
    held = load()
    for item in (*held.statements.values(), *held.ratios.values()):
        assert " " in item.source
    assert held.quotient_source


def test_no_two_ratios_have_one_name():
    called = [
        name for ratio in load().ratios.values() for name in set(map(names.of_label, ratio.names))
    ]
    assert len(called) == len(set(called))
