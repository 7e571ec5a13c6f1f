from pathlib import Path

import pytest

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats import text
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.pages import OpenFile
from mmrag.ingest.layout import fragments

MANY = 10**8


def words(file: OpenFile, number: int) -> str:
    with file.load(number, IngestSettings()) as page:
        return str(page.get_text())


def test_a_form_feed_begins_a_page_and_columns_stay_aligned(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ferry   2023   2024\nBrina      1      2\n\fEnd\n")
    with open_file(tmp_path / "a.txt", MANY) as file:
        assert file.pages == 2
        assert "Brina      1      2" in words(file, 1)
        assert words(file, 2).strip() == "End"


def test_a_long_text_loses_no_line(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("".join(f"line {n} of the log\n" for n in range(1000)))
    with open_file(tmp_path / "a.log", MANY) as file:
        read = " ".join(words(file, number) for number in range(1, file.pages + 1))
    assert [f"line {n} of the log" in read for n in range(1000)] == [True] * 1000


def test_a_text_in_an_old_encoding_is_read_and_says_which(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(
        ("Die Fähre fährt über den See, außer sonntags. " * 9).encode("cp1252")
    )
    with open_file(tmp_path / "a.txt", MANY) as file:
        assert "Fähre fährt über" in words(file, 1)
        assert file.metadata["encoding"].startswith("cp12")


def test_what_is_not_read_of_a_huge_text_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "MAX_BYTES", 1 << 20)
    (tmp_path / "a.txt").write_text("a line\n" * 200_000)
    _, _, problems = text.read(tmp_path / "a.txt")
    assert [str(problem) for problem in problems] == [
        "open: only the first 1 MB of the text were read"
    ]


def test_a_text_of_space_alone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(" \n\t\n")
    with (
        pytest.raises(DocumentError, match="nothing but space"),
        open_file(tmp_path / "a.txt", MANY),
    ):
        pass


def test_markdown_has_headings_tables_and_what_its_front_says(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "---\ntitle: Ferries of the lake\nauthor: Ebbe\n---\n# Fleet\n\n<script>run()</script>\n\n"
        "| ferry | seats |\n|---|---|\n| Brina | 300 |\n"
    )
    with open_file(tmp_path / "a.md", MANY) as file:
        assert (file.title, file.metadata["author"]) == ("Ferries of the lake", "Ebbe")
        (table,) = file.tables[1]
        read = words(file, 1)
    assert [cell.text for cell in table.cells] == ["ferry", "seats", "Brina", "300"]
    assert "Fleet" in read and "run()" not in read


def test_letters_that_arabic_joins_into_one_are_read_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("الأجرة والاشتراك لا 690", encoding="utf-8")
    with (
        open_file(tmp_path / "a.txt", MANY) as file,
        file.load(1, IngestSettings()) as page,
    ):
        read = fragments.read(page, file.as_set[1])
    assert " ".join(item.text for item in read.fragments) == "الأجرة والاشتراك لا 690"
