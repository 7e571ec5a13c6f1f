import pytest

from mmrag.statements import kinds
from mmrag.types import Cell, Grid

ROWS = {
    "income": ["Net sales", "Cost of sales", "Gross profit", "Research and development",
               "Operating profit", "Interest expense", "Income before taxes", "Income tax expense",
               "Net income"],
    "balance": ["Cash and cash equivalents", "Trade receivables", "Inventories",
                "Total current assets", "Goodwill", "Total assets", "Trade payables",
                "Total current liabilities", "Long-term debt", "Retained earnings",
                "Total equity", "Total liabilities and equity"],
    "cash_flows": ["Net income", "Depreciation and amortization", "Deferred income taxes",
                   "Net cash provided by operating activities",
                   "Purchases of property, plant and equipment",
                   "Net cash used in investing activities", "Dividends paid",
                   "Repayment of borrowings", "Net cash used in financing activities",
                   "Net increase in cash"],
    "equity": ["Balance at 1 January", "Dividends declared", "Share-based compensation",
               "Other comprehensive income", "Repurchase of common stock", "Retained earnings"],
    "segments": ["Segment revenue", "Europe", "North America", "Intersegment", "Corporate"],
}  # fmt: skip


def text_of(rows, head="Some Company"):
    return "\n".join([head, *(f"{row}  {at}1.2  ({at}0)" for at, row in enumerate(rows, 1))])


def grid_of(rows):
    lines = [("", "2022", "2021"), *((row, f"{at}1.2", f"({at}0)") for at, row in enumerate(rows))]
    return Grid(
        "3fa9c1d2-p0001-f01",
        tuple(
            Cell(row, column, row, column, text, (0, 0, 1, 1), row == 0 or column == 0)
            for row, line in enumerate(lines)
            for column, text in enumerate(line)
            if text
        ),
        "test",
    )


@pytest.mark.parametrize("kind", ROWS)
def test_a_statement_is_told_by_its_rows(kind):
    for scores in (kinds.of_text(text_of(ROWS[kind])), kinds.of_grid(grid_of(ROWS[kind]), "")):
        assert max(scores, key=scores.__getitem__) == kind
        assert scores[kind] > 0.9


def test_fewer_known_rows_are_less_certain_and_a_title_makes_up_for_some():
    some = ROWS["balance"][3:9]
    alone = kinds.of_text(text_of([*some, "Vessels under way", "Quay walls"]))["balance"]
    titled = kinds.of_text(text_of(some, "Statement of Financial Position"))["balance"]
    assert kinds.LEAST_SCORE <= alone < titled < 1


def test_a_title_alone_is_no_statement():
    assert kinds.of_text("Consolidated Balance Sheets\nsee page 41\nand page 42") == {}


def test_a_cash_flow_statement_that_lists_working_capital_is_no_balance_sheet():
    rows = [*ROWS["cash_flows"], "Accounts receivable", "Inventories", "Accounts payable",
            "Accrued liabilities", "Deferred revenue", "Other assets"]  # fmt: skip
    scores = kinds.of_text(text_of(rows))
    assert scores.get("balance", 0) < 0.5 < scores["cash_flows"]


def test_a_summary_covers_more_years_than_a_statement():
    rows = ["Revenue", "Operating income", "Net income", "Total assets", "Long-term debt",
            "Dividends per share"]  # fmt: skip
    assert kinds.of_text(text_of(rows, "2022 2021 2020 2019 2018"))["summary"] > 0.9
    assert "summary" not in kinds.of_text(text_of(rows, "2022 2021 2020"))


def test_prose_and_other_tables_are_no_statement():
    prose = "Net income was $43.8 million, and total assets were $2.2 billion.\n" * 30
    other = text_of(["Length", "Width", "Draught", "Net weight", "Displacement", "Crew"])
    assert kinds.of_text(prose) == kinds.of_text(other) == kinds.of_text("") == {}


def test_a_page_of_a_million_lines_is_read_in_part(monkeypatch):
    read = []
    monkeypatch.setattr(kinds.names, "of_line", lambda line: read.append(line) or ())
    kinds.of_text("Total assets  5\n" * 1_000_000)
    assert len(read) <= kinds.MOST_ROWS
