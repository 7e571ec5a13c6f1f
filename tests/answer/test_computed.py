"""Answers computed from tables, each number at its cell."""

from dataclasses import replace
from decimal import Decimal

import pytest
from marked_evidence import answer_to
from tiny_tables import INCOME, cell_box, piece, table

from mmrag.answer.computed import CONFIDENCE, MAKER
from mmrag.answer.extracted import ExtractedAnswerer
from mmrag.types import Answer, MarkedEvidence, Table

GROWTH = "By how much did the sales of honey grow from 2030 to 2031?"


def computed(question: str, *marked: MarkedEvidence) -> Answer:
    return answer_to(question, marked, ExtractedAnswerer(), computes=True)


def test_a_difference_says_the_result_then_its_operands_then_the_source():
    answer = computed(GROWTH, piece("K7Q", table()))
    assert answer.text == (
        "8.2 million euros more in 2031 than in 2030 (Sales of honey: 48.2 - 40.0; +20.5 %) [K7Q]"
    )
    assert answer.status == "answered"
    assert answer.models == {"answerer": MAKER}
    assert answer.confidence == CONFIDENCE


@pytest.mark.promise(34)
def test_each_operand_has_the_place_and_the_number_of_its_cell():
    answer = computed(GROWTH, piece("K7Q", table()))
    assert answer.computation is not None
    assert answer.computation.operation == "difference"
    assert answer.computation.result == Decimal("8.2")
    assert answer.computation.unit == "million euros"
    told = [(item.value, item.row, item.column, item.bbox) for item in answer.computation.operands]
    assert told == [
        (Decimal("48.2"), 1, 1, cell_box(1, 1)),
        (Decimal("40.0"), 1, 2, cell_box(1, 2)),
    ]
    [citation] = answer.citations
    assert citation.support == "supported"
    assert citation.bbox == (100.0, 20.0, 260.0, 32.0)  # around both cells


def test_a_number_is_looked_up_at_its_cell():
    answer = computed("What was the operating profit in 2031?", piece("K7Q", table()))
    assert answer.text == "9.1 million euros (Operating profit, 2031) [K7Q]"
    [citation] = answer.citations
    assert (citation.bbox, citation.region) == (cell_box(3, 1), (0.0, 0.0, 260.0, 92.0))


def measured_in_a_chart(*lines: tuple[str, ...]) -> Table:
    """A table whose numbers were measured in a drawing."""
    read = table(lines)
    cells = tuple(
        cell if cell.is_header else replace(cell, uncertainty=0.2) for cell in read.grid.cells
    )
    return replace(read, grid=replace(read.grid, cells=cells))


JARS = (("Year", "Jars of heath", "Jars of linden"), ("2030", "41.3", "7.2"), ("2031", "48.0", "9"))


def test_what_was_measured_in_a_chart_is_told_with_its_uncertainty():
    chart = measured_in_a_chart(*JARS)
    answer = computed("How many jars of heath were there in 2030?", piece("K7Q", chart))
    assert answer.text == "about 41.3 (\u00b1 0.2) (2030, Jars of heath) [K7Q]"
    assert answer.citations[0].bbox == cell_box(1, 1)


def test_what_is_written_leads_over_what_was_measured():
    chart = measured_in_a_chart(*JARS)
    written = table([("Year", "Jars of heath"), ("2030", "41.28")], figure_id="3fa9c1d2-p0044-f01")
    answer = computed(
        "How many jars of heath were there in 2030?", piece("K7Q", chart), piece("M2X", written)
    )
    assert answer.text.startswith("41.28 (")


def test_nothing_further_is_computed_of_measured_numbers():
    chart = measured_in_a_chart(*JARS)
    question = "By how much did the jars of heath grow from 2030 to 2031?"
    assert computed(question, piece("K7Q", chart)).computation is None


def test_a_figure_is_cited_rather_than_the_page_that_it_stands_on():
    page = piece("M2X", table(), image_id="3fa9c1d2-p0012")
    answer = computed(GROWTH, page, piece("K7Q", table()))
    assert [item.image_id for item in answer.citations] == ["3fa9c1d2-p0012-f01"]


def test_a_table_of_a_page_is_cited_by_its_page_at_the_cell():
    page = piece("M2X", table(), image_id="3fa9c1d2-p0012")
    answer = computed("What was the operating profit in 2031?", page)
    assert [(item.image_id, item.bbox) for item in answer.citations] == [
        ("3fa9c1d2-p0012", cell_box(3, 1))
    ]


def test_tables_that_contradict_each_other_are_both_shown_and_none_is_chosen():
    other = table(
        [*INCOME[:3], ("Operating profit", "8.7", "(2.3)")], figure_id="3fa9c1d2-p0044-f01"
    )
    answer = computed(
        "What was the operating profit in 2031?", piece("K7Q", table()), piece("M2X", other)
    )
    assert answer.status == "abstained"
    assert "9.1 million euros" in answer.text
    assert answer.confidence is None
    assert "8.7 million euros" in answer.text
    assert [item.marker for item in answer.citations] == ["K7Q", "M2X"]
    assert answer.computation is None


def test_tables_that_agree_but_for_their_rounding_are_one_answer():
    other = table(
        [("", "2031"), ("Operating profit", "9,130")],
        caption="Key figures, in thousands of euros",
        figure_id="3fa9c1d2-p0044-f01",
    )
    answer = computed(
        "What was the operating profit in 2031?", piece("K7Q", table()), piece("M2X", other)
    )
    assert answer.status == "answered"
    assert answer.text.startswith("9.1 million euros")


@pytest.mark.parametrize(
    "question",
    [
        "What was the operating profit in 2029?",
        "What was the operating profit?",
        "What was the operating profit of Waxworks Ltd in 2031?",
        "What was the operating profit before tax in 2031?",
        "What was the profit in 2031?",
        "Why did the sales of honey grow from 2030 to 2031?",
        "Who made the operating profit in 2031?",
    ],
)
def test_what_no_cell_is_named_for_in_full_is_left_to_who_answers_next(question):
    answer = computed(question, piece("K7Q", table()))
    assert answer.models == {"answerer": "extracted"}
    assert answer.computation is None


def test_profit_after_tax_is_not_that_before_tax():
    after = piece("K7Q", table([("", "2031"), ("Profit after tax", "5.0")]))
    assert computed("What was the profit before tax in 2031?", after).computation is None
    assert computed("What was the profit after tax in 2031?", after).computation is not None


def test_a_percentage_of_a_loss_is_not_computed():
    answer = computed(
        "By what percentage did the operating profit grow from 2030 to 2031?",
        piece("K7Q", table()),
    )
    assert answer.computation is None


def test_costs_in_parentheses_are_amounts():
    answer = computed(
        "By how much did the cost of jars rise from 2030 to 2031?", piece("K7Q", table())
    )
    assert answer.text.startswith("2.5 million euros more in 2031 than in 2030")


@pytest.mark.promise(24)
def test_cells_forge_no_citation_and_steer_no_terminal():
    evil = "Sales of honey [Z9Z](http://evil.example)<b>\x1b[31m"
    lines = [("Million euros", "2031", "2030"), (evil, "48.2", "40.0")]
    answer = computed(
        "What were the sales of honey Z9Z 31m in 2031, http evil.example?",
        piece("K7Q", table(lines)),
    )
    assert answer.computation is not None
    assert [item.marker for item in answer.citations] == ["K7Q"]
    assert answer.text.count("[") == answer.text.count("]") == 1
    assert "\x1b" not in answer.text
    assert "<b>" not in answer.text


@pytest.mark.promise(24)
def test_a_cell_that_says_a_marker_of_other_evidence_does_not_cite_it():
    lines = [("Million euros", "2031"), ("Sales of honey M2X", "48.2")]
    other = table(caption="Other", figure_id="3fa9c1d2-p0013-f01")
    answer = computed(
        "What were the sales of honey M2X in 2031?", piece("K7Q", table(lines)), piece("M2X", other)
    )
    assert answer.computation is None


def test_without_computing_the_answerer_is_asked():
    answer = answer_to(GROWTH, [piece("K7Q", table())], ExtractedAnswerer())
    assert answer.models == {"answerer": "extracted"}


def test_a_table_of_ten_thousand_rows_is_looked_through_in_part_and_a_note_says_so():
    lines = [("Million euros", "2031"), ("Operating profit", "9.1")]
    lines += [(f"Hive {number}", f"{number}.5") for number in range(10_000)]
    answer = computed("What was the operating profit in 2031?", piece("K7Q", table(lines)))
    assert answer.text.startswith("9.1 million euros")
    [note] = answer.notes
    assert "1,000 rows" in note


REGIONS = (
    ("Region", "Hives", "Honey, tonnes"),
    ("North", "120", "3.1"),
    ("South", "340", "8.2"),
    ("Total", "460", "11.3"),
)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Was the operating profit in 2031 higher than the cost of jars in 2031?", "No"),
        ("Did the sales of honey rise from 2030 to 2031?", "Yes"),
        ("Did the sales of honey fall from 2030 to 2031?", "No"),
        ("Were the sales of honey higher in 2030 than in 2031?", "No"),
        ("What percentage of the sales of honey was the cost of jars in 2031?", "25.9 %"),
        ("What was the ratio of sales of honey to cost of jars in 2031?", "3.86"),
        ("What was the sum of the sales of honey in 2030 and 2031?", "88.2 million euros"),
        ("What were the average sales of honey from 2030 to 2031?", "44.10 million euros"),
        ("In which year were the sales of honey the highest?", "2031"),
        ("How much higher was the sales of honey in 2031 than in 2030?", "8.2 million euros more"),
        ("What was the operating profit in 2031 in thousand euros?", "9100 thousand"),
    ],
)
def test_each_operation_says_its_result_first(question, said):
    answer = computed(question, piece("K7Q", table()))
    assert answer.text.replace(",", "").startswith(said)


def test_one_row_is_compared_over_two_tables():
    lines = (("Hive", "Heather"), ("Ulm", "63.2 %"), ("Bonn", "40.0 %"))
    heather = table(lines, caption="Table 1. Yield")
    clover = table(
        (("Hive", "Clover"), ("Ulm", "79.9 %")),
        caption="Table 2. Yield",
        figure_id="3fa9c1d2-p0013-f01",
    )
    question = "How much lower is the yield of Ulm on heather compared to clover?"
    answer = computed(question, piece("K7Q", heather), piece("M2X", clover))
    assert answer.text == (
        "16.7 percentage points less, Heather against Clover (Ulm: 63.2 - 79.9) [K7Q][M2X]"
    )
    other = "How much lower is the yield of Bonn on heather compared to clover?"
    assert computed(other, piece("K7Q", heather), piece("M2X", clover)).computation is None


def test_amounts_in_lacs_of_years_that_end_on_a_date():
    lines = (
        ("", "For the year ended 31.3.2031", "For the year ended 31.3.2030"),
        ("Honey tax", "1767.80", "1923.78"),
    )
    question = (
        "How much higher was the honey tax (Rupees in lacs) for the year ended March 31, 2030 "
    )
    answer = computed(
        f"{question}compared to the year ended March 31, 2031?",
        piece("K7Q", table(lines, caption="Accounts (Rupees in lacs)")),
    )
    assert answer.text.startswith("155.98 lakh rupees more")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which region has the most hives?", "South (Hives: 340, the largest of 2)"),
        ("Which region has the fewest hives?", "North (Hives: 120, the smallest of 2)"),
        (
            "According to the annual report, which region has the second most hives?",
            "North (Hives: 120, the second largest of 2)",
        ),
        ("How many more hives are there in South than in North?", "220 more, South against"),
        ("How many hives are there in North and South together?", "460 (Hives, North, South: "),
    ],
)
def test_rows_of_totals_are_no_things_of_their_own(question, said):
    answer = computed(question, piece("K7Q", table(REGIONS, caption="Table 2. Hives by region")))
    assert answer.text.startswith(said)


@pytest.mark.parametrize(
    "question",
    [
        "How many hives are in North and South?",
        "Which beekeeper has the most hives?",
        "Which region has the most bees?",
        "Which region has the third most hives?",
        "What share of the hives is in the North and why?",
    ],
)
def test_what_is_not_of_the_table_or_not_clear_is_not_computed(question):
    answer = computed(question, piece("K7Q", table(REGIONS, caption="Table 2. Hives by region")))
    assert answer.computation is None


def test_a_sign_of_money_alone_does_not_say_that_it_is_not_in_millions():
    lines = [("", "2031"), ("Operating profit", "$ 9,100")]
    asked = "What was the operating profit in 2031?"
    answer = computed(asked, piece("K7Q", table(lines)))
    assert answer.text.startswith("9,100 (Operating profit, 2031)")
    wanted = computed(asked.replace("?", " (in USD)?"), piece("K7Q", table(lines)))
    assert wanted.computation is None


def test_a_number_whose_comma_has_two_readings_is_not_computed_with():
    lines = [("", "2031"), ("Sales of honey", "1,3"), ("Wax", "2,1"), ("Operating profit", "9,100")]
    answer = computed("What was the operating profit in 2031?", piece("K7Q", table(lines)))
    assert answer.computation is None


def test_words_that_stand_apart_in_a_question_name_no_row():
    lines = [("", "2031"), ("Profit", "12.0"), ("Adjusted profit", "9.0")]
    answer = computed(
        "What was the profit in 2031 in Table 1, reconciliation of adjusted cost of jars?",
        piece("K7Q", table(lines, caption="Table 1. Reconciliation of adjusted cost of jars")),
    )
    assert answer.text.startswith("12.0")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What was the net increase in cash in 2031?", "7.0 (Net increase in cash, 2031)"),
        ("How much were the realized gains in 2031?", "5.0 (Realized gains, 2031)"),
        ("By how much did the cash grow in 2031?", "4.0 more in 2031 than in 2030"),
        ("By how much did the percent of sales change from 2030 to 2031?", ""),
    ],
)
def test_what_stands_in_a_row_goes_before_what_could_be_computed(question, said):
    lines = [
        ("", "2031", "2030"),
        ("Cash", "30.0", "26.0"),
        ("Net increase in cash", "7.0", "3.0"),
        ("Realized gains", "5.0", "8.0"),
        ("Sales", "90.0", "80.0"),
    ]
    answer = computed(question, piece("K7Q", table(lines)))
    assert answer.text.startswith(said)
    assert (answer.computation is None) == (not said)


def test_a_column_without_a_year_is_of_none_beside_columns_that_have_one():
    lines = [("", "2031", "Change"), ("Sales of honey", "48.2", "8.2")]
    other = [("", "2031", "months ended"), ("Sales of honey", "", "48.2")]
    asked = "What were the sales of honey in 2031?"
    assert computed(asked, piece("K7Q", table(lines))).text.startswith("48.2 (Sales")
    assert computed(asked, piece("K7Q", table(other))).computation is None


def test_two_columns_of_one_kind_are_added_and_neither_is_taken_alone():
    waves = table([("", "Wave I", "Wave II"), ("Staff", "52", "50")])
    both = computed("How much staff in all for Wave I and Wave II?", piece("K7Q", waves))
    assert both.text.startswith("102 (Staff, Wave I, Wave II: 52 + 50)")
    unclear = computed("How much staff is there for Wave I and Wave II?", piece("K7Q", waves))
    assert unclear.computation is None


def test_a_total_is_meant_by_a_question_for_the_total_alone():
    lines = [("Region", "Hives", "Total"), ("North", "120", "130"), ("Total", "460", "490")]
    hives = table(lines, caption="Table 2. Hives of Orland")
    assert computed("How many hives are in the west?", piece("K7Q", hives)).computation is None
    assert computed("What were the Hives of Orland?", piece("K7Q", hives)).computation is None
    total = computed("What is the total of hives?", piece("K7Q", hives))
    assert total.text.startswith("460 (Total, Hives)")


def test_rows_under_a_second_head_are_not_read_by_the_first():
    lines = [
        ("", "June 30, 2031", "June 30, 2030"),
        ("Sales of honey", "48.2", "40.0"),
        ("", "June 30, 2029", "June 30, 2028"),
        ("Operating profit", "9.1", "7.7"),
    ]
    answer = computed("What was the operating profit in 2031?", piece("K7Q", table(lines)))
    assert answer.computation is None


INCOME_STATEMENT = (
    ("Million euros", "2031", "2030"),
    ("Net sales", "600.0", "500.0"),
    ("Cost of sales", "(240.0)", "(210.0)"),
    ("Gross profit", "360.0", "290.0"),
    ("Research and development", "(60.0)", "(55.0)"),
    ("Operating income", "120.0", "90.0"),
    ("Interest expense", "(20.0)", "(18.0)"),
    ("Income before income taxes", "100.0", "72.0"),
    ("Provision for income taxes", "25.0", "18.0"),
    ("Net income", "75.0", "54.0"),
)
BALANCE_SHEET = (
    ("Million euros", "2031", "2030"),
    ("Cash and cash equivalents", "50.0", "40.0"),
    ("Inventories", "70.0", "60.0"),
    ("Total current assets", "200.0", "180.0"),
    ("Property and equipment, net", "130.0", "110.0"),
    ("Goodwill", "30.0", "30.0"),
    ("Total assets", "400.0", "350.0"),
    ("Total current liabilities", "100.0", "90.0"),
    ("Long-term debt", "120.0", "120.0"),
    ("Total stockholders' equity", "180.0", "140.0"),
    ("Total liabilities and stockholders' equity", "400.0", "350.0"),
)


@pytest.fixture
def statements() -> tuple[MarkedEvidence, ...]:
    return (
        piece("K7Q", table(INCOME_STATEMENT, caption="Consolidated statements of income")),
        piece(
            "M2X",
            table(
                BALANCE_SHEET,
                caption="Consolidated balance sheets",
                figure_id="3fa9c1d2-p0013-f01",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What was the fixed asset turnover ratio in FY2031?", "5.00 (fixed asset turnover, 2031"),
        ("What was the current ratio in 2030?", "2.00 "),
        ("What was the effective tax rate in 2031?", "25.0 %, or 0.250"),
        ("What is the R&D to revenue ratio of Beekeepers of Orland in 2031?", "0.100, or 10.0 %"),
        ("What was the total revenue in the last fiscal year?", "600.0 million euros (Net sales"),
        ("What was the revenue in 2031 in thousand euros?", "600,000 thousand euros"),
    ],
)
def test_ratios_and_accounts_are_computed_from_statements(statements, question, said):
    assert computed(question, *statements).text.startswith(said)


def test_a_ratio_says_its_definition_and_cites_each_statement(statements):
    answer = computed("What was the return on assets in 2031?", *statements)
    assert answer.text.startswith(
        "18.8 %, or 0.188 (return on assets, 2031 = net income 75.0 / total assets 400.0; with "
        "average balances 20.0 %, or 0.200; defined as net income / total assets by "
    )
    assert answer.computation is not None
    assert answer.computation.operation == "ratio"
    assert [item.value for item in answer.computation.operands] == [
        Decimal("75.0"),
        Decimal("400.0"),
    ]
    assert {item.support for item in answer.citations} == {"supported"}
    assert [item.marker for item in answer.citations] == ["K7Q", "M2X"]


@pytest.mark.parametrize(
    "question",
    [
        "What was the fixed asset turnover ratio in 2030?",
        "What was the current ratio of the honey segment in 2031?",
        "What was the quick ratio in 2031?",
        "Why was the current ratio so high in 2031?",
    ],
)
def test_a_ratio_without_all_of_its_accounts_or_of_a_part_is_not_computed(statements, question):
    assert computed(question, *statements).computation is None


QUEENS = (
    ("Name", "Colour", "Keeper", "Eggs"),
    ("Queen Ada", "dark amber", "Kim Alder", "1,900"),
    ("Queen Bo", "pale", "Ada Birch", "1,200"),
)


def test_a_cell_of_words_is_looked_up_and_cited_at_its_box():
    answer = computed("What is the colour of Queen Ada?", piece("K7Q", table(QUEENS)))
    assert answer.text == "dark amber (Queen Ada, Colour) [K7Q]"
    assert answer.citations[0].bbox == cell_box(1, 1)
    assert answer.citations[0].support == "supported"


@pytest.mark.parametrize(
    "question",
    [
        "What is the colour of Queen Cleo?",
        "What is the colour of Queen Ada in spring?",
        "Which colour do most queens have?",
        "Who is the keeper?",
    ],
)
def test_a_cell_of_words_that_is_not_named_in_full_is_left(question):
    assert computed(question, piece("K7Q", table(QUEENS))).computation is None


DIVIDENDS = (
    ("Financial year", "Declared on", "Total dividend", "Due for transfer on"),
    ("1999-00", "25th August, 2000", "302.5", "10th October, 2007"),
    ("2000-01", "17th August, 2001", "310.1", "20th September, 2008"),
)


@pytest.mark.parametrize(
    "question",
    [
        "What was the total dividend between 1999 to 2000?",
        "What was the total dividend in 1999-2000?",
        "What was the total dividend of 1999-00?",
    ],
)
def test_a_year_of_accounts_is_named_by_its_two_years(question: str) -> None:
    answer = computed(question, piece("K7Q", table(DIVIDENDS, caption="Dividends")))
    assert answer.text == "302.5 (1999-00, Total dividend) [K7Q]"


def test_one_year_of_two_is_no_year_of_accounts() -> None:
    answer = computed(
        "What was the total dividend in 2000?", piece("K7Q", table(DIVIDENDS, caption="Dividends"))
    )
    assert answer.computation is None


HONEY = (
    ("No.", "Beekeeper", "Village", "Jars"),
    ("1", "Ada Birk", "Orland", "12"),
    ("2", "Ole Dahl", "Selje", "7"),
)


def test_numbers_that_count_rows_and_further_columns_are_no_part_of_a_name() -> None:
    answer = computed("How many jars does Ole Dahl have?", piece("K7Q", table(HONEY, caption="")))
    assert answer.text == "7 (Ole Dahl, Jars) [K7Q]"


def test_what_stands_at_the_top_of_several_pages_names_the_document() -> None:
    def page(number: int) -> MarkedEvidence:
        item = piece(f"P{number}A", table(), image_id=f"3fa9c1d2-p{number:04d}")
        text = f"H I V E S O F S E L J E\nPage {number}"
        return replace(item, evidence=replace(item.evidence, quotable=text, tables=()))

    question = "What was the operating profit of Hives of Selje in 2031?"
    assert computed(question, piece("K7Q", table())).computation is None
    answer = computed(question, piece("K7Q", table()), page(3), page(4))
    assert answer.text == "9.1 million euros (Operating profit, 2031) [K7Q]"
