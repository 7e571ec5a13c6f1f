import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats import spreadsheet
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.pages import KnownTable, OpenFile

MANY = 10**8


def grid(table: KnownTable) -> list[list[str]]:
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell.text)
    return list(rows.values())


def opened(path: Path, fill: Callable[[Worksheet], object]) -> OpenFile:
    book = openpyxl.Workbook()
    book.active.title = "Sales"
    fill(book.active)
    book.save(path)
    with open_file(path, MANY) as file:
        return file


def fleet(sheet: Worksheet) -> None:
    sheet.append(["Sales of the fleet"])
    sheet.append([])
    sheet.append([None, "Ferry", 2023, 2024, "Growth"])
    sheet.append([None, "Brina", 11200, 12500, 0.116])
    sheet["C4"].number_format = "#,##0"
    sheet["D4"].number_format = '#,##0.00 "€"'
    sheet["E4"].number_format = "0.0%"


def test_the_ranges_of_a_sheet_are_grids_with_their_addresses(tmp_path: Path) -> None:
    file = opened(tmp_path / "a.xlsx", fleet)
    tables = [table for tables in file.tables.values() for table in tables]
    assert [table.caption for table in tables] == ["Sales!A1:A1", "Sales!B3:E4"]
    assert grid(tables[1]) == [
        ["Ferry", "2023", "2024", "Growth"],
        ["Brina", "11,200", "12,500.00 €", "11.6%"],
    ]


def test_values_are_read_and_not_formulas(tmp_path: Path) -> None:
    file = opened(
        tmp_path / "a.xlsx", lambda sheet: (sheet.append(["a", 1]), sheet.append(["b", "=B1+1"]))
    )
    [[table]] = file.tables.values()
    assert grid(table) == [["a", "1"], ["b"]], "no program has stored a value of the formula"


def test_dates_are_written_the_same_everywhere(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["day", "moment"])
        sheet.append([datetime.date(2024, 12, 31), datetime.datetime(2024, 1, 2, 3, 4)])

    [[table]] = opened(tmp_path / "a.xlsx", fill).tables.values()
    assert grid(table)[1] == ["2024-12-31", "2024-01-02 03:04"]


def test_a_merged_heading_stands_over_each_of_its_columns(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["Ferry", "2024", None])
        sheet.append([None, "May", "June"])
        sheet.append(["Brina", 3, 4])
        sheet.merge_cells("B1:C1")

    [[table]] = opened(tmp_path / "a.xlsx", fill).tables.values()
    assert grid(table)[:2] == [["Ferry", "2024", "2024"], ["May", "June"]]
    assert [cell.text for cell in table.cells if cell.is_header and cell.row < 2] == [
        "Ferry", "2024", "2024", "May", "June",
    ]  # fmt: skip


def test_hidden_sheets_and_comments_are_read_and_say_what_they_are(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["shown", 1])
    book.active["B1"].comment = Comment("checked by Ebbe", "E")
    hidden = book.create_sheet("Secret")
    hidden.sheet_state = "hidden"
    hidden.append(["kept", 2])
    book.save(tmp_path / "a.xlsx")
    with open_file(tmp_path / "a.xlsx", MANY) as file:
        captions = [table.caption for tables in file.tables.values() for table in tables]
        with file.load(2, IngestSettings()) as page:
            said = page.get_text()
    assert captions == ["Sheet!A1:B1", "Secret (hidden)!A1:B1"]
    assert "Comments of the sheet Sheet" in said and "checked by Ebbe" in said


def test_a_workbook_that_would_unpack_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheet, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(DocumentError, match="would unpack to"):
        opened(tmp_path / "a.xlsx", fleet)


def test_a_workbook_of_nothing_and_one_that_is_broken_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="nothing in it to read"):
        opened(tmp_path / "a.xlsx", lambda sheet: None)
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as package:
        package.writestr("xl/workbook.xml", "<a/>")
    with (
        pytest.raises(DocumentError, match="the workbook cannot be read"),
        open_file(tmp_path / "b.xlsx", MANY),
    ):
        pass
