"""Lines and ratios computed from statements, their numbers made up."""

from decimal import Decimal

import pytest

from mmrag.answer.extracted import ExtractedAnswerer
from tests.marked_evidence import answer_to
from tests.tiny_tables import cell_box, piece, table

BALANCE = (
    ("Million euros", "2031", "2030"),
    ("Cash and cash equivalents", "1.2", "1.0"),
    ("Trade receivables", "3.4", "3.0"),
    ("Inventories", "2.0", "2.2"),
    ("Total current assets", "6.6", "6.2"),
    ("Goodwill", "4.0", "4.0"),
    ("Total assets", "20.0", "16.0"),
    ("Trade payables", "2.5", "2.3"),
    ("Total current liabilities", "5.5", "5.0"),
    ("Long-term debt", "6.0", "5.0"),
    ("Retained earnings", "3.0", "2.0"),
    ("Total equity", "8.5", "6.0"),
    ("Total equity and liabilities", "20.0", "16.0"),
)
RESULTS = (
    ("Million euros", "2031", "2030", "2029"),
    ("Net sales", "50.0", "40.0", "30.0"),
    ("Cost of sales", "(30.0)", "(25.0)", "(20.0)"),
    ("Gross profit", "20.0", "15.0", "10.0"),
    ("Research and development", "(5.0)", "(2.0)", "(3.0)"),
    ("Operating profit", "4.0", "3.0", "(1.0)"),
    ("Income before taxes", "3.6", "2.6", "(1.3)"),
    ("Income tax expense", "(0.9)", "(0.6)", "-"),
    ("Net income", "2.7", "2.0", "(1.3)"),
)


def balance(lines=BALANCE, **options):
    return table(lines, caption="Balance sheet", **options)


def results(lines=RESULTS):
    return table(lines, caption="Results", figure_id="3fa9c1d2-p0013-f01")


def computed(question, *marked):
    answer = answer_to(question, marked, ExtractedAnswerer(), computes=True)
    return answer if answer.models == {"answerer": "computed"} else None


def both(question):
    return computed(question, piece("K7Q", balance()), piece("M2X", results()))


def test_a_ratio_shows_its_formula_its_definition_and_who_defines_it():
    answer = computed("What is the quick ratio of Beekeepers in 2031?", piece("K7Q", balance()))
    assert answer.text == (
        "0.836, or 83.6 % (quick ratio, 2031 = (cash and cash equivalents 1.2 + accounts "
        "receivable 3.4) / total current liabilities 5.5; defined as (cash and cash equivalents + "
        "short-term investments if any + accounts receivable) / total current liabilities by "
        "CFA Institute, CFA Program curriculum, Financial Analysis Techniques) [K7Q]"
    )
    assert answer.computation.operation == "ratio"


@pytest.mark.promise(34)
def test_each_number_of_a_ratio_is_cited_at_its_cell():
    answer = computed("quick ratio 2030", piece("K7Q", balance()))
    told = [(item.value, item.bbox) for item in answer.computation.operands]
    assert told == [
        (Decimal("1.0"), cell_box(1, 2)),
        (Decimal("3.0"), cell_box(2, 2)),
        (Decimal("5.0"), cell_box(8, 2)),
    ]
    assert answer.citations[0].support == "supported"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the current ratio in 2031?", "1.20 ("),
        ("gross margin of Beekeepers for FY2030", "37.5 %, or 0.375 ("),
        ("What was the effective tax rate in 2031?", "25.0 %, or 0.250 ("),
        ("asset turnover 2031", "2.78 ("),  # of 50 and the mean of 20 and 16
        ("return on equity in 2031", "31.8 %, or 0.318 ("),
        ("days sales outstanding in 2031?", "23.4 days ("),
        ("R&D to asset ratio in 2031", "0.250, or 25.0 % ("),
        ("What is working capital in 2031?", "1.1 million euros ("),
        ("What is the cost of goods sold in 2030?", "25.0 million euros ("),
        ("net profit 2029", "-1.3 million euros ("),
        ("cost of goods sold in 2031 in thousand euros", "30,000 thousand euros ("),
    ],
)
def test_lines_and_ratios_are_computed_across_statements(question, said):
    answer = both(question)
    assert answer is not None
    assert answer.text.startswith(said)


def test_without_a_year_the_last_one_is_meant():
    assert both("What is the current ratio?").text.startswith("1.20 (current ratio, 2031 =")


def test_the_mean_of_several_years_is_that_of_their_ratios():
    answer = both("What is the 3 year average of R&D as a % of revenue from 2029 to 2031?")
    assert answer.text.startswith("8.3 %, or 0.0833 (research and development to revenue, mean of")
    assert answer.computation.operation == "mean"
    assert len(answer.computation.operands) == 6


def test_balances_are_averaged_as_the_question_defines_it():
    question = (
        "What is the return on assets in 2031? ROA is defined as: net income / (average total "
        "assets between 2030 and 2031). Round your answer to one decimal place."
    )
    assert both(question).text.startswith("15.0 %, or 0.150 (rounded 0.2) (return on assets, 2031")
    assert both("return on assets 2031").text.startswith("13.5 %, or 0.135 (")


@pytest.mark.parametrize(
    "question",
    [
        "What is the inventory turnover in 2031?",  # no row of inventories of the year before
        "What is the debt to EBITDA ratio in 2031?",  # no depreciation
        "What is the current ratio in 2025?",
        "What is the current ratio of Drone Makers in 2031?",
        "What is the operating margin before depreciation in 2031?",
        "How did the current ratio develop from 2029 to 2031?",
        "Why is the quick ratio low in 2031?",
        "What is the current ratio in 2030 and 2031?",
        "What is the quick ratio in 2031? It is defined as cash / inventories.",
        "licence sales to total assets ratio in 2031",
        "effective tax rate in 2029",  # of a loss
    ],
)
def test_what_is_missing_unclear_or_asked_otherwise_is_not_computed(question):
    lines = tuple(line for line in BALANCE if line[0] != "Inventories")
    assert computed(question, piece("K7Q", balance(lines)), piece("M2X", results())) is None


def test_an_account_with_two_numbers_is_not_computed():
    twice = (*BALANCE, ("Trade receivables", "9.9", "9.0"))
    assert computed("quick ratio 2031", piece("K7Q", balance(twice))) is None


def test_other_tables_have_no_accounts():
    other = table((("", "2031"), ("Cash", "1"), ("Current liabilities", "2")), caption="Tokens")
    assert computed("cash ratio 2031", piece("K7Q", other)) is None


def test_two_documents_that_may_be_meant_are_both_shown():
    other = tuple((name, *("7.0" for _ in values)) if name == "Trade receivables" else
                  (name, *values) for name, *values in BALANCE)  # fmt: skip
    second = balance(other, figure_id="9fa9c1d2-p0003-f01")
    answer = computed("quick ratio 2031", piece("K7Q", balance()), piece("M2X", second))
    assert answer.status == "abstained"
    assert "[K7Q]" in answer.text and "[M2X]" in answer.text


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        (
            "You only have the balance sheet to answer the following question: what is Beekeepers'"
            " (formerly known as Drones) quick ratio in 2031? Quick ratio here is defined as: cash"
            " divided by total current liabilities [from the balance sheet]. Round to two places.",
            "0.218, or 21.8 % (quick ratio, 2031 = cash and cash equivalents 1.2 / ",
        ),
        (
            "What is the turn of Beekeepers in 2031? Turn is defined as: COGS / inventories.",
            None,  # a name that nobody knows
        ),
        (
            "What is the cash conversion cycle (CCC) in 2031? CCC is defined as: DIO + DSO. DIO is"
            " defined as: 365 * inventories / COGS. DSO is defined as: 365 * trade receivables /"
            " revenue. Use the statements alone.",
            "49.2 days (cash conversion cycle, 2031 = 365 * inventories 2.0 / ",
        ),
        ("How often did it sell its stock? Calculate the inventory turnover for 2031.", "14.29 ("),
        (
            "What is the gross profit less R&D in 2031?",
            "15.0 million euros (gross profit - research",
        ),
        (
            "What is the gross margin (using gross profit and revenue) in 2031?",
            "40.0 %, or 0.400 (",
        ),
        ("What is the gross margin (using net income and revenue) in 2031?", None),
    ],
)
def test_what_a_question_defines_and_says_beside_it(question, beginning):
    answer = both(question)
    assert (answer and answer.text[: len(beginning or "")]) == beginning


def test_capital_expenditure_is_paid_for_what_a_company_owns_by_any_of_its_names():
    paid = (
        ("In millions", "2031", "2030"),
        ("Net income", "2.7", "2.0"),
        ("Depreciation and amortization", "$ 1.1", "$ 1.0"),
        ("Deferred income taxes", "0.2", "0.1"),
        ("Stock-based compensation", "0.3", "0.2"),
        ("Net cash provided by operating activities", "$ 4.3", "$ 3.3"),
        ("Purchases of land, buildings, and equipment", "(2.1)", "(5.0)"),
        ("Dividends paid", "(1.0)", "(0.9)"),
        ("Net cash used in investing activities", "(2.5)", "(5.0)"),
        ("Net cash provided by financing activities", "0.0", "5.1"),
    )
    marked = piece("K7Q", table(paid, caption="Statement of cash flows"))
    answer = computed("What is the free cash flow of Beekeepers in 2031?", marked)
    assert answer.text.startswith("2.2 million dollars (free cash flow, 2031 = net cash from")


def test_the_owners_of_a_result_and_the_registrant_over_columns_are_not_asked_for():
    lines = (
        ("Million euros", "Orland Bees Inc. and Subsidiary Companies Year ended June 30, 2031"),
        *((label, amount) for label, amount, *_ in RESULTS[1:-1]),
        ("Net income attributable to Orland Bees Inc. common shareholders", "2.7"),
        ("Net income attributable to noncontrolling interests", "0.4"),
    )
    answer = computed("What is the net profit margin in 2031?", piece("K7Q", results(lines)))
    assert answer.text.startswith("5.4 %, or 0.0540 (net profit margin, 2031 = net income 2.7 / ")


@pytest.mark.parametrize(
    ("question", "names", "is_asked"),
    [
        ("current ratio of Bee Land in 2031", "BEELAND_2031_report", True),
        ("current ratio of Bee Sea in 2031", "BEELAND_2031_report", False),
    ],
)
def test_a_name_of_two_words_may_be_one_in_the_name_of_a_file(question, names, is_asked):
    assert (computed(question, piece("K7Q", balance(names=names))) is not None) == is_asked
