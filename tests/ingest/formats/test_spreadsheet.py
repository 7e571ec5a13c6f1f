import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image as Picture
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats import cell_text, soffice, spreadsheet
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.pages import KnownTable, OpenFile

MANY = 10**8
A = "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"


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


def test_a_cell_at_the_far_end_of_a_sheet_costs_one_cell(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["Ferry", None, "People"])
        sheet.append(["Brina", None, 300])
        sheet["XFD1048576"] = "far"

    file = opened(tmp_path / "a.xlsx", fill)
    tables = [table for tables in file.tables.values() for table in tables]
    assert [table.caption for table in tables] == ["Sales!A1:C2", "Sales!XFD1048576:XFD1048576"]
    assert grid(tables[0]) == [["Ferry", "People"], ["Brina", "300"]]


def test_pictures_and_words_that_lie_over_the_cells_are_read(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (80, 40), "red").save(picture, "PNG")

    def fill(sheet: Worksheet) -> None:
        fleet(sheet)
        sheet.add_image(Picture(picture), "H20")

    opened(tmp_path / "a.xlsx", fill)
    with zipfile.ZipFile(tmp_path / "a.xlsx", "a") as package:
        package.writestr("xl/drawings/drawing9.xml", f"<a:p {A}><a:t>Winter fares</a:t></a:p>")
    with open_file(tmp_path / "a.xlsx", MANY) as file:
        assert file.problems == ()
        with file.load(3, IngestSettings()) as page:
            assert "Winter fares" in page.get_text()
        with file.load(4, IngestSettings()) as page:
            assert "Picture beside the cells" in page.get_text() and page.get_images()


def test_a_chart_of_a_workbook_is_the_table_that_it_is_drawn_from(tmp_path: Path) -> None:
    opened(tmp_path / "a.xlsx", fleet)
    values = "<c:numCache><c:pt idx='0'><c:v>7</c:v></c:pt></c:numCache>"
    named = "<c:tx><c:v>Brina</c:v></c:tx>"
    series = f"<c:ser>{named}<c:val><c:numRef>{values}</c:numRef></c:val></c:ser>"
    title = f"<c:title><a:p {A}><a:t>Sales by ferry</a:t></a:p></c:title>"
    chart = f"<c:chart>{title}<c:plotArea><c:barChart>{series}</c:barChart></c:plotArea></c:chart>"
    with zipfile.ZipFile(tmp_path / "a.xlsx", "a") as package:
        package.writestr("xl/charts/chart1.xml", f"<s xmlns:c='{CHART}'>{chart}</s>")
    with open_file(tmp_path / "a.xlsx", MANY) as file:
        [*_, [table]] = file.tables.values()
    assert (table.caption, grid(table)) == ("Sales by ferry", [["Brina"], ["1", "7"]])


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


STRICT = (
    ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "spreadsheetml/main"),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "officeDocument/relationships",
    ),
)


@pytest.mark.skipif(soffice.program() is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["strict", "a style without a name"])
def test_a_workbook_that_openpyxl_does_not_read_is_read_as_libreoffice_writes_it(
    tmp_path: Path, kind: str
) -> None:
    opened(tmp_path / "plain.xlsx", fleet)
    with (
        zipfile.ZipFile(tmp_path / "plain.xlsx") as plain,
        zipfile.ZipFile(tmp_path / "a.xlsx", "w") as made,
    ):
        for name in plain.namelist():
            text = plain.read(name).decode()
            if kind != "strict":
                text = text.replace('<cellStyle name="Normal"', "<cellStyle")
            elif not name.startswith("docProps"):
                for transitional, strict in STRICT:
                    text = text.replace(transitional, f"http://purl.oclc.org/ooxml/{strict}")
            made.writestr(name, text)
    with open_file(tmp_path / "a.xlsx", MANY) as file:
        tables = [table for tables in file.tables.values() for table in tables]
    assert [table.caption for table in tables] == ["Sales!A1:A1", "Sales!B3:E4"]
    assert grid(tables[1])[1][:2] == ["Brina", "11,200"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime.time(0, 0, 2, 998_000), "00:00:03"),
        (datetime.time(9, 30, 0, 2_000), "09:30:00"),
        (datetime.datetime(2024, 1, 2, 14, 59, 59, 999_000), "2024-01-02 15:00"),
        (datetime.datetime(2024, 1, 2, 23, 59, 59, 999_500), "2024-01-03"),
        (datetime.datetime.max, "9999-12-31 23:59"),
    ],
)
def test_a_time_is_told_to_the_nearest_second(value: object, text: str) -> None:
    assert cell_text.shown(value, "General") == text
