import pytest

from mmrag.statements.definitions import load
from mmrag.statements.questions import find


@pytest.mark.parametrize(
    ("question", "ratio", "accounts", "statements"),
    [
        (
            "What was the quick ratio of Ferrol Ports in 2021?",
            "quick ratio",
            ("cash", "short_term_investments", "receivables", "current_liabilities"),
            ("balance",),
        ),
        (
            "ROA for FY2020",
            "return on assets",
            ("net_income", "total_assets"),
            ("income", "balance"),
        ),
        ("how high is the effective tax rate", "effective tax rate", ("income_tax",
         "pretax_income"), ("income",)),
        ("Capex in 2019", None, ("capital_expenditure",), ("cash_flows",)),
        ("show me the P&L", None, (), ("income",)),
        ("the cash flow statement", None, (), ("cash_flows",)),
    ],
)  # fmt: skip
def test_a_question_names_ratios_accounts_and_statements(question, ratio, accounts, statements):
    named = find(question)
    assert (named.ratio and named.ratio.title) == ratio
    assert named.accounts == accounts
    assert named.statements == statements


@pytest.mark.parametrize(
    ("question", "formula"),
    [
        ("What is the R&D to assets ratio?", "research / total_assets"),
        ("capex as a % of revenue", "capital_expenditure / revenue"),
        ("SG&A expense as a percentage of net sales", "selling_general / revenue"),
        ("interest expense to average long-term debt ratio", "interest_expense / avg("
         "long_term_debt)"),
        ("goodwill divided by total assets", "goodwill / total_assets"),
    ],
)  # fmt: skip
def test_a_quotient_that_is_spelled_out_is_a_ratio(question, formula):
    ratio = find(question).ratio
    assert ratio is not None and ratio.formula == formula


@pytest.mark.parametrize(
    "question",
    ["licence revenue as a % of total revenue", "from cash to debt in five steps", "debt, equity"],
)
def test_other_pairs_of_accounts_are_no_ratio(question):
    assert find(question).ratio is None


@pytest.mark.parametrize(
    "question",
    ["", "Who is the auditor?", "How do I reset the basic settings?", "the interest of readers",
     "What share of people asked own a cash box?", "Which stocks of fish are low?"],
)  # fmt: skip
def test_most_questions_name_nothing_of_a_statement(question):
    assert not find(question)


def test_what_an_account_is_computed_from_is_named_too():
    assert find("free cash flow").accounts == (
        "free_cash_flow", "operating_cash_flow", "capital_expenditure",
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["ratios", "accounts", "statements"])
def test_every_name_is_found_however_it_is_written(kind):
    for item in getattr(load(), kind).values():
        for name in (*getattr(item, "names", ()), *getattr(item, "titles", ()), *item_asked(item)):
            if len(name.split()) > 1:
                assert find(f"What about {name.upper()} in 2019?"), name


def item_asked(item):
    return getattr(item, "asked", ())
