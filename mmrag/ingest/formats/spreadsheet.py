"""Spreadsheets (XLSX): the used range of each sheet as a grid, with the values of its formulas.

Other kinds are made XLSX by LibreOffice first. Nothing is computed: a formula whose value no
program has stored is empty.
"""

import datetime
import html
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from mmrag.errors import DocumentError
from mmrag.ingest.formats import flow, rows, soffice
from mmrag.ingest.formats.flow import Content, HtmlBlock
from mmrag.ingest.formats.markup import MarkedTable
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms
from mmrag.ingest.formats.rows import Rows
from mmrag.ingest.reasons import reason
from mmrag.types import Problem

MAX_UNPACKED_BYTES = 120 << 20
"""Of all parts of a workbook; chosen by hand: two million cells."""
_DECIMALS = re.compile(r"\.(0+)")
_MAX_COMMENTS = 1_000  # of one sheet; chosen by hand


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """The sheets of a workbook. Raises `DocumentError` where none has values."""
    with tempfile.TemporaryDirectory(prefix="mmrag-office-") as folder:
        made = path
        if terms.kind != "xlsx":
            made = soffice.converted(path, f".{terms.kind}", "xlsx", Path(folder), terms.on_wait)
        with flow.opened(_content(made), terms.on_wait) as file:
            yield file


def _content(path: Path) -> Content:
    with zipfile.ZipFile(path) as package:
        parts = package.infolist()
    _check_size(parts)
    try:
        book = openpyxl.load_workbook(path, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises many kinds for a file that it cannot read
        raise DocumentError(f"the workbook cannot be read: {reason(error)}") from error
    blocks: list[HtmlBlock] = []
    tables: list[MarkedTable] = []
    for sheet in book.worksheets:
        for number, used in enumerate(_ranges(sheet), len(tables)):
            for block, table in rows.pages(used, number):
                blocks.append(block)
                tables.append(table)
        blocks += _comments(sheet)
    return Content(blocks, book.properties.title or "", _metadata(book), tables, {}, _unread(parts))


def _check_size(parts: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse a bomb by the sizes that it declares; a lie about these fails when it is unpacked."""
    size = sum(item.file_size for item in parts)
    if size > MAX_UNPACKED_BYTES:
        raise DocumentError(f"the workbook is too large: it would unpack to {size:,} bytes")


def _unread(parts: Sequence[zipfile.ZipInfo]) -> tuple[Problem, ...]:
    """What a workbook holds beside its cells."""
    charts = sum(part.filename.startswith("xl/charts/chart") for part in parts)
    pictures = sum(part.filename.startswith("xl/media/") for part in parts)
    if not charts and not pictures:
        return ()
    return (Problem("unread", f"charts of the workbook: {charts}, and pictures: {pictures}"),)


def _metadata(book: Workbook) -> dict[str, str]:
    told = {"author": book.properties.creator, "subject": book.properties.subject}
    return {name: value for name, value in told.items() if value}


def _ranges(sheet: Worksheet) -> Iterator[Rows]:
    """The ranges of a sheet that empty rows part, from the top."""
    values = _values(sheet)
    name = sheet.title if sheet.sheet_state == "visible" else f"{sheet.title} (hidden)"
    start = 0
    for at in range(len(values) + 1):
        if at < len(values) and any(values[at]):
            continue
        part = values[start:at]
        if part:
            used = [column for column in range(len(part[0])) if any(row[column] for row in part)]
            first, last = used[0], used[-1]
            yield rows.of_values(
                name,
                [row[first : last + 1] for row in part],
                sheet.min_row + start,
                (
                    get_column_letter(sheet.min_column + first),
                    get_column_letter(sheet.min_column + last),
                ),
            )
        start = at + 1


def _values(sheet: Worksheet) -> list[list[str]]:
    """All cells of the used range as text; what cells are merged into stands in each of them."""
    values = [[_text(cell) for cell in row] for row in sheet.iter_rows()]
    for merged in sheet.merged_cells.ranges:
        top, left = merged.min_row - sheet.min_row, merged.min_col - sheet.min_column
        for row in values[top : top + merged.size["rows"]]:
            for column in range(left, min(left + merged.size["columns"], len(row))):
                row[column] = values[top][left]
    return values


def _text(cell: Cell) -> str:
    """A value as its sheet shows it: with the decimals, the percent and the currency of its form.

    Dates are written as ISO 8601 has them.
    """
    value, form = cell.value, cell.number_format or ""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
        case datetime.datetime():
            return value.isoformat(" ", "minutes")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case int() | float():
            return _number(value, form)
        case _:
            return " ".join(str(value).split())


def _number(value: float, form: str) -> str:
    plain = form.partition(";")[0]
    found = _DECIMALS.search(plain)
    decimals = len(found[1]) if found else 0
    if "%" in plain:
        return f"{100 * value:.{decimals}f}%"
    group = "," if "#,#" in plain else ""
    is_fixed = found or "0" in plain
    written = f"{value:{group}.{decimals}f}" if is_fixed else f"{value:.10g}"
    sign = next((sign for sign in "€$£¥₹" if sign in plain), "")
    return f"{written} {sign}".strip() if sign == "€" else f"{sign}{written}"


def _comments(sheet: Worksheet) -> Iterator[HtmlBlock]:
    """What readers noted at cells, on a page of its own."""
    found = [
        f"<p><b>{cell.coordinate}:</b> {html.escape(cell.comment.text)}</p>"
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None
    ]
    if found:
        title = html.escape(f"Comments of the sheet {sheet.title}")
        yield HtmlBlock(f"<h2>{title}</h2>{''.join(found[:_MAX_COMMENTS])}", begins_page=True)
