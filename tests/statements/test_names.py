import pytest

from mmrag.statements import names


@pytest.mark.parametrize(
    ("label", "other"),
    [
        ("Property and equipment, net", "property & equipment"),
        ("TOTAL ASSETS", "Total asset"),
        ("Net (loss) income", "net income"),
        ("Net cash provided by (used in) operating activities", "NET CASH PROVIDED BY OPERATING"
         " ACTIVITIES"),
        ("Stockholders’ equity", "stockholders' equity"),
        ("Cost of goods sold", "cost of the goods sold"),
        ("Short-term investments", "short term investments"),
    ],
)  # fmt: skip
def test_ways_of_writing_a_name_are_one(label, other):
    assert names.of_label(label) == names.of_label(other)


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("Trade receivables  12.3  11.9", "trade receivables"),
        ("Inventories (Note 4)  1,204 1,130", "inventories"),
        ("Goodwill $ 31 $ 30", "goodwill"),
        ("Gross profit (41) 12", "gross profit"),
    ],
)
def test_the_name_of_a_line_stands_before_its_amounts(line, label):
    assert names.of_line(line) == names.of_label(label)


@pytest.mark.parametrize(
    "line",
    ["", "Total assets", "Revenue rose to 31 million euros in the year", "Sales 2 of them lost"],
)
def test_a_line_that_is_no_row_has_no_name(line):
    assert names.of_line(line) == ()


@pytest.mark.parametrize(
    ("label", "accounts"),
    [
        ("Accounts receivable, less allowance of 3", ("receivables",)),
        ("Total current assets", ("current_assets",)),
        ("Other assets", ()),
        ("Net income per share of the smallest class of stock", ()),
    ],
)
def test_a_row_is_the_account_that_its_name_begins_with(label, accounts):
    assert names.longest_start(names.of_label(label), names.accounts()) == accounts


def test_a_label_without_end_is_read_in_part():
    assert len(names.of_label("word " * 10_000)) < 50
