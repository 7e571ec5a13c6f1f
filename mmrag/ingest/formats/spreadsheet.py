"""Spreadsheets (XLSX): the used range of each sheet as a grid, with the values of its formulas.

Other kinds are made XLSX by LibreOffice first; without it, the cells of ODS are read. Nothing is
computed: a formula whose value no program has stored is empty.
"""

import html
import re
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from mmrag.errors import DocumentError
from mmrag.ingest.formats import (
    cell_text,
    charts,
    embedded,
    flow,
    notes,
    open_sheets,
    rows,
    soffice,
)
from mmrag.ingest.formats.delimited import MAX_COLUMNS
from mmrag.ingest.formats.flow import Content, HtmlBlock
from mmrag.ingest.formats.markup import MarkedTable
from mmrag.ingest.formats.members import UNPACK_ERRORS
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms
from mmrag.ingest.formats.parts import has_mark, part
from mmrag.ingest.formats.rows import Rows
from mmrag.ingest.formats.web import Pictures
from mmrag.ingest.reasons import reason
from mmrag.types import Problem

MAX_UNPACKED_BYTES = 120 << 20
"""Of all parts of a workbook; chosen by hand: two million cells."""
_DRAWING = re.compile(r"xl/(?:drawings|diagrams)/drawing\d+\.xml")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_CELL = re.compile(rb"<(?:\w+:)?(?:v|is)>")
_MAX_COMMENTS = 1_000  # of one sheet; chosen by hand
_MAX_MERGED = 10_000  # cells of a range that are filled with what it says; chosen by hand


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """The sheets of a workbook. Raises `DocumentError` where none has values."""
    with tempfile.TemporaryDirectory(prefix="mmrag-office-") as folder:
        if terms.kind == "xlsx":
            content = _read(path, Path(folder), terms)
            content.problems = (*content.problems, *embedded.taken(path, terms.members))
        else:
            content = _converted(path, Path(folder), terms)
        with flow.opened(content, terms.on_wait) as file:
            yield file


def _read(path: Path, folder: Path, terms: OpeningTerms) -> Content:
    """An XLSX; one that openpyxl cannot read, or sees no cells of, as LibreOffice writes it.

    Of Strict workbooks (ISO/IEC 29500-1) openpyxl finds the names of the sheets alone.
    """
    error: DocumentError | None = None
    try:
        content = _content(path, terms.max_pixels)
        if content.tables or not _has_cells(path):
            return content
    except DocumentError as raised:
        error = raised
    try:
        made = soffice.converted(path, ".xlsx", "xlsx", folder, terms.on_wait)
        anew = _content(made, terms.max_pixels)
    except DocumentError as unmade:
        raise error or unmade from None
    if error and not anew.blocks:
        raise error
    return anew


def _has_cells(path: Path) -> bool:
    """Whether a sheet has a cell with a value or a text, whatever its elements belong to."""
    with zipfile.ZipFile(path) as package:
        sheets = (name for name in package.namelist() if _SHEET.fullmatch(name))
        return any(has_mark(package, name, _CELL) for name in sheets)


def _converted(path: Path, folder: Path, terms: OpeningTerms) -> Content:
    """A workbook of another kind; without LibreOffice, the cells of an ODS alone."""
    try:
        made = soffice.converted(path, f".{terms.kind}", "xlsx", folder, terms.on_wait)
    except DocumentError as error:
        if terms.kind != "ods":
            raise
        try:
            sheets = open_sheets.of_file(path)
        except DocumentError:
            raise error from None
        told = f"its cells are read without comments, charts, shapes and pictures: {error}"
        problems = [Problem("layout", told)]
        found = [used for sheet in sheets for used in _ranges(sheet.name, sheet.values, problems)]
        pages = [page for number, one in enumerate(found) for page in rows.pages(one, number)]
        tables = [table for _, table in pages]
        return Content([block for block, _ in pages], tables=tables, problems=problems)
    return _content(made, terms.max_pixels)


def _content(path: Path, max_pixels: int) -> Content:
    with zipfile.ZipFile(path) as package:
        parts = package.infolist()
        _check_size(parts)
        pictures = Pictures(max_pixels, lambda name: _data(package, name))
        beside = list(_beside(package, pictures))
    try:
        book = openpyxl.load_workbook(path, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises many kinds for a file that it cannot read
        raise DocumentError(f"the workbook cannot be read: {reason(error)}") from error
    problems = list(pictures.problems)
    blocks: list[HtmlBlock] = []
    tables: list[MarkedTable] = []

    def add(used: Iterable[Rows]) -> None:
        for number, one in enumerate(used, len(tables)):
            for block, table in rows.pages(one, number):
                blocks.append(block)
                tables.append(table)

    for sheet in book.worksheets:
        add(_ranges(_name(sheet), _values(sheet), problems))
        blocks.extend(_comments(sheet))
    drawn, unread = charts.of_package(path)
    add(drawn)
    told = [*problems, *unread]
    title = book.properties.title or ""
    return Content([*blocks, *beside], title, _metadata(book), tables, pictures.held, told)


def _check_size(parts: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse a bomb by the sizes that it declares; a lie about these fails when it is unpacked."""
    size = sum(item.file_size for item in parts)
    if size > MAX_UNPACKED_BYTES:
        raise DocumentError(f"the workbook is too large: it would unpack to {size:,} bytes")


def _beside(package: zipfile.ZipFile, pictures: Pictures) -> Iterator[HtmlBlock]:
    """What is laid over the cells: the words of shapes, and pictures, each on a page of its own."""
    names = package.namelist()
    for name in filter(_DRAWING.fullmatch, names):
        try:
            lines = list(notes.paragraphs(part(package, name)))
        except (*UNPACK_ERRORS, DocumentError):
            continue  # what is wrong with it, who opens the workbook says
        if lines:
            said = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
            yield HtmlBlock(f"<h2>Text beside the cells</h2>{said}", begins_page=True)
    for name in names:
        if name.startswith("xl/media/") and (shown := pictures(name)):
            picture = f'<p><img src="{shown}"></p>'
            yield HtmlBlock(f"<h2>Picture beside the cells</h2>{picture}", begins_page=True)


def _data(package: zipfile.ZipFile, name: str) -> bytes | None:
    try:
        return package.read(name)
    except UNPACK_ERRORS:
        return None


def _metadata(book: Workbook) -> dict[str, str]:
    told = {"author": book.properties.creator, "subject": book.properties.subject}
    return {name: value for name, value in told.items() if value}


def _name(sheet: Worksheet) -> str:
    return sheet.title if sheet.sheet_state == "visible" else f"{sheet.title} (hidden)"


def _ranges(
    name: str, values: Mapping[int, Mapping[int, str]], problems: list[Problem]
) -> Iterator[Rows]:
    """The ranges of a sheet that empty rows part, from the top, without their empty columns."""
    for _, run in groupby(enumerate(sorted(values)), lambda item: item[1] - item[0]):
        numbers = [number for _, number in run]
        every = sorted({column for number in numbers for column in values[number]})
        used = every[:MAX_COLUMNS]
        if len(every) > MAX_COLUMNS:
            told = f"only {MAX_COLUMNS} of {len(every):,} columns of {name} are read"
            problems.append(Problem("open", told))
        yield rows.of_values(
            name,
            [[values[number].get(column, "") for column in used] for number in numbers],
            numbers[0],
            (get_column_letter(used[0]), get_column_letter(used[-1])),
        )


def _values(sheet: Worksheet) -> dict[int, dict[int, str]]:
    """By row and column what cells say; what cells are merged into stands in each of them."""
    values: dict[int, dict[int, str]] = defaultdict(dict)
    for cell in _cells(sheet):
        if text := cell_text.shown(cell.value, cell.number_format or ""):
            values[cell.row][cell.column] = text
    last = max(values, default=0)
    widest = max((column for row in values.values() for column in row), default=0)
    for merged in sheet.merged_cells.ranges:
        said = values.get(merged.min_row, {}).get(merged.min_col)
        down = range(merged.min_row, min(merged.max_row, last) + 1)
        across = range(merged.min_col, min(merged.max_col, widest) + 1)
        if said and len(down) * len(across) <= _MAX_MERGED:
            for row in down:
                values[row].update(dict.fromkeys(across, said))
    return values


def _cells(sheet: Worksheet) -> Iterable[Cell]:
    """Those that the file has; to ask for all that the sheet could have fills the memory."""
    return (cell for _, cell in sorted(sheet._cells.items()) if isinstance(cell, Cell))


def _comments(sheet: Worksheet) -> Iterator[HtmlBlock]:
    """What readers noted at cells, on a page of its own."""
    found = [
        f"<p><b>{cell.coordinate}:</b> {html.escape(cell.comment.text)}</p>"
        for cell in _cells(sheet)
        if cell.comment is not None
    ]
    if found:
        title = html.escape(f"Comments of the sheet {sheet.title}")
        yield HtmlBlock(f"<h2>{title}</h2>{''.join(found[:_MAX_COMMENTS])}", begins_page=True)
