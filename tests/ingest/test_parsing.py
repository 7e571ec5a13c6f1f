"""The real parsing in this process, with an OCR engine that says what a person can predict."""

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pymupdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError, ModelMissing
from mmrag.ingest import parsing
from mmrag.ingest.raw import Opened, RawPage
from mmrag.ingest.session import ReadingSession
from mmrag.protocols import OcrLine


@dataclass
class FakeOcr:
    """Sees the same lines in any picture, and remembers how large it was."""

    lines: Sequence[OcrLine] = ()
    sizes: list[tuple[int, int]] = field(default_factory=list)
    name: str = "fake"

    def read(self, image: Image.Image) -> Sequence[OcrLine]:
        self.sizes.append(image.size)
        return self.lines


@dataclass
class Run:
    """What a reading of one file gave."""

    found: list[Opened | RawPage]
    stages: list[tuple[str, int]]

    @property
    def pages(self) -> list[RawPage]:
        return [found for found in self.found if isinstance(found, RawPage)]

    @property
    def problems(self) -> list[str]:
        return [str(problem) for page in self.pages for problem in page.problems]


@pytest.fixture
def read(settings: IngestSettings) -> Callable[..., Run]:
    def run(
        path: Path,
        ocr: FakeOcr | None = None,
        *,
        first: int = 1,
        skip: frozenset[tuple[str, int]] = frozenset(),
        make: Callable[[], FakeOcr] | None = None,
        makes_pictures: bool = True,
        **changes: object,
    ) -> Run:
        stages: list[tuple[str, int]] = []
        session = ReadingSession(
            settings.model_copy(update={"layout": "never", **changes}),
            make or ((lambda: ocr) if ocr else None),
            110,
            lambda stage, page: stages.append((stage, page)),
            makes_pictures=makes_pictures,
        )
        return Run(list(parsing.parse(path, session, first, skip)), stages)

    return run


def test_a_pdf_is_opened_and_read_page_by_page(
    read: Callable[..., Run], make_pdf: Callable[..., Path]
) -> None:
    run = read(make_pdf("first page", "second page"))
    opened, one, two = run.found
    assert isinstance(opened, Opened) and (opened.pages, opened.all_pages) == (2, 2)
    assert isinstance(one, RawPage) and isinstance(two, RawPage)
    assert (one.text, two.text) == ("first page", "second page")
    assert (one.number, one.source, one.width) == (1, "pdf", 595.0)


@pytest.mark.parametrize(("pictures", "form"), [("kept", "WEBP"), ("on demand", "JPEG")])
def test_the_picture_of_a_page_has_the_resolution_asked_for(
    read: Callable[..., Run], make_pdf: Callable[..., Path], pictures: str, form: str
) -> None:
    (page,) = read(make_pdf("text"), page_dpi=72, pictures=pictures).pages
    assert page.picture is not None
    with Image.open(io.BytesIO(page.picture.data)) as image:
        assert (image.format, image.size) == (form, (595, 842))


def test_every_stage_is_announced_before_it_begins(
    read: Callable[..., Run], make_pdf: Callable[..., Path]
) -> None:
    stages = read(make_pdf("text")).stages
    assert stages[0] == ("open", 0)
    assert {"load", "text", "draw", "render", "encode", "drawings"} <= {s for s, _ in stages}


def test_a_page_set_in_type_alone_is_drawn_for_its_picture_and_never_looked_through(
    read: Callable[..., Run], tmp_path: Path
) -> None:
    path = tmp_path / "note.txt"
    path.write_text("Ferry 7")  # few letters, which else are looked for in the pixels
    read_by_eye = {"need of ocr", "ink", "ocr"}
    for wanted in (True, False):
        run = read(path, FakeOcr(), makes_pictures=wanted)
        (page,) = run.pages
        assert (page.text, page.source, page.picture is not None) == ("Ferry 7", "pdf", wanted)
        stages = {stage for stage, _ in run.stages}
        assert stages.isdisjoint(read_by_eye)
        assert ("render" in stages) == wanted


def test_a_page_set_with_a_picture_is_looked_through(
    read: Callable[..., Run], tmp_path: Path
) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (300, 200), "grey").save(buffer, "PNG")
    data = base64.b64encode(buffer.getvalue()).decode()
    path = tmp_path / "page.html"
    path.write_text(f'<p>Ferry 7</p><img src="data:image/png;base64,{data}">')
    run = read(path, FakeOcr(), makes_pictures=False)
    assert {"render", "need of ocr"} <= {stage for stage, _ in run.stages}


@pytest.mark.parametrize("stage", ["load", "text", "draw", "render", "encode", "drawings"])
def test_a_stage_that_failed_before_is_left_out_and_the_page_remains(
    read: Callable[..., Run], make_pdf: Callable[..., Path], stage: str
) -> None:
    run = read(make_pdf("one", "two"), skip=frozenset({(stage, 1)}))
    assert (stage, 1) not in run.stages
    assert [page.number for page in run.pages] == [1, 2]
    assert run.pages[1].text == "two"


@pytest.mark.parametrize("stage", ["order", "paragraphs", "figures", "need of ocr"])
def test_a_page_that_fails_in_layout_keeps_its_words_and_its_picture(
    read: Callable[..., Run], make_pdf: Callable[..., Path], stage: str
) -> None:
    (page,) = read(make_pdf("kept words"), skip=frozenset({(stage, 1)})).pages
    assert page.text == "kept words"
    assert page.picture is not None


def test_a_glyph_that_stands_for_a_control_character_is_left_out(
    read: Callable[..., Run], tmp_path: Path
) -> None:
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((60, 60), "\x99", fontname="zadb")
        document.xref_set_key(page.get_fonts()[0][0], "Encoding", "null")  # MuPDF reads U+0083
        page.insert_text((80, 60), "Ticked")
        document.save(tmp_path / "control.pdf")
    run = read(tmp_path / "control.pdf")
    assert run.pages[0].text == "Ticked"
    assert not run.problems


def test_reading_goes_on_at_the_page_asked_for(
    read: Callable[..., Run], make_pdf: Callable[..., Path]
) -> None:
    assert [page.number for page in read(make_pdf("a", "b", "c"), first=3).pages] == [3]


def test_a_page_limit_shows_in_what_was_opened(
    read: Callable[..., Run], make_pdf: Callable[..., Path]
) -> None:
    run = read(make_pdf("a", "b", "c"), max_pages=2)
    assert isinstance(run.found[0], Opened)
    assert (run.found[0].pages, run.found[0].all_pages, len(run.pages)) == (2, 3, 2)


def test_a_scanned_page_is_read_by_ocr_in_the_coordinates_of_the_page(
    read: Callable[..., Run], scanned_pdf: Path
) -> None:
    width, height = 917, 306  # 600 by 200 points at 110 dpi
    ocr = FakeOcr([OcrLine("Invoice number 4711", (width / 2, 0, width, height / 2), 0.9)])
    (page,) = read(scanned_pdf, ocr).pages
    assert ocr.sizes[0] == (width, height)
    assert (page.text, page.source) == ("Invoice number 4711", "ocr")
    assert page.segments[0].bbox == pytest.approx((300, 0, 600, 100), abs=0.5)


def test_without_ocr_a_scanned_page_says_what_is_missing(
    read: Callable[..., Run], scanned_pdf: Path
) -> None:
    run = read(scanned_pdf)
    assert (run.pages[0].text, run.pages[0].source) == ("", "none")
    assert any("OCR is off" in problem for problem in run.problems)


def test_lines_that_the_text_lacks_are_seen_though_no_picture_is_kept_or_read(
    read: Callable[..., Run], tmp_path: Path
) -> None:
    with pymupdf.open() as paper, pymupdf.open() as made:
        sheet = paper.new_page()
        for row in range(20):
            sheet.insert_text((72, 100 + 16 * row), "The cable runs over four valleys and a river")
        page = made.new_page()
        page.insert_text((72, 60), "Sheet 1")
        page.show_pdf_page(page.rect, paper)
        shown = sheet.get_pixmap(dpi=110)
        page = made.new_page()
        page.insert_text((72, 60), "Sheet 2")
        page.insert_image(page.rect, pixmap=shown, overlay=False)
        made.save(tmp_path / "both.pdf")
    run = read(tmp_path / "both.pdf", makes_pictures=False, figures=False)
    typed, seen = ([str(problem) for problem in page.problems] for page in run.pages)
    assert not typed and any("OCR is off" in problem for problem in seen)


@pytest.mark.parametrize(
    ("told", "noted"),
    [
        ("The cable runs over four valleys and a river", False),
        (" - , () .", True),  # of letters that the engine does not know, what stands between them
        ("", True),
    ],
)
def test_a_scan_of_which_ocr_reads_next_to_nothing_says_so(
    read: Callable[..., Run], tmp_path: Path, told: str, noted: bool
) -> None:
    with pymupdf.open() as paper, pymupdf.open() as made:
        sheet = paper.new_page()
        rows = [100 + 16 * row for row in range(20)]
        for row in rows:
            sheet.insert_text((72, row), "The cable runs over four valleys and a river")
        page = made.new_page()
        page.insert_image(page.rect, pixmap=sheet.get_pixmap(dpi=110))
        made.save(tmp_path / "scan.pdf")
    dots = 110 / 72
    boxes = [(72 * dots, (row - 10) * dots, 310 * dots, (row + 4) * dots) for row in rows]
    run = read(tmp_path / "scan.pdf", FakeOcr([OcrLine(told, box, 0.9) for box in boxes if told]))
    assert any("could not be read by OCR" in problem for problem in run.problems) == noted


def test_an_engine_that_cannot_start_is_a_problem_of_the_page_and_not_tried_again(
    read: Callable[..., Run], scanned_pdf: Path
) -> None:
    tries = []

    def make() -> FakeOcr:
        tries.append(1)
        raise ModelMissing("rapidocr has no models: install it again")

    with pymupdf.open(scanned_pdf) as document:
        document.fullcopy_page(0)
        document.save(scanned_pdf.with_name("two.pdf"))
    run = read(scanned_pdf.with_name("two.pdf"), make=make)
    assert len(run.pages) == 2 and len(tries) == 1
    assert all("install it again" in problem for problem in run.problems[:2])


def test_text_below_a_scan_gives_way_to_what_is_seen(
    read: Callable[..., Run], scanned_pdf: Path
) -> None:
    with pymupdf.open(scanned_pdf) as document:
        document[0].insert_text((50, 50), "something else entirely", overlay=False)
        document.save(scanned_pdf.with_name("lie.pdf"))
    run = read(
        scanned_pdf.with_name("lie.pdf"),
        FakeOcr([OcrLine("invoices are seen", (0, 0, 90, 20), 0.9)]),
    )
    assert (run.pages[0].text, run.pages[0].source) == ("invoices are seen", "ocr")
    run = read(scanned_pdf.with_name("lie.pdf"), FakeOcr())
    assert run.pages[0].text == "something else entirely"


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_page_whose_text_is_set_sideways_is_read_and_shown_upright(
    read: Callable[..., Run], tmp_path: Path, rotate: int
) -> None:
    rows = [
        "Sluice  spring  autumn",
        "Upper  open until noon  closed",
        "Lower  closed  open at dusk",
    ]
    with pymupdf.open() as document, pymupdf.open() as flat:
        page = flat.new_page(width=700, height=500)
        for at, row in enumerate(rows * 3):
            for x, text in zip((60, 250, 450), row.split("  "), strict=True):
                page.insert_text((x, 80 + 20 * at), text)
        turned = rotate % 180 != 0
        upright = document.new_page(width=500 if turned else 700, height=700 if turned else 500)
        upright.show_pdf_page(upright.rect, flat, rotate=rotate)
        document.save(tmp_path / "sideways.pdf")
    (page,) = read(tmp_path / "sideways.pdf").pages
    assert page.text.split("\n") == rows * 3
    assert (page.width, page.height) == (700, 500)
    assert page.picture is not None and page.picture.width > page.picture.height


def below_a_watermark(path: Path, text: str) -> Path:
    """A page of `text` with a transparent picture over all of it."""
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_htmlbox((60, 60, 540, 400), text)
        buffer = io.BytesIO()
        Image.new("RGBA", (60, 80), (200, 30, 30, 40)).save(buffer, "PNG")
        page.insert_image(page.rect, stream=buffer.getvalue(), keep_proportion=False)
        document.save(path)
    return path


@pytest.mark.promise(47)
def test_text_that_shows_through_a_watermark_is_kept_where_ocr_cannot_read_it(
    read: Callable[..., Run], tmp_path: Path
) -> None:
    text = "Совет рассмотрел открытые вопросы"
    doubtful = FakeOcr([OcrLine("Cobet paccmotpen", (0, 0, 200, 20), 0.6)])
    (page,) = read(below_a_watermark(tmp_path / "a.pdf", text), doubtful).pages
    assert (page.text, page.source) == (text, "pdf")


@pytest.mark.promise(47)
def test_text_that_shows_through_a_watermark_is_kept_as_it_is_written(
    read: Callable[..., Run], tmp_path: Path
) -> None:
    text = "Serial l1I|O0 of the second boiler"
    sure = FakeOcr([OcrLine("Serial I1I|00 of the second boiler", (0, 0, 200, 20), 0.97)])
    run = read(below_a_watermark(tmp_path / "a.pdf", text), sure)
    assert (run.pages[0].text, run.problems) == (text, [])


@pytest.mark.promise(47)
def test_a_layer_that_says_other_than_the_page_is_noted(
    read: Callable[..., Run], tmp_path: Path
) -> None:
    sure = FakeOcr([OcrLine("The tenant pays the heating", (0, 0, 200, 20), 0.97)])
    run = read(below_a_watermark(tmp_path / "a.pdf", "Quite another sentence here"), sure)
    assert run.pages[0].text == "The tenant pays the heating"
    assert "says other than the page shows" in run.problems[0]


def test_a_font_whose_glyphs_say_other_letters_is_read_by_ocr(
    read: Callable[..., Run], make_pdf: Callable[..., Path]
) -> None:
    seen = "The bakery opens at six and the bread is sold by noon on most days of the week"
    garbled = "".join(chr(ord(c) + 4) if c.isalpha() else c for c in seen)
    sure = FakeOcr([OcrLine(seen, (0, 0, 800, 20), 0.97)])
    run = read(make_pdf(garbled), sure)
    assert (run.pages[0].text, run.pages[0].source) == (seen, "ocr")
    assert "says other than its glyphs show" in run.problems[0]
    (page,) = read(make_pdf(seen), sure).pages
    assert (page.text, page.source) == (seen, "pdf")


def test_a_body_in_a_picture_below_a_live_header_is_read(
    read: Callable[..., Run], tmp_path: Path
) -> None:
    image = Image.new("L", (1200, 1600), 255)
    font = ImageFont.load_default(30)
    for at in range(14):
        line = f"Line {at} of a deed that was drawn by hand in the year of the flood"
        ImageDraw.Draw(image).text((120, 200 + 60 * at), line, fill=0, font=font)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    with pymupdf.open() as document:
        page = document.new_page()
        header = "Registry of the county, volume 12, folio 88. " * 2
        for at in range(4):  # more than a character count lets pass
            page.insert_text((60, 20 + 10 * at), header, fontsize=8)
        page.insert_image((60, 80, 540, 720), stream=buffer.getvalue())
        document.save(tmp_path / "deed.pdf")
    found = read(tmp_path / "deed.pdf", FakeOcr([OcrLine("a deed", (100, 300, 300, 330), 0.9)]))
    assert found.pages[0].source == "both"
    assert found.pages[0].text.endswith("a deed")


def test_a_little_text_over_a_large_picture_is_kept_beside_what_is_read(
    read: Callable[..., Run], scanned_pdf: Path
) -> None:
    with pymupdf.open(scanned_pdf) as document:
        document[0].insert_text((300, 180), "Photograph: the archive of the town hall")
        document.save(scanned_pdf.with_name("both.pdf"))
    ocr = FakeOcr([OcrLine("Invoice", (20, 20, 200, 60), 0.9)])
    (page,) = read(scanned_pdf.with_name("both.pdf"), ocr).pages
    assert page.source == "both"
    assert page.text.split("\n") == ["Invoice", "Photograph: the archive of the town hall"]


@pytest.mark.promise(15)
def test_a_blank_page_is_noted_and_not_read(
    read: Callable[..., Run], make_pdf: Callable[..., Path]
) -> None:
    ocr = FakeOcr([OcrLine("ghost", (0, 0, 9, 9), 0.9)])
    run = read(make_pdf(""), ocr)
    assert run.problems == ["blank page 1: the page is blank"]
    assert ocr.sizes == [] and run.pages[0].text == ""


def test_a_picture_file_is_one_page_and_one_figure(
    read: Callable[..., Run], tmp_path: Path
) -> None:
    Image.linear_gradient("L").save(tmp_path / "a.png")
    (page,) = read(tmp_path / "a.png", FakeOcr([OcrLine("Peak", (0, 0, 40, 20), 0.9)])).pages
    (figure,) = page.figures
    assert (figure.kind, figure.text) == ("picture", "Peak")
    assert figure.bbox == pytest.approx((0, 0, page.width, page.height), abs=0.1)
    assert figure.picture is not None


def test_a_picture_in_a_pdf_is_a_figure_whose_pixels_are_read_once(
    read: Callable[..., Run], make_pdf: Callable[..., Path]
) -> None:
    path = make_pdf("Some words about the chart that is shown below this text.\n" * 6, "x " * 80)
    buffer = io.BytesIO()
    Image.linear_gradient("L").save(buffer, "PNG")
    with pymupdf.open(path) as document:
        for page in document:
            page.insert_image((100, 500, 400, 700), stream=buffer.getvalue())
        document.save(path.with_name("figure.pdf"))
    ocr = FakeOcr([OcrLine("Trips 411", (10, 10, 90, 30), 0.9)])
    pages = read(path.with_name("figure.pdf"), ocr).pages
    for page in pages:
        (figure,) = page.figures
        assert figure.bbox == pytest.approx((100, 500, 400, 700), abs=60)
        assert figure.text == "Trips 411"
        assert "Trips" not in page.text
    assert len(ocr.sizes) == 1


@pytest.mark.promise(17)
def test_a_picture_bomb_inside_a_pdf_is_not_drawn_and_the_text_survives(
    read: Callable[..., Run], make_pdf: Callable[..., Path]
) -> None:
    path = make_pdf("the text of the page")
    buffer = io.BytesIO()
    Image.new("1", (2000, 1500)).save(buffer, "PNG")
    with pymupdf.open(path) as document:
        document[0].insert_image((100, 500, 400, 700), stream=buffer.getvalue())
        document.save(path.with_name("bomb.pdf"))
    run = read(path.with_name("bomb.pdf"), max_pixels=1_000_000)
    assert run.pages[0].text == "the text of the page"
    assert run.pages[0].picture is None
    assert run.problems[0].startswith("draw page 1: the picture is too large: 2000 x 1500")


def test_a_very_large_page_is_drawn_smaller(read: Callable[..., Run], tmp_path: Path) -> None:
    with pymupdf.open() as document:
        page = document.new_page(width=14_400, height=14_400)
        page.insert_text((5000, 5000), "a poster of a map", fontsize=400)
        document.save(tmp_path / "poster.pdf")
    (page,) = read(tmp_path / "poster.pdf").pages
    assert page.picture is not None
    assert page.picture.width * page.picture.height <= 16_100_000


def test_what_cannot_be_opened_is_refused_with_a_reason(
    read: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"no PDF at all")
    with pytest.raises(DocumentError, match=r"^a text file"):
        read(tmp_path / "a.pdf")


@pytest.mark.promise(15)
def test_the_parsers_warnings_are_noted(read: Callable[..., Run], tmp_path: Path) -> None:
    with pymupdf.open() as document:
        document.new_page().insert_text((50, 50), "text")
        xref = document[0].get_contents()[0]
        document.update_stream(xref, document.xref_stream(xref) + b" /F9 bad Tf (x) Tj Q Q Q")
        document.save(tmp_path / "warned.pdf")
    run = read(tmp_path / "warned.pdf")
    assert any(problem.startswith("parser page 1:") for problem in run.problems)


@pytest.mark.promise(15)
def test_a_picture_that_cannot_be_decoded_in_full_is_a_loss(
    read: Callable[..., Run], tmp_path: Path
) -> None:
    path = tmp_path / "cut.pdf"
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((72, 72), "A page with a picture")
        pixels = pymupdf.Pixmap(pymupdf.csRGB, (0, 0, 60, 60))
        picture = page.insert_image(pymupdf.Rect(72, 100, 300, 300), pixmap=pixels)
        document.update_stream(picture, bytes(300))
        document.save(path)
    run = read(path)
    assert "picture page 1: padding truncated image" in run.problems


def test_a_table_that_the_file_tells_is_a_figure_with_the_cells_of_the_file(
    tmp_path: Path, read: Callable[..., Run]
) -> None:
    (tmp_path / "a.csv").write_text("ferry,2023,2024\nBrina,11200,12500\nOrsa,4100,3900\n")
    [page] = read(tmp_path / "a.csv").pages
    [figure] = page.figures
    assert (figure.kind, figure.is_told) == ("table", True)
    assert [cell.text for cell in figure.cells][:4] == ["ferry", "2023", "2024", "Brina"]
    assert "Brina  11200  12500" in page.text


def test_text_that_is_shaped_is_read_as_it_was_written(
    tmp_path: Path, read: Callable[..., Run]
) -> None:
    (tmp_path / "a.html").write_text("<html><p>عدد الركاب في العبارة", encoding="utf-8")
    [page] = read(tmp_path / "a.html").pages
    assert page.text == "عدد الركاب في العبارة"
