"""Changes that documents track: what was deleted is not read as if it stood there."""

from pathlib import Path

import pytest
from small_office import Fact, open_document, package, relation

from mmrag.config import IngestSettings
from mmrag.ingest.formats import changes, parts, sniff, soffice
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.pages import OpenFile

MANY = 10**8
FACT = Fact("Brina", 300)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
needs_libreoffice = pytest.mark.skipif(
    soffice.program() is None, reason="LibreOffice is not installed (apt-get libreoffice-nogui)"
)


def texts(file: OpenFile) -> list[str]:
    """What its pages say, without spaces, which PDFs have or not."""
    said = []
    for number in range(1, file.pages + 1):
        with file.load(number, IngestSettings()) as page:
            said.append("".join(page.get_text().split()))
    return said


WHO = (
    "<office:change-info><dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>Ebbe</dc:creator>"
    "<dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>2024-05-01T10:00:00</dc:date>"
    "</office:change-info>"
)
TRACKED = (
    "<text:tracked-changes>"
    f"<text:changed-region text:id='a'><text:deletion>{WHO}<text:p>noon</text:p></text:deletion>"
    f"</text:changed-region><text:changed-region text:id='b'><text:insertion>{WHO}"
    "</text:insertion></text:changed-region><text:changed-region text:id='c'><text:format-change>"
    f"{WHO}</text:format-change></text:changed-region></text:tracked-changes>"
    "<text:p>The <text:change-start text:change-id='c'/>ferry<text:change-end text:change-id='c'/>"
    " leaves at <text:change text:change-id='a'/><text:change-start text:change-id='b'/>one"
    "<office:annotation><text:p>sure?</text:p></office:annotation>"
    "<text:change-end text:change-id='b'/>.</text:p>"
)
RICH = (
    r"{\rtf1\ansi{\*\revtbl{Unknown;}{Ebbe;}}The ferry leaves at "
    r"{\deleted\revauthdel1\revdttmdel1688506280 noon}"
    r"{\revised\revauth1\revdttm1688506280 one}.\par}"
)


def with_changes(path: Path) -> None:
    """A document that tracks two changes, of the kind that its name says; a DOC by LibreOffice."""
    match path.suffix:
        case ".odt":
            path.write_bytes(open_document("text", lambda fact: TRACKED)(FACT))
        case ".rtf":
            path.write_text(RICH)
        case ".doc":
            rich, folder = path.with_suffix(".rtf"), path.parent / "made"
            rich.write_text(RICH)
            folder.mkdir()
            soffice.converted(rich, ".rtf", "doc", folder, lambda: None).rename(path)


@needs_libreoffice
@pytest.mark.parametrize("suffix", [".odt", ".rtf", ".doc"])
def test_a_document_of_other_programs_reads_as_if_its_changes_were_taken(
    tmp_path: Path, suffix: str
) -> None:
    with_changes(tmp_path / f"a{suffix}")
    with open_file(tmp_path / f"a{suffix}", MANY) as file:
        body, listed = texts(file)
        assert file.problems == ()
    assert body == "Theferryleavesatone."
    assert listed.startswith("TrackedchangesEbbe,")
    assert "deleted:noon" in listed and "inserted:one" in listed
    assert "sure?" not in listed and "ferry" not in listed


@needs_libreoffice
def test_bytes_that_look_like_changes_leave_a_document_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_text(r"{\rtf1\ansi At noon, \\revised and so on.\par}")
    taken = changes.taken(tmp_path / "a.rtf", "rtf", tmp_path, lambda: None)
    assert (taken.path, taken.listed) == (tmp_path / "a.rtf", ())


def test_where_changes_cannot_be_told_apart_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soffice, "program", lambda: None)
    with_changes(tmp_path / "a.rtf")
    taken = changes.taken(tmp_path / "a.rtf", "rtf", tmp_path, lambda: None)
    assert taken.path == tmp_path / "a.rtf"
    assert taken.problems[0].message.startswith("its tracked changes are not told from its text")


CHANGED = (
    "<w:r><w:t xml:space='preserve'>The ferry leaves at </w:t></w:r><w:del w:author='Ebbe' "
    "w:date='2024-05-01T10:00:00Z'><w:r><w:delText>noon</w:delText></w:r></w:del><w:ins "
    "w:author='Ebbe'><w:r><w:t>one</w:t></w:r></w:ins><w:r><w:t>.</w:t></w:r>"
)


def with_settings(path: Path, settings: str) -> None:
    """A DOCX that tracks two changes, with these settings."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    path.write_bytes(
        package(
            "word/document.xml",
            f"<w:document xmlns:w='{WORD}'><w:body><w:p>{CHANGED}</w:p></w:body></w:document>",
            f"{kind}.document.main+xml",
            {
                "word/_rels/document.xml.rels": relation("s", "settings", "settings.xml"),
                "word/settings.xml": settings,
            },
            {"/word/settings.xml": f"{kind}.settings+xml"},
        )
    )


@needs_libreoffice
@pytest.mark.parametrize(
    "settings",
    [
        f"<w:settings xmlns:w='{WORD}'/>",
        f"<w:settings xmlns:w='{WORD}'><w:revisionView w:markup='1'/><w:zoom w:percent='90'/>"
        "</w:settings>",
    ],
)
def test_a_document_reads_as_if_its_changes_were_taken_and_a_page_lists_them(
    tmp_path: Path, settings: str
) -> None:
    with_settings(tmp_path / "a.docx", settings)
    with open_file(tmp_path / "a.docx", MANY) as file:
        assert texts(file)[0] == "Theferryleavesatone."
        with file.load(2, IngestSettings()) as page:
            lines = page.get_text().splitlines()
    assert lines == [
        "Tracked changes", "Ebbe, 2024-05-01 deleted: noon", "Ebbe inserted: one",
    ]  # fmt: skip


def test_changes_are_listed_without_libreoffice_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soffice, "program", lambda: None)
    with_settings(tmp_path / "a.docx", f"<w:settings xmlns:w='{WORD}'/>")
    with open_file(tmp_path / "a.docx", MANY) as file, file.load(2, IngestSettings()) as page:
        assert "Ebbe, 2024-05-01 deleted: noon" in page.get_text()


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of more than 320 bytes are too large."""
    monkeypatch.setattr(parts, "_MAX_PART_BYTES", 320)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("suffix", [".docx", ".odt"])
def test_of_a_part_that_is_too_large_it_is_told_that_changes_are_not(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    if suffix == ".docx":
        with_settings(path, f"<w:settings xmlns:w='{WORD}'/>")
    else:
        with_changes(path)
    taken = changes.taken(path, suffix[1:], tmp_path, lambda: None)
    assert (taken.path, taken.listed) == (path, ())
    [problem] = taken.problems
    assert problem.message.startswith("its tracked changes are not told from its text")
    assert problem.message.endswith("in it is too large (more than 0 MB)")


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_of_a_large_part_without_changes_nothing_is_told(tmp_path: Path, suffix: str) -> None:
    body = f"<w:document xmlns:w='{WORD}'><w:body>{'<w:p/>' * 200}</w:body></w:document>"
    (tmp_path / "a.docx").write_bytes(package("word/document.xml", body, "", {}, {}))
    (tmp_path / "a.odt").write_bytes(open_document("text", lambda fact: "<text:p/>" * 200)(FACT))
    taken = changes.taken(tmp_path / f"a.{suffix}", suffix, tmp_path, lambda: None)
    assert taken == changes.Taken(tmp_path / f"a.{suffix}", suffix)


def test_changes_of_a_document_without_settings_are_listed_and_told_to_stand_in_it(
    tmp_path: Path,
) -> None:
    body = f"<w:document xmlns:w='{WORD}'><w:body><w:p>{CHANGED}</w:p></w:body></w:document>"
    (tmp_path / "a.docx").write_bytes(package("word/document2.xml", body, "", {}, {}))
    assert sniff.format_of(tmp_path / "a.docx").name == "docx"
    made = tmp_path / "made"
    made.mkdir()
    taken = changes.taken(tmp_path / "a.docx", "docx", made, lambda: None)
    assert "Ebbe inserted: one" in taken.listed[0].html
    assert [x.message for x in taken.problems] == [
        "what its tracked changes delete stands in its text as well: it has no settings"
    ]


@pytest.mark.parametrize("settings", ["", "<w:settings", "<!DOCTYPE a><settings/>", "<a/>"])
def test_settings_that_are_none_leave_a_document_as_it_is(tmp_path: Path, settings: str) -> None:
    with_settings(tmp_path / "a.docx", settings)
    made = tmp_path / "made"
    made.mkdir()
    taken = changes.taken(tmp_path / "a.docx", "docx", made, lambda: None)
    assert taken.path == tmp_path / "a.docx"
