"""The table of formats: what is in it is told apart, opened, searched for and listed."""

from pathlib import Path

import pymupdf
import pytest
from PIL import Image

from mmrag.ingest.formats import table
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.sniff import format_of
from mmrag.ingest.formats.table import FORMATS, Format
from mmrag.ingest.walk import find_files

README = Path(__file__).resolve().parents[3] / "README.md"


def write(path: Path, fmt: Format) -> None:
    """A file of one page in a format."""
    if fmt.name == "pdf":
        with pymupdf.open() as document:
            document.new_page()
            document.save(path)
    else:
        Image.new("RGB", (110, 110)).save(path, fmt.title)


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda fmt: fmt.name)
def test_every_format_is_told_by_its_content_found_by_its_suffixes_and_opened(
    tmp_path: Path, fmt: Format
) -> None:
    for suffix in fmt.suffixes:
        write(tmp_path / f"a{suffix}", fmt)
        assert format_of(tmp_path / f"a{suffix}") == fmt
        with open_file(tmp_path / f"a{suffix}", max_pixels=10**6) as file:
            assert (file.pages, file.problems) == (1, ())
    assert len(find_files([tmp_path]).files) == len(fmt.suffixes)


def test_no_suffix_and_no_name_belongs_to_two_formats() -> None:
    suffixes = [suffix for fmt in FORMATS for suffix in fmt.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    assert len({fmt.name for fmt in FORMATS}) == len(FORMATS)
    assert table.named(".JPG") == table.named(".jpeg")
    assert table.named(".txt") is None


def test_a_mark_inside_a_file_counts_only_where_its_start_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\x89PNG\r\n\x1a\n %PDF-1.4")
    assert format_of(tmp_path / "a").name == "png"


def test_the_readme_lists_what_is_read() -> None:
    assert table.titles("and") in README.read_text(encoding="utf-8")
