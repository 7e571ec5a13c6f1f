"""JSON, XML and notebooks as pages; Outlook's messages are in `test_mail.py`."""

import base64
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats.opening import open_file

MANY = 10**8
FERRIES = [
    {"name": "Brina", "built": 1998, "home": {"port": "Lund"}},
    {"name": "Orsa", "built": 2004},
]
ROWS = [["name", "built", "home.port"], ["Brina", "1998", "Lund"], ["Orsa", "2004"]]


def read(path: Path, content: str | bytes) -> tuple[Sequence[Sequence[str]], str]:
    """The rows of the table, and the words of the first page."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with open_file(path, MANY) as file, file.load(1, IngestSettings()) as page:
        words = " ".join(page.get_text().split())
        cells = [cell for (table,) in file.tables.values() for cell in table.cells]
    rows: dict[int, list[str]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell.text)
    return list(rows.values()), words


def test_an_array_of_objects_is_a_table_with_a_column_for_each_name(tmp_path: Path) -> None:
    assert read(tmp_path / "a.json", json.dumps(FERRIES))[0] == ROWS


def test_the_one_list_of_an_object_is_its_table_below_what_it_says_else(tmp_path: Path) -> None:
    rows, words = read(tmp_path / "a.json", json.dumps({"lake": "Orvel", "ferries": FERRIES}))
    assert rows == ROWS
    assert words == "lake: Orvel"


def test_values_that_follow_each_other_over_lines_are_records(tmp_path: Path) -> None:
    source = "\n".join(json.dumps(ferry, indent=2) for ferry in FERRIES)
    assert read(tmp_path / "a.json", f"\n{source}\n")[0] == ROWS


def test_any_other_json_is_told_by_names_and_values(tmp_path: Path) -> None:
    rows, words = read(tmp_path / "a.json", json.dumps({"ferry": {"name": "Brina", "ports": [1]}}))
    assert not rows
    assert words == "ferry.name: Brina ferry.ports: 1"
    lines = "\n".join(map(json.dumps, FERRIES))
    assert read(tmp_path / "b.json", lines)[0] == ROWS
    with pytest.raises(DocumentError, match="nothing in it"):
        read(tmp_path / "c.json", "[]")


ENTITIES = '<!DOCTYPE a [<!ENTITY b "1"><!ENTITY c "&b;&b;">]><a>&c;</a>'


def test_elements_that_are_alike_are_a_table(tmp_path: Path) -> None:
    ferry = "<ferry id='{}'><name>{}</name><built>{}</built></ferry>"
    items = ferry.format(1, "Brina &amp; Co", 1998) + ferry.format(2, "Orsa", 2004)
    wanted = [["id", "name", "built"], ["1", "Brina & Co", "1998"], ["2", "Orsa", "2004"]]
    for encoding in ("utf-8", "utf-16", "iso-8859-1"):
        source = f'<?xml version="1.0" encoding="{encoding}"?><lake>{items}</lake>'
        assert read(tmp_path / "a.xml", source.encode(encoding))[0] == wanted


def test_other_xml_is_headings_fields_and_paragraphs(tmp_path: Path) -> None:
    source = (
        "<article><front><title>Ferries of the lake</title><author>Ada</author><year>2031</year>"
        "</front><body><sec><title>Brina</title><p>She <b>leaves</b> at noon.</p><p>Daily.</p>"
        "</sec></body></article>"
    )
    rows, words = read(tmp_path / "a.xml", source)
    assert not rows
    assert words == ("Ferries of the lake author: Ada year: 2031 Brina She leaves at noon. Daily.")


def test_xml_that_could_grow_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="declares entities"):
        read(tmp_path / "a.xml", ENTITIES)


@pytest.mark.parametrize(
    ("name", "source", "reason"),
    [
        ("a.xml", "<a><b>Brina</a>", "it is no XML, and read as plain text: mismatched tag"),
        ("a.json", "{name: 'Brina'} // by hand", "it is no JSON, and read as plain text"),
    ],
)
def test_what_is_broken_is_read_as_it_stands_and_told(
    tmp_path: Path, name: str, source: str, reason: str
) -> None:
    (tmp_path / name).write_text(source)
    with open_file(tmp_path / name, MANY) as file, file.load(1, IngestSettings()) as page:
        assert page.get_text().strip() == source
    (problem,) = file.problems
    assert reason in problem.message


def test_elements_nested_without_end_cost_no_more_than_their_text(tmp_path: Path) -> None:
    assert read(tmp_path / "a.xml", "<a>" * 5000 + "deep" + "</a>" * 5000)[1] == "deep"


def test_a_notebook_shows_its_text_its_code_and_what_came_of_it(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (60, 60), "navy").save(buffer, "PNG")
    table = "<table><tr><th>ferry<th>seats<tr><td>Brina<td>300</table>"
    outputs = [
        {"output_type": "stream", "text": ["in all 420\n"]},
        {"output_type": "execute_result", "data": {"text/html": table, "text/plain": "hidden"}},
        {"data": {"image/png": base64.b64encode(buffer.getvalue()).decode()}},
    ]
    cells = [
        {"cell_type": "markdown", "source": ["# Seats\n", "\n", "Counted by hand."]},
        {"cell_type": "code", "source": "total = a * b * c", "outputs": outputs},
    ]
    rows, words = read(tmp_path / "a.ipynb", json.dumps({"cells": cells, "nbformat": 4}))
    assert rows == [["ferry", "seats"], ["Brina", "300"]]
    assert words.startswith("Seats Counted by hand. total = a * b * c in all 420 ferry seats")
    with pytest.raises(DocumentError, match="nbformat 4"):
        read(tmp_path / "b.ipynb", json.dumps({"worksheets": []}))
