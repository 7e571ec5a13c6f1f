from pathlib import Path

import pytest

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.pages import KnownTable, OpenFile

MANY = 10**8


def grid(table: KnownTable) -> list[list[str]]:
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell.text)
    return list(rows.values())


def opened(tmp_path: Path, source: str, name: str = "a.csv") -> OpenFile:
    (tmp_path / name).write_text(source, encoding="utf-8")
    with open_file(tmp_path / name, MANY) as file:
        return file


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_whatever_parts_the_columns_the_cells_are_the_same(tmp_path: Path, delimiter: str) -> None:
    rows = [["fish", "count", "note"], ["Wrasse", "1200", "a, b; c"], ["Goby", "3", ""]]
    source = "\n".join(delimiter.join(f'"{value}"' for value in row) for row in rows)
    (table,) = opened(tmp_path, source).tables[1]
    assert grid(table) == [rows[0], rows[1], ["Goby", "3"]]


def test_the_first_row_names_columns_and_a_column_of_words_names_rows(tmp_path: Path) -> None:
    (table,) = opened(tmp_path, "fish,2023,2024\nWrasse,12,13\nGoby,3,4\n").tables[1]
    assert [cell.text for cell in table.cells if cell.is_header] == [
        "fish", "2023", "2024", "Wrasse", "Goby",
    ]  # fmt: skip


def test_numbers_alone_have_no_names(tmp_path: Path) -> None:
    (table,) = opened(tmp_path, "1,2\n3,4\n").tables[1]
    assert not any(cell.is_header for cell in table.cells)


def test_a_long_table_has_the_names_of_its_columns_on_every_page(tmp_path: Path) -> None:
    source = "fish,count\n" + "".join(f"Wrasse {n},{n}\n" for n in range(100))
    file = opened(tmp_path, source)
    assert file.pages == 3
    assert [table.caption for (table,) in file.tables.values()] == [
        "rows 1 to 41", "rows 42 to 81", "rows 82 to 101",
    ]  # fmt: skip
    for (table,) in file.tables.values():
        assert grid(table)[0] == ["fish", "count"]


def test_a_cell_of_several_lines_is_one(tmp_path: Path) -> None:
    (table,) = opened(tmp_path, 'a,b\n"one\ntwo",3\n').tables[1]
    assert grid(table) == [["a", "b"], ["one two", "3"]]


def test_a_table_without_cells_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="nothing in it to read"):
        opened(tmp_path, ",,\n,,\n")


def test_records_that_are_alike_are_a_table_and_others_are_texts(tmp_path: Path) -> None:
    alike = opened(
        tmp_path, '{"fish": "Goby", "count": 3}\n{"fish": "Eel", "count": 4}\n', "a.jsonl"
    )
    assert grid(alike.tables[1][0]) == [["fish", "count"], ["Goby", "3"], ["Eel", "4"]]
    others = opened(tmp_path, '{"text": "one"}\nnot json\n{"text": {"of": [1, "b"]}}\n', "b.jsonl")
    assert others.tables == {}
    assert [str(problem) for problem in others.problems] == [
        "text: lines that are no JSON are left out: 1"
    ]


@pytest.mark.promise(71)
def test_a_cell_higher_than_any_page_is_read_in_full(tmp_path: Path) -> None:
    said = " ".join(f"w{number}" for number in range(9_000))
    (tmp_path / "a.csv").write_text(f"name,text\nfirst,{said}\nsecond,short\n")
    with open_file(tmp_path / "a.csv", 10**8) as file:
        found: list[str] = []
        for number in range(1, file.pages + 1):
            with file.load(number, IngestSettings()) as page:
                found += page.get_text().split()
    assert sum(word[0] == "w" for word in found) == 9_000 and "short" in found


@pytest.mark.promise(71)
def test_no_column_is_beyond_the_widest_page(tmp_path: Path) -> None:
    names = ",".join(f"Zustandsbearbeitung{number}" for number in range(250))
    (tmp_path / "a.csv").write_text(f"{names}\n{names}\n")
    with open_file(tmp_path / "a.csv", MANY) as file, file.load(1, IngestSettings()) as page:
        assert file.pages == 1 and page.rect.width <= 14_400  # ISO 32000-1, annex C
        words = page.get_text().split()
    assert len(words) == 500 and set(words) == set(names.split(","))


def test_a_first_line_that_states_the_delimiter_is_no_row(tmp_path: Path) -> None:
    file = opened(tmp_path, "sep=;\nname,s;size\nBrina,B;3\nOrsa,O;4\n")
    (table,) = file.tables[1]
    assert grid(table) == [["name,s", "size"], ["Brina,B", "3"], ["Orsa,O", "4"]]


def test_a_line_of_unicode_ends_no_row(tmp_path: Path) -> None:
    file = opened(tmp_path, "name,text\nBrina,one\N{LINE SEPARATOR}two\nOrsa,three\n")
    (table,) = file.tables[1]
    assert grid(table)[1] == ["Brina", "one two"]
