"""Files made to harm who reads them: each ends with a reason, and nothing is fetched or run."""

import io
import re
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pymupdf
import pytest
import small_files
from small_office import Fact, zipped

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats import parts, soffice
from mmrag.ingest.formats.members import MAX_MEMBERS, Members
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.table import SUFFIXES

MANY = 10**8
SECRET = "rosebud"
ALONE = (
    "svg", "fb2", "html", "mhtml", "epub", "xps", "docx", "pptx", "xlsx", "odt", "odp", "ods",
)  # fmt: skip
BY_LIBREOFFICE = ("docx", "pptx", "odt", "odp", "ods")
WAYS = [*((kind, "alone") for kind in ALONE), *((kind, "LibreOffice") for kind in BY_LIBREOFFICE)]
LEVELS = 12  # of a bomb: ten times as much on each


def words(path: Path) -> str:
    """What a file says, or the reason why it is not read."""
    try:
        with open_file(path, MANY) as file:
            return " ".join(text_of(file, number) for number in range(1, file.pages + 1))
    except DocumentError as error:
        return f"refused: {error}"


def text_of(file, number: int) -> str:
    with file.load(number, IngestSettings()) as page:
        return page.get_text()


def declaring(kind: str, doctype: str) -> bytes:
    """A file whose XML says `&e;` in the place of its fact, and declares before what that is."""
    data = small_files.FORMATS[kind](Fact("Brina", 300))
    if not data.startswith(b"PK"):
        return with_entity(data, doctype)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {item.filename: package.read(item) for item in package.infolist()}
    return zipped({name: with_entity(part, doctype) for name, part in parts.items()})


def with_entity(part: bytes, doctype: str) -> bytes:
    if b"Brina" not in part:
        return part
    inside = re.sub(rb"(?i)<!doctype[^>]*>", b"", part).replace(b"Brina", b"&e;")
    root = re.search(rb"<[a-zA-Z]", inside)
    assert root is not None
    return inside[: root.start()] + doctype.encode() + inside[root.start() :]


@pytest.fixture(params=WAYS, ids=" by ".join)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A format of XML, read by LibreOffice or without it."""
    name, by = request.param
    if by == "alone":
        monkeypatch.setattr(soffice, "program", lambda: None)
    elif soffice.program() is None:
        pytest.skip("LibreOffice is not installed (apt-get libreoffice-nogui)")
    return str(name)


@pytest.mark.promise(67)
def test_an_entity_that_is_a_file_is_not_read(tmp_path: Path, kind: str) -> None:
    (tmp_path / "secret.txt").write_text(SECRET)
    address = (tmp_path / "secret.txt").as_uri()
    (tmp_path / f"a.{kind}").write_bytes(
        declaring(kind, f'<!DOCTYPE a [<!ENTITY e SYSTEM "{address}">]>')
    )
    said = words(tmp_path / f"a.{kind}")
    assert said and SECRET not in said


@pytest.mark.promise(67)
@pytest.mark.timeout(120)
def test_entities_that_multiply_end_with_a_reason_or_without_them(
    tmp_path: Path, kind: str
) -> None:
    levels = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, LEVELS))
    last = f'<!ENTITY e "{f"&e{LEVELS - 1};" * 10}">'
    (tmp_path / f"a.{kind}").write_bytes(
        declaring(kind, f'<!DOCTYPE a [<!ENTITY e0 "ferry ">{levels}{last}]>')
    )
    said = words(tmp_path / f"a.{kind}")
    assert said.count("ferry") < 1000


@pytest.mark.promise(53)
@pytest.mark.parametrize("kind", ["docx", "pptx", "odt", "odp", "ods", "xlsx", "epub", "xps"])
def test_a_bomb_in_a_package_is_refused_by_its_declared_size(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise AssertionError("it was unpacked")

    (tmp_path / f"a.{kind}").write_bytes(small_files.FORMATS[kind](Fact("Brina", 300)))
    with zipfile.ZipFile(tmp_path / f"a.{kind}", "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("more.xml", b"<a/>" * (10 << 20))
    for module in (soffice, pymupdf, zipfile.ZipFile):
        name = {soffice: "converted", pymupdf: "open"}.get(module, "open")
        monkeypatch.setattr(module, name, none)
    said = words(tmp_path / f"a.{kind}")
    assert said == "refused: more.xml in it would unpack to 41,943,040 bytes, as a bomb does"


@pytest.mark.promise(53)
def test_a_package_of_many_large_parts_is_refused_by_what_they_are_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MAX_BYTES", 100)
    (tmp_path / "a.odt").write_bytes(small_files.FORMATS["odt"](Fact("Brina", 300)))
    assert words(tmp_path / "a.odt").startswith("refused: it is too large: it would unpack to ")


def test_a_message_of_ten_thousand_files_is_read_with_the_first_of_them(tmp_path: Path) -> None:
    made = EmailMessage()
    made["From"], made["Message-ID"] = "Ebbe <e@lake.example>", "<1@lake.example>"
    made.set_content("The ferry leaves at noon.")
    made.make_mixed()
    head, _, tail = made.as_bytes().rpartition(b"--" + made.get_boundary().encode() + b"--")
    part = (
        b"--%s\nContent-Type: text/csv\nContent-Disposition: attachment; filename=%d.csv\n\na,b\n\n"
    )
    parts = b"".join(part % (made.get_boundary().encode(), number) for number in range(10_000))
    path = tmp_path / "a.eml"
    path.write_bytes(head + parts + b"--" + made.get_boundary().encode() + b"--" + tail)
    with open_file(path, MANY, members=Members(tmp_path / "out", SUFFIXES)) as file:
        assert len(file.members) == MAX_MEMBERS
        assert "8,000 more files are not read" in str(file.problems[-1])
        assert "The ferry leaves at noon." in text_of(file, 1)


@pytest.mark.promise(53)
def test_a_file_that_declares_petabytes_costs_what_it_holds(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "The ferry left at noon.")
        archive.writestr("b.txt", "The ferry left at noon.")
        archive.filelist[0].file_size = 1 << 52
    with open_file(tmp_path / "a.zip", MANY, members=Members(tmp_path / "out", SUFFIXES)) as file:
        assert file.members == ("a.txt", "b.txt")
    assert sorted(path.stat().st_size for path in (tmp_path / "out").iterdir()) == [23, 23]
