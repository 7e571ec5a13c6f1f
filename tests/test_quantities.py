"""What cells are worth, with the scale and unit that their table gives them."""

from decimal import Decimal

import pytest

from mmrag.quantities import Quantity, quantities
from mmrag.types import Cell, Grid

MILLION = 6


def grid(*rows: str, heads: int = 1) -> Grid:
    """A grid from lines with `|` between cells; names are indented by spaces before them."""
    cells = [
        Cell(at, column, at, column, text.strip(), _box(text), at < heads or column == 0)
        for at, row in enumerate(rows)
        for column, text in enumerate(row.split("|"))
        if text.strip()
    ]
    return Grid("0a1b2c3d-p0001-f01", tuple(cells), "a test")


def _box(text: str) -> tuple[float, float, float, float]:
    return (4.0 * (len(text) - len(text.lstrip())), 0, 100, 10)


def worth(table: Grid, row: int, column: int, title: str = "") -> Quantity | None:
    found = {(cell.row, cell.column): item for cell, item in quantities(table, title).items()}
    return found.get((row, column))


def test_amounts_have_the_scale_and_currency_of_the_title() -> None:
    table = grid("|2024|2023", "Sales|1,234|(56)")
    assert worth(table, 1, 1, "Results (in millions of euros)") == Quantity(
        Decimal(1234), MILLION, "€"
    )
    loss = worth(table, 1, 2, "Results in US$ million")
    assert loss == Quantity(Decimal(-56), MILLION, "$")
    assert loss.value == -56_000_000


@pytest.mark.parametrize(
    ("title", "scale", "unit"),
    [
        ("Table 3: Costs (in thousands)", 3, ""),
        ("Costs ($ thousand)", 3, "$"),
        ("Costs (£m)", 6, "£"),
        ("Costs (£'000)", 3, "£"),
        ("Costs, in billions of yen", 9, "¥"),
        ("Costs (000s omitted)", 3, ""),
        ("Costs (USD bn)", 9, "$"),
        ("Costs (CHF million)", 6, "CHF"),
        ("Costs (Dollars in Millions)", 6, "$"),
        ("Output (GWh)", 0, "GWh"),
        ("Output (thousand tonnes)", 3, "tonnes"),
        ("Share of output (%)", 0, "%"),
        ("Costs of 3 million households", 0, ""),
        ("Deaths per thousand inhabitants", 0, ""),
        ("Visitors from the United States", 0, ""),
    ],
)
def test_a_title_names_a_scale_and_a_unit_or_none(title: str, scale: int, unit: str) -> None:
    found = worth(grid("|2024", "Rent|5.5"), 1, 1, title)
    assert found == Quantity(Decimal("5.5"), scale, unit)


def test_the_corner_or_a_head_over_all_columns_names_them_as_a_title_does() -> None:
    assert worth(grid("€ million|2024", "Rent|5"), 1, 1) == Quantity(Decimal(5), 6, "€")
    heads = (
        Cell(0, 1, 0, 2, "In thousands of dollars", (0, 0, 1, 1), True),
        Cell(1, 1, 1, 1, "2024", (0, 0, 1, 1), True),
        Cell(1, 2, 1, 2, "2023", (0, 0, 1, 1), True),
        Cell(2, 0, 2, 0, "Rent", (0, 0, 1, 1), True),
        Cell(2, 1, 2, 1, "5", (0, 0, 1, 1)),
    )
    table = Grid("0a1b2c3d-p0001-f01", heads, "a test")
    assert worth(table, 2, 1) == Quantity(Decimal(5), 3, "$")


def test_a_row_or_a_column_of_its_own_unit_takes_no_scale_from_the_table() -> None:
    table = grid(
        "|2024|Change %",
        "Sales|$ 900|12.5",
        "Operating margin, %|31.2|",
        "Days outstanding (days)|45|",
        "Diluted earnings per share|$ 2.31|",
        "Current ratio|1.4|",
        "Number of plants|17|",
        "Tax rate|21.0 %|",
        "Change in margin|1.2 pp|",
    )
    title = "Key figures ($ in millions, except per share data)"
    assert worth(table, 1, 1, title) == Quantity(Decimal(900), MILLION, "$")
    assert worth(table, 1, 2, title) == Quantity(Decimal("12.5"), 0, "%")
    assert worth(table, 2, 1, title) == Quantity(Decimal("31.2"), 0, "%")
    assert worth(table, 3, 1, title) == Quantity(Decimal(45), 0, "days")
    assert worth(table, 4, 1, title) == Quantity(Decimal("2.31"), 0, "$ per share")
    assert worth(table, 5, 1, title) == Quantity(Decimal("1.4"), 0, "")
    assert worth(table, 6, 1, title) == Quantity(Decimal(17), 0, "")
    assert worth(table, 7, 1, title) == Quantity(Decimal(21).quantize(Decimal("0.1")), 0, "%")
    assert worth(table, 8, 1, title) == Quantity(Decimal("1.2"), 0, "pp")


@pytest.mark.parametrize(
    ("title", "scale"),
    [
        ("(in millions, except per share data)", 6),
        ("(in millions, except share and per share data)", 0),
        ("(In millions, except number of shares, which are in thousands)", 3),
        ("(dollars in millions, shares in thousands)", 3),
    ],
)
def test_shares_have_the_scale_of_amounts_unless_they_are_excepted(title: str, scale: int) -> None:
    table = grid("|2024", "Weighted average shares|9,100")
    assert worth(table, 1, 1, f"Income {title}") == Quantity(Decimal(9100), scale, "shares")


def test_a_row_has_the_unit_of_its_group_when_it_stands_further_in() -> None:
    table = grid(
        "|2024", "Earnings per share:|", "    Basic|2.40", "    Diluted|2.31", "Total assets|800"
    )
    title = "($ in millions)"
    assert worth(table, 3, 1, title) == Quantity(Decimal("2.31"), 0, "$ per share")
    assert worth(table, 4, 1, title) == Quantity(Decimal(800), MILLION, "$")


def test_amounts_between_two_with_a_sign_have_it_too_and_those_below_do_not() -> None:
    table = grid("|2024", "Rent|$ 5", "Food|7", "Total|$ 12", "Visits|3")
    assert [getattr(worth(table, row, 1), "unit", None) for row in range(1, 5)] == [
        "$",
        "$",
        "$",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "written", "scale", "unit"),
    [
        ("$ (1,234)", "-1234", 0, "$"),
        ("$(45)", "-45", 0, "$"),
        ("(3.2)%", "-3.2", 0, "%"),
        ("(45)%", "-45", 0, "%"),
        ("–0.5", "-0.5", 0, ""),
        ("-€5", "-5", 0, "€"),
        ("12.5 million", "12.5", 6, ""),
        ("$1.5bn", "1.5", 9, "$"),
        ("1.2x", "1.2", 0, "x"),
        ("5 km", "5", 0, "km"),
        ("45 days", "45", 0, "days"),
        ("4.5 % (a)", "4.5", 0, "%"),
        ("17 [2]", "17", 0, ""),
    ],
)
def test_a_cell_says_its_own_sign_scale_and_unit(
    text: str, written: str, scale: int, unit: str
) -> None:
    found = worth(grid("Item|Value", f"Rent|{text}"), 1, 1)
    assert found == Quantity(Decimal(written), scale, unit)


@pytest.mark.parametrize("text", ["–", "n/a", "3 of 5", "see note 4", "2023-2024 plan", "12 May"])
def test_what_is_no_number_alone_has_no_quantity(text: str) -> None:
    assert worth(grid("Item|Value", f"Rent|{text}"), 1, 1, "(in millions)") is None


def test_a_column_of_years_is_of_years() -> None:
    table = grid("Bond|Due|Amount", "A|2031|2,031", "B|2029|1,999")
    title = "Debt ($ in thousands)"
    assert worth(table, 1, 1, title) == Quantity(Decimal(2031), 0, "year")
    assert worth(table, 1, 2, title) == Quantity(Decimal(2031), 3, "$")


def test_a_decimal_comma_is_told_by_the_whole_table() -> None:
    table = grid("|2024|2023", "Umsatz|1.234,56|1.234", "Kosten|12,5|1.000")
    assert worth(table, 1, 1, "(in Mio. €)") == Quantity(Decimal("1234.56"), 6, "€")
    assert worth(table, 1, 2) == Quantity(Decimal(1234))
    assert worth(grid("|2024", "Sales|1.234", "Costs|12.5"), 1, 1) == Quantity(Decimal("1.234"))


def test_names_of_columns_and_rows_have_no_quantities() -> None:
    table = grid("Year|2024", "2019|5")
    assert list(quantities(table, "").values()) == [Quantity(Decimal(5))]


def test_a_head_further_down_gives_its_unit_to_the_rows_below_it() -> None:
    cells = [
        Cell(row, column, row, column, text, (0, 0, 1, 1), row in (0, 2) or column == 0)
        for row, texts in enumerate((("", "2024"), ("Rent", "5"), ("", "2024 (%)"), ("Rent", "40")))
        for column, text in enumerate(texts)
        if text
    ]
    table = Grid("0a1b2c3d-p0001-f01", tuple(cells), "a test")
    assert worth(table, 1, 1, "($ in thousands)") == Quantity(Decimal(5), 3, "$")
    assert worth(table, 3, 1, "($ in thousands)") == Quantity(Decimal(40), 0, "%")


def test_a_head_that_stands_alone_in_its_row_is_of_the_whole_table() -> None:
    cells = [
        Cell(row, column, row, column, text, (0, 0, 1, 1), row < 2 or column == 0)
        for row, texts in enumerate(
            (("", "2024", "2023", "2022"), ("", "", "(in thousands)"), ("Rent", "5", "6", "7"))
        )
        for column, text in enumerate(texts)
        if text
    ]
    table = Grid("0a1b2c3d-p0001-f01", tuple(cells), "a test")
    assert worth(table, 2, 1) == worth(table, 2, 1, "(in thousands)") == Quantity(Decimal(5), 3)
