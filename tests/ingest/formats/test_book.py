"""Books of several pages."""

import zipfile
from pathlib import Path

from mmrag.config import IngestSettings
from mmrag.ingest.formats.opening import open_file

FB2 = (
    '<?xml version="1.0" encoding="utf-8"?><FictionBook '
    'xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"><body><section>{}</section></body>'
    "</FictionBook>"
)


def test_all_pages_of_a_book_are_read(tmp_path: Path) -> None:
    paragraphs = "".join(f"<p>The ferry {number} left at noon.</p>" for number in range(90))
    (tmp_path / "a.fb2").write_text(FB2.format(paragraphs), encoding="utf-8")
    with open_file(tmp_path / "a.fb2", 10**8) as file:
        assert file.pages > 2
        texts = []
        for number in range(1, file.pages + 1):
            with file.load(number, IngestSettings()) as page:
                texts.append(page.get_text())
    assert "The ferry 0 left" in texts[0]
    assert "The ferry 89 left" in texts[-1]
    assert all("ferry" in text for text in texts)


def test_small_capitals_are_read_as_letters(tmp_path: Path) -> None:
    style = "<style>.name { font-variant: small-caps; }</style>"
    with zipfile.ZipFile(tmp_path / "a.epub", "w") as package:
        package.writestr("mimetype", "application/epub+zip")
        package.writestr(
            "META-INF/container.xml",
            "<container><rootfiles><rootfile full-path='a.opf'/></rootfiles></container>",
        )
        package.writestr(
            "a.opf",
            "<package><manifest><item id='a' href='a.xhtml' media-type='application/xhtml+xml'/>"
            "</manifest><spine><itemref idref='a'/></spine></package>",
        )
        package.writestr(
            "a.xhtml", f"<html><head>{style}</head><body><p class='name'>Ada Lind</p></body></html>"
        )
    with open_file(tmp_path / "a.epub", 10**8) as file, file.load(1, IngestSettings()) as page:
        assert page.get_text().split() == ["Ada", "Lind"]
