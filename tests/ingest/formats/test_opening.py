import os
from collections.abc import Sequence
from pathlib import Path

import pymupdf
import pytest
from PIL import Image

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.pages import OpenFile
from mmrag.ingest.layout import fragments

MANY = 10**8


def size_of(path: Path, number: int = 1, **settings: int) -> tuple[float, float]:
    with (
        open_file(path, MANY) as file,
        file.load(number, IngestSettings(**settings)) as page,
    ):
        return round(page.rect.width), round(page.rect.height)


def refused(path: Path, max_pixels: int = MANY, passwords: Sequence[str] = ()) -> str:
    with pytest.raises(DocumentError) as caught, open_file(path, max_pixels, passwords):
        pass
    return str(caught.value)


def test_a_pdf_gives_its_pages_title_and_metadata(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        document.new_page(width=300, height=400)
        document.new_page()
        document.set_metadata({"title": "Cable cars", "author": "A\x00B"})
        document.save(tmp_path / "a.pdf")
    with open_file(tmp_path / "a.pdf", MANY) as file:
        assert (file.pages, file.title, file.problems) == (2, "Cable cars", ())
        assert "\x00" not in file.metadata["author"]
    assert size_of(tmp_path / "a.pdf") == (300, 400)


@pytest.mark.parametrize("cropped", [False, True])
@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_on_a_rotated_page_text_stands_where_it_is_shown(
    tmp_path: Path, rotation: int, cropped: bool
) -> None:
    with pymupdf.open() as document:
        page = document.new_page(width=300, height=400)
        page.insert_text((150, 200), "shown upright", rotate=rotation)
        if cropped:
            page.set_cropbox((20, 30, 290, 380))
        page.set_rotation(rotation)
        size = page.rect.br
        document.save(tmp_path / "a.pdf")
    with open_file(tmp_path / "a.pdf", MANY) as file, file.load(1, IngestSettings()) as page:
        (only,) = fragments.read(page).fragments
        assert page.rect.br == size
        ink = min(page.get_pixmap(clip=only.bbox).samples)
    assert only.text == "shown upright"
    assert ink < 128, "the text is drawn where it is said to be"


@pytest.mark.promise(20)
def test_a_pdf_that_wants_a_password_says_so(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        document.new_page()
        document.save(
            tmp_path / "a.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="o", user_pw="u"
        )
    assert refused(tmp_path / "a.pdf").startswith("needs a password: give `--password-file")
    assert refused(tmp_path / "a.pdf", passwords=["wrong", ""]).startswith(
        "needs a password: none of those"
    )
    with open_file(tmp_path / "a.pdf", MANY, ["wrong", "u"]) as file:
        assert file.pages == 1


@pytest.mark.promise(14)
def test_a_pdf_without_pages_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n"
        b"trailer<</Size 3/Root 1 0 R>>\nstartxref\n98\n%%EOF\n"
    )
    assert "has no pages (0 pages)" in refused(tmp_path / "a.pdf")


def test_a_pdf_of_a_head_alone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    assert "PDF" in refused(tmp_path / "a.pdf")


@pytest.mark.promise(15)
def test_a_repaired_pdf_has_a_problem(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        document.new_page().insert_text((50, 50), "survivor")
        whole = document.tobytes()
    (tmp_path / "a.pdf").write_bytes(whole[: whole.rindex(b"xref")])
    with open_file(tmp_path / "a.pdf", MANY) as file:
        assert [problem.stage for problem in file.problems] == ["open"]
        assert "repaired" in file.problems[0].message


def test_a_file_whose_name_is_not_utf8_is_read(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        document.new_page()
        document.save(tmp_path / "a.pdf")
    odd = tmp_path / os.fsdecode(b"odd\xff.pdf")
    (tmp_path / "a.pdf").rename(odd)
    with open_file(odd, MANY) as file:
        assert file.pages == 1


@pytest.mark.promise(16)
def test_a_picture_called_pdf_is_read_as_a_picture_and_says_so(tmp_path: Path) -> None:
    Image.new("RGB", (110, 110)).save(tmp_path / "a.pdf", "PNG")
    with open_file(tmp_path / "a.pdf", MANY) as file:
        assert file.is_picture
        assert [str(problem) for problem in file.problems] == [
            "name: the name says pdf, the content is png"
        ]


@pytest.mark.promise(17)
def test_a_picture_bomb_is_refused_by_its_declared_size(tmp_path: Path) -> None:
    Image.new("1", (12_000, 9_000)).save(tmp_path / "bomb.png")
    assert "12000 x 9000 pixels" in refused(tmp_path / "bomb.png", 64_000_000)


def test_a_broken_picture_is_refused_or_fails_as_a_page(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"junk" * 10)
    assert "cannot be opened" in refused(tmp_path / "a.png")


def test_a_picture_file_is_known_as_one(tmp_path: Path) -> None:
    Image.new("L", (10, 10)).save(tmp_path / "a.png")
    with open_file(tmp_path / "a.png", MANY) as file:
        assert isinstance(file, OpenFile) and file.is_picture and file.title == ""


@pytest.mark.promise(33)
@pytest.mark.parametrize(("portfolio", "stage"), [(False, "unread"), (True, "attachments")])
def test_attached_files_are_counted_and_named(tmp_path: Path, portfolio: bool, stage: str) -> None:
    with pymupdf.open() as document:
        document.new_page()
        for name in ("../../a/rates.csv", "memo.txt"):
            document.embfile_add(name, b"1,2")
        if portfolio:
            document.xref_set_key(document.pdf_catalog(), "Collection", "<</View/D>>")
        document.save(tmp_path / "a.pdf")
    with open_file(tmp_path / "a.pdf", MANY) as file:
        (problem,) = file.problems
    assert problem.stage == stage
    assert "not read: 2 (rates.csv, memo.txt)" in problem.message
