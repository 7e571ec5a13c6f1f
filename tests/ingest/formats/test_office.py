"""Documents of office programs, with LibreOffice where it is installed, and without it."""

import socket
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pymupdf
import pytest
import small_outlook
from small_office import FORMATS, Fact, compound, open_document, slides

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats import embedded, hidden, notes, soffice
from mmrag.ingest.formats.members import Members
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.pages import OpenFile
from mmrag.ingest.formats.table import SUFFIXES
from mmrag.ingest.layout import fragments
from mmrag.ingest.layout.order import reading_order

MANY = 10**8
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
VML = "urn:schemas-microsoft-com:vml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
needs_libreoffice = pytest.mark.skipif(
    soffice.program() is None, reason="LibreOffice is not installed (apt-get libreoffice-nogui)"
)


def write_docx(path: Path, text: str = "The ferry left at noon.", link: str = "") -> None:
    """A document of one paragraph; `link` is a picture elsewhere that it asks for."""
    relation = (
        f'<Relationship Id="p" Type="{OFFICE}/image" Target="{link}" TargetMode="External"/>'
        if link
        else ""
    )
    shape = "<v:shape style='width:9pt;height:9pt'><v:imagedata r:id='p'/></v:shape>"
    picture = f"<w:r><w:pict>{shape}</w:pict></w:r>" if link else ""
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        package.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
            f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        package.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships">{relation}</Relationships>',
        )
        package.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{WORD}" xmlns:r="{OFFICE}" xmlns:v="{VML}"><w:body><w:p>'
            f"<w:r><w:t>{text}</w:t></w:r>{picture}</w:p></w:body></w:document>",
        )


def words(file: OpenFile) -> str:
    with file.load(1, IngestSettings()) as page:
        return " ".join(page.get_text().split())


def pretend(monkeypatch: pytest.MonkeyPatch, script: Path, body: str) -> None:
    """Take a script for LibreOffice."""
    script.write_text(f"#!/bin/sh\n{body}\n")
    script.chmod(0o700)
    monkeypatch.setattr(soffice, "program", lambda: script)


def write_doc(path: Path) -> None:
    """The head of an old document, of which LibreOffice alone can make something."""
    path.write_bytes(compound({"WordDocument": bytes(64)}))


@needs_libreoffice
def test_a_document_has_the_pages_that_libreoffice_gives_it(tmp_path: Path) -> None:
    write_docx(tmp_path / "a.docx")
    with open_file(tmp_path / "a.docx", MANY) as file:
        assert (file.pages, file.problems) == (1, ())
        assert words(file) == "The ferry left at noon."


@needs_libreoffice
def test_a_file_of_rich_text_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_text(r"{\rtf1\ansi The ferry left at noon.\par}")
    with open_file(tmp_path / "a.rtf", MANY) as file:
        assert words(file) == "The ferry left at noon."


@needs_libreoffice
def test_numbers_stand_apart_from_the_words_of_arabic_and_hebrew(tmp_path: Path) -> None:
    """What LibreOffice writes is parted behind each number, and the space is at an edge."""
    said = "המכירות בשנת 2024 היו 1,250 מיל"
    right = "</w:t></w:r></w:p><w:p><w:pPr><w:bidi/></w:pPr><w:r><w:rPr><w:rtl/></w:rPr><w:t>"
    write_docx(tmp_path / "a.docx", f"{right}{said}")
    with open_file(tmp_path / "a.docx", MANY) as file, file.load(1, IngestSettings()) as page:
        lines = reading_order(fragments.read(page).fragments)
    assert [line.text for line in lines] == [said]


HIDDEN = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>three hidden words</w:t></w:r><w:r><w:rPr>"
HIDDEN += "<w:vanish w:val='0'/></w:rPr><w:t>shown</w:t></w:r></w:p>"
STYLED = "<w:p><w:pPr><w:pStyle w:val='h'/></w:pPr><w:r><w:t>two words</w:t></w:r></w:p>"
OPEN = (
    "<office:automatic-styles><style:style style:name='h'><style:text-properties "
    "text:display='none'/></style:style></office:automatic-styles>"
    "<text:p>shown <text:span text:style-name='h'>hidden words</text:span></text:p>"
    "<text:section text:display='none'><text:p>two more</text:p></text:section>"
    "<table:table table:style-name='h'><table:table-row><table:table-cell><text:p>a table</text:p>"
    "</table:table-cell></table:table-row></table:table>"
)


def test_hidden_text_is_counted(tmp_path: Path) -> None:
    write_docx(tmp_path / "a.docx", f"</w:t></w:r></w:p>{HIDDEN}{STYLED}<w:p><w:r><w:t>")
    style = "<w:style w:styleId='h'><w:rPr><w:vanish/></w:rPr></w:style>"
    with zipfile.ZipFile(tmp_path / "a.docx", "a") as package:
        package.writestr("word/styles.xml", f"<w:styles xmlns:w='{WORD}'>{style}</w:styles>")
    (tmp_path / "a.odt").write_bytes(open_document("text", lambda fact: OPEN)(Fact("Brina", 3)))
    for kind, words in (("docx", 5), ("odt", 4)):
        [problem] = hidden.of_document(tmp_path / f"a.{kind}", kind)
        assert problem.message == f"hidden text: {words} words"


@pytest.mark.parametrize("part", ["", "libsmlo.so"])
def test_formulas_that_are_left_out_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    for name in filter(None, ("libswlo.so", part)):
        (tmp_path / name).touch()
    monkeypatch.setattr(soffice, "program", lambda: tmp_path / "soffice.bin")
    formula = "</w:t></w:r><m:oMath xmlns:m='urn:m'><m:r><m:t>a+b</m:t></m:r></m:oMath><w:r><w:t>"
    write_docx(tmp_path / "a.docx", formula)
    told = [problem.message for problem in hidden.formulas(tmp_path / "a.docx")]
    wanted = ["formulas: 1; `apt-get install libreoffice-math-nogui` and read it again"]
    assert told == ([] if part else wanted)


def test_without_libreoffice_the_text_is_read_in_part_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soffice, "program", lambda: None)
    write_docx(tmp_path / "a.docx")
    with open_file(tmp_path / "a.docx", MANY) as file:
        assert words(file) == "The ferry left at noon."
        [problem] = file.problems
    assert problem.stage == "layout"
    assert "install LibreOffice" in problem.message


@pytest.mark.promise(52)
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("sleep 60", "did not convert it in 1 s"),
        ("kill -SEGV $$", r"crashed on it \(signal 11\)"),
        ("exit 0", "makes nothing of it"),
        ("exit 81", "did not convert it in 1 s"),
    ],
)
def test_a_libreoffice_that_hangs_or_crashes_costs_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, reason: str
) -> None:
    if "in 1 s" in reason:
        monkeypatch.setattr(soffice, "LIMIT_S", 1.0)
    pretend(monkeypatch, tmp_path / "soffice", body)
    write_doc(tmp_path / "a.doc")
    with pytest.raises(DocumentError, match=reason), open_file(tmp_path / "a.doc", MANY):
        pass


@pytest.mark.parametrize(
    ("product", "told"),
    [
        ("LibreOffice 6.4", "LibreOffice 6.4"),
        ("LibreOffice 7.3", "LibreOffice 7.3"),
        ("LibreOffice 7.4", ""),
        ("LibreOffice 26.2", ""),
        ("OpenOffice 4.1", "OpenOffice 4.1"),
        ("", ""),
    ],
)
def test_another_version_is_told_where_it_makes_less_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, product: str, told: str
) -> None:
    pretend(monkeypatch, tmp_path / "soffice", "exit 0")
    (tmp_path / "bootstraprc").write_text(f"[Bootstrap]\nInstallMode=1\nProductKey={product}\n")
    write_doc(tmp_path / "a.doc")
    why = f"this is {told}, and LibreOffice 7.4 or newer is needed" if told else "it is damaged"
    with pytest.raises(DocumentError, match=why), open_file(tmp_path / "a.doc", MANY):
        pass


def test_an_old_version_that_makes_pages_says_what_it_leaves_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pymupdf.open() as document:
        document.new_page().insert_text((72, 72), "The ferry left at noon.")
        document.save(tmp_path / "made.pdf")
    move = f'while [ "$1" != --outdir ]; do shift; done; cp {tmp_path}/made.pdf "$2/document.pdf"'
    pretend(monkeypatch, tmp_path / "soffice", move)
    (tmp_path / "bootstraprc").write_text("ProductKey=LibreOffice 6.4\n")
    write_docx(tmp_path / "a.docx")
    with open_file(tmp_path / "a.docx", MANY) as file:
        assert words(file) == "The ferry left at noon."
        [problem] = file.problems
    assert problem.message.startswith("comments and hidden slides are not read: this is")


def test_whoever_waits_is_kept_awake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, tmp_path / "soffice", "sleep 1; exit 1")
    write_doc(tmp_path / "a.doc")
    calls: list[None] = []
    with (
        pytest.raises(DocumentError),
        open_file(tmp_path / "a.doc", MANY, (), lambda: calls.append(None)),
    ):
        pass
    assert len(calls) > 2


@needs_libreoffice
@pytest.mark.promise(52)
def test_what_a_document_links_to_is_not_loaded(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        port = server.getsockname()[1]
        write_docx(tmp_path / "a.docx", link=f"http://127.0.0.1:{port}/picture.png")
        with open_file(tmp_path / "a.docx", MANY) as file:
            assert words(file) == "The ferry left at noon."
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.promise(52)
def test_the_program_is_started_with_settings_that_run_no_macro_and_load_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, tmp_path / "soffice", f"cp profile/user/*.xcu {tmp_path}")
    write_doc(tmp_path / "a.doc")
    with pytest.raises(DocumentError), open_file(tmp_path / "a.doc", MANY):
        pass
    settings = ElementTree.parse(tmp_path / "registrymodifications.xcu")
    name, fused = (f"{{http://openoffice.org/2001/registry}}{word}" for word in ("name", "op"))
    told = {item.get(name): item.findtext("value") for item in settings.iter("prop")}
    assert told["DisableMacrosExecution"] == told["BlockUntrustedRefererLinks"] == "true"
    assert told["MacroSecurityLevel"] == "3"
    assert {item.get(fused) for item in settings.iter("prop")} == {"fuse"}


def test_an_office_document_with_a_password_says_so(tmp_path: Path) -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    (tmp_path / "a.docx").write_bytes(head + "EncryptedPackage".encode("utf-16-le") + b"\x00\x00")
    with (
        pytest.raises(DocumentError, match="with a password: save it without one"),
        open_file(tmp_path / "a.docx", MANY),
    ):
        pass


def test_a_page_of_html_called_docx_is_read_as_one_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_text("<html><p>The ferry left at noon.")
    with open_file(tmp_path / "a.docx", MANY) as file:
        assert words(file) == "The ferry left at noon."
        assert file.problems[0].message == "the name says docx, the content is html"


def test_notes_of_slides_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soffice, "program", lambda: None)
    with zipfile.ZipFile(tmp_path / "a.pptx", "w") as package:
        package.writestr("ppt/presentation.xml", "<p/>")
        package.writestr("ppt/slides/slide2.xml", "<p/>")
        package.writestr(
            "ppt/slides/_rels/slide2.xml.rels",
            f'<R><R Type="{OFFICE}/notesSlide" Target="../notesSlides/notesSlide1.xml"/></R>',
        )
        package.writestr(
            "ppt/notesSlides/notesSlide1.xml",
            f'<n xmlns:a="{DRAWING}"><a:p><a:t>Wait for </a:t><a:t>applause.</a:t></a:p>'
            "<a:p><a:t>2</a:t></a:p><a:p><a:fld type='slidenum'><a:t>&lt;number&gt;</a:t></a:fld>"
            "</a:p></n>",
        )
    [block] = notes.of_slides(tmp_path / "a.pptx")
    assert "notes of slide 2" in block.html
    assert "<p>Wait for applause.</p>" in block.html
    assert block.html.count("<p>") == 1, "the number of the page is none"


@needs_libreoffice
@pytest.mark.parametrize("kind", ["odp", "ppt"])
def test_notes_of_slides_of_other_programs_are_read(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.pptx").write_bytes(slides(Fact("Brina", 300)))
    folder = tmp_path / "made"
    folder.mkdir()
    made = soffice.converted(tmp_path / "a.pptx", ".pptx", kind, folder, lambda: None)
    with open_file(made, MANY) as file:
        assert (file.pages, file.problems) == (2, ())
        with file.load(2, IngestSettings()) as page:
            assert page.get_text().splitlines() == ["Speaker notes of slide 1", "Wait."]


@needs_libreoffice
def test_where_the_notes_of_slides_cannot_be_read_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.odp").write_bytes(FORMATS["odp"](Fact("Brina", 300)))
    converted = soffice.converted

    def to_pages(path: Path, suffix: str, to: str, *others: Any) -> Path:
        if to == "pptx":
            raise DocumentError("it hangs")
        return converted(path, suffix, to, *others)

    monkeypatch.setattr(soffice, "converted", to_pages)
    with open_file(tmp_path / "a.odp", MANY) as file:
        [problem] = file.problems
    assert problem.message == "notes of slides and the data of charts are not read: it hangs"


@pytest.mark.promise(67)
def test_notes_that_are_a_bomb_are_left_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.pptx", "w") as package:
        package.writestr("ppt/slides/slide1.xml", "<p/>")
        package.writestr(
            "ppt/slides/_rels/slide1.xml.rels",
            f'<R><R Type="{OFFICE}/notesSlide" Target="../notesSlides/notesSlide1.xml"/></R>',
        )
        package.writestr(
            "ppt/notesSlides/notesSlide1.xml",
            '<!DOCTYPE n [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
            f'<n xmlns:a="{DRAWING}"><a:p><a:t>&b;</a:t></a:p></n>',
        )
    assert notes.of_slides(tmp_path / "a.pptx") == []


def test_files_in_a_document_are_documents_below_it_and_the_data_of_charts_are_not(
    tmp_path: Path,
) -> None:
    relation = "<Relationships><Relationship Target='../embeddings/data.xlsx'/></Relationships>"
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as package:
        for name, data in (
            ("word/embeddings/data.xlsx", b"of a chart"),
            ("word/charts/_rels/chart1.xml.rels", relation.encode()),
            ("word/embeddings/plan.xlsx", b"of a reader"),
            ("word/embeddings/oleObject1.bin", small_outlook.compound({"WordDocument": b""})),
            ("word/embeddings/oleObject2.bin", b"of another program"),
        ):
            package.writestr(name, data)
    members = Members(tmp_path / "out", SUFFIXES)
    (problem,) = embedded.taken(tmp_path / "a.docx", members)
    assert members.names == ["plan.xlsx", "oleObject1.doc"]
    assert (tmp_path / "out" / "000000.xlsx").read_bytes() == b"of a reader"
    assert problem.message == "files of other types in it: 1 .bin"
    (problem,) = embedded.taken(tmp_path / "a.docx", None)
    assert problem.message == "files within it are not read: 3"


def test_a_document_is_read_with_the_files_in_it(tmp_path: Path) -> None:
    inner = FORMATS["docx"](Fact("Orsa", 17))
    (tmp_path / "a.docx").write_bytes(FORMATS["docx"](Fact("Brina", 120)))
    with zipfile.ZipFile(tmp_path / "a.docx", "a") as package:
        package.writestr("word/embeddings/plan.docx", inner)
    members = Members(tmp_path / "out", SUFFIXES)
    with open_file(tmp_path / "a.docx", 10**8, members=members) as file:
        assert file.members == ("plan.docx",)
    assert (tmp_path / "out" / "000000.docx").read_bytes() == inner
