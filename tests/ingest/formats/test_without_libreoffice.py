"""Documents of office programs where LibreOffice is not installed: their text, in part."""

from pathlib import Path

import pytest
from small_office import FORMATS, Fact, open_document

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats import open_sheets, rich_text, soffice
from mmrag.ingest.formats.opening import open_file

MANY = 10**8
TWICE = "table:number-columns-repeated='2'"
FACT = Fact("Brina", 300)
RICH = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}}"
    r"{\*\generator Word;}{\info{\title Plan}}{\pict\bin3 {{{}"
)


@pytest.fixture(autouse=True)
def _without_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soffice, "program", lambda: None)


def said(path: Path) -> str:
    with open_file(path, MANY) as file:
        pages = []
        for number in range(1, file.pages + 1):
            with file.load(number, IngestSettings()) as page:
                pages.append(page.get_text())
        return "".join(pages)


def rich(tmp_path: Path, body: str) -> str:
    (tmp_path / "a.rtf").write_bytes((RICH + body + "}").encode("ascii"))
    return said(tmp_path / "a.rtf")


@pytest.mark.parametrize("suffix", ["odt", "odp", "docx", "pptx"])
def test_the_text_is_read_and_the_document_is_told_to_be_read_in_part(
    tmp_path: Path, suffix: str
) -> None:
    (tmp_path / f"a.{suffix}").write_bytes(FORMATS[suffix](FACT))
    with open_file(tmp_path / f"a.{suffix}", MANY) as file:
        assert "text is read without its layout: to be read it needs" in str(file.problems[0])
    assert str(FACT) in said(tmp_path / f"a.{suffix}").replace("\n", " ")


@pytest.mark.parametrize("suffix", ["doc", "ppt", "xls"])
def test_of_old_documents_it_is_told_what_they_need(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a.{suffix}").write_bytes(FORMATS[suffix](FACT))
    with (
        pytest.raises(DocumentError, match=r"needs LibreOffice: install"),
        open_file(tmp_path / f"a.{suffix}", MANY),
    ):
        pass


def test_a_text_document_keeps_its_tables_and_leaves_out_what_is_beside_it(tmp_path: Path) -> None:
    body = (
        "<text:h>Fleet</text:h><text:p>The<text:s text:c='2'/>Brina<office:annotation><text:p>sure?"
        "</text:p></office:annotation> sails.</text:p> <table:table><table:table-row>"
        "<table:table-cell table:number-columns-spanned='2'><text:p>Seats &amp; beds</text:p>"
        "</table:table-cell></table:table-row></table:table>"
    )
    (tmp_path / "a.odt").write_bytes(open_document("text", lambda fact: body)(FACT))
    assert said(tmp_path / "a.odt").split() == [
        "Fleet",
        "The",
        "Brina",
        "sails.",
        "Seats",
        "&",
        "beds",
    ]


def sheet(tmp_path: Path, rows: str) -> Path:
    body = f"<table:table table:name='Counts'>{rows}</table:table>"
    path = tmp_path / "a.ods"
    path.write_bytes(open_document("spreadsheet", lambda fact: body)(FACT))
    return path


def cell(said: str, more: str = "") -> str:
    return f"<table:table-cell {more}><text:p>{said}</text:p></table:table-cell>"


def test_cells_that_are_alike_stand_where_they_are(tmp_path: Path) -> None:
    empty = "<table:table-cell table:number-columns-repeated='3'/>"
    rows = (
        f"<table:table-row table:number-rows-repeated='4'>{empty}</table:table-row>"
        f"<table:table-row>{empty}{cell('Brina', TWICE)}"
        "<table:table-cell office:value='300'/></table:table-row>"
        f"<table:table-row table:number-rows-repeated='1048576'>{empty}</table:table-row>"
    )
    [found] = open_sheets.of_file(sheet(tmp_path, rows))
    assert found.name == "Counts"
    assert found.values == {5: {4: "Brina", 5: "Brina", 6: "300"}}
    with open_file(tmp_path / "a.ods", MANY) as file:
        assert file.tables[1][0].caption == "Counts!D5:F5"
        assert "cells are read without comments" in str(file.problems[0])


@pytest.mark.promise(67)
@pytest.mark.parametrize("rows", [1, 3_000])
def test_a_sheet_of_cells_without_end_is_bounded(tmp_path: Path, rows: int) -> None:
    wide = cell("x", "table:number-columns-repeated='99999999'")
    row = f"<table:table-row table:number-rows-repeated='1'>{wide}</table:table-row>" * rows
    path = sheet(tmp_path, row)
    if rows > 1:
        with pytest.raises(DocumentError, match=r"more than 2,000,000 cells"):
            open_sheets.of_file(path)
    else:
        assert len(open_sheets.of_file(path)[0].values[1]) == 1_000


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (r"The {\b Brina} sails.\par At noon.", "The Brina sails.\nAt noon.\n"),
        (r"Caf\'e9 \u8364?5 {\f1\'cc\'e8\'f0}", "Café €5 Мир\n"),
        (r"{\uc2\u228\'e4\'e4}rger \u228 axis", "ärger äxis\n"),
        (r"one{\v two}{\deleted three}{\revised  four}\line six", "one four six\n"),
        (r"{\header head}{\footnote\par note}{\field{\*\fldinst X}{\fldrslt link}}", None),
        (r"a \{b\} \~c\_d\ldblquote e\rdblquote", "a {b} c-d“e”\n"),
        ("one\\\ntwo", "one\ntwo\n"),
        (r"} } all the same", "all the same\n"),
    ],
)
def test_rich_text_says_what_a_reader_of_it_sees(
    tmp_path: Path, body: str, wanted: str | None
) -> None:
    found = rich(tmp_path, body)
    if wanted is None:
        assert "link" in found and "head" not in found
    else:
        assert found == wanted


def test_rich_text_keeps_its_tables(tmp_path: Path) -> None:
    row = r"\trowd\cellx900\cellx1800\pard\intbl {}\cell {}\cell\row "
    body = "Fleet\\par " + row.format("ferry", "people") + row.format("Brina", r"300\par each")
    found = rich(tmp_path, body + r"\pard That is all.\par")
    assert found.split() == [
        "Fleet",
        "ferry",
        "people",
        "Brina",
        "300",
        "each",
        "That",
        "is",
        "all.",
    ]


def test_groups_without_end_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_bytes(b"{\\rtf1" + b"{" * 20_000)
    with (
        pytest.raises(DocumentError, match=r"needs LibreOffice"),
        open_file(tmp_path / "a.rtf", MANY),
    ):
        pass
    with pytest.raises(DocumentError, match=r"groups in each other"):
        rich_text._Reader().read(b"{" * 20_000)
