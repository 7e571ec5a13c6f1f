"""Documents without a text layer: slides, a letter, and plain pictures.

Each is drawn as a page, then kept only as the picture of it.
"""

import io
import random
from collections.abc import Callable, Sequence

import pymupdf
from PIL import Image, ImageFilter

from sample_source import charts
from sample_source.book import BLUE, GREY, Book, Truth

SLIDES = "harbour-noise-slides"
LETTER = "scanned-letter-notary"
CHART = "ferry-passengers-chart"
DELIVERY = "delivery-notes-scan"
NOISE = {"Pile driving": 92, "Cargo crane": 81, "Ferry horn": 88, "Reefer truck": 74}
MONTHS = ("Jan", "Apr", "Jul", "Oct")


def slides(truth: Truth) -> bytes:
    """Ten slides, each one bitmap, with the questions that they answer."""
    book = Book(SLIDES, truth, size=(720, 405), text_size=17)
    book.y = 130
    book.heading("Quieter nights at Port Lindqvist", 0)
    book.para("Results of the noise survey, spring 2023")
    _slide(book, "Why we measured", (
        "Complaints rose from 61 to 148 in two years",
        "The new housing at Quay Street lies 210 metres from the cranes",
        "The limit at night is 45 decibels",
    ))  # fmt: skip
    book.ask("What is the noise limit at night at Port Lindqvist?", "45 decibels", "number")
    book.ask("How far is the housing at Quay Street from the cranes?", "210 metres", "number")
    _slide(book, "How we measured", (
        "Twelve microphones on lamp posts", "One reading every second for 90 days",
        "Sources told apart by a listening panel of students",
    ))  # fmt: skip
    book.ask("How many microphones were used in the harbour noise survey?", "Twelve", "number")
    _slide(book, "Loudest sources", ())
    figure = book.figure(
        lambda b, box: charts.bars(b, box, tuple(NOISE), tuple(NOISE.values()), "decibels"),
        210, "Peak level of the loudest sources", "chart",
    )  # fmt: skip
    book.ask("How many decibels does pile driving reach at its peak?", "92", "figure-only", figure)
    _slide(book, "Nights above the limit", ())
    figure = book.figure(
        lambda b, box: charts.lines(b, box, MONTHS, {"Nights": (9, 14, 22, 12)}, "nights a month"),
        210, "Nights above the limit by month", "chart",
    )  # fmt: skip
    book.ask(
        "Which slide shows the nights above the limit by month?",
        "Figure 2",
        "figure-lookup",
        figure,
    )
    _slide(book, "What works", (
        "Rubber pads under the container stacks: minus 6 decibels", "Shore power for ferries: minus 4 decibels",
        "A wall of hay bales: no effect",
    ))  # fmt: skip
    book.ask(
        "By how many decibels do rubber pads under the container stacks lower the noise?",
        "6 decibels",
        "number",
    )
    _slide(book, "What it costs", (
        "Rubber pads: 340,000 crowns", "Shore power: 5.2 million crowns", "Both are paid from the harbour fee",
    ))  # fmt: skip
    book.ask("What does shore power cost at Port Lindqvist?", "5.2 million crowns", "number")
    _slide(book, "Next steps", (
        "Pads in place by September", "Second survey in spring 2024", "Contact: Signe Aalto, harbour office",
    ))  # fmt: skip
    book.ask("Who is the contact for the harbour noise survey?", "Signe Aalto", "name")
    _slide(book, "Questions?", ("Thank you for listening",))
    book.refuse("What was the wind speed during the harbour noise survey?")
    return _as_pictures(book, 100, quality=60)


def _slide(book: Book, title: str, points: Sequence[str]) -> None:
    book.new_page()
    book.page.draw_rect(pymupdf.Rect(0, 0, 720, 14), color=None, fill=BLUE)
    book.y = 40
    book.heading(title)
    for point in points:
        book.para(f"-  {point}")


def letter(truth: Truth) -> bytes:
    """A letter on one page, scanned a little askew."""
    book = Book(LETTER, truth, font="tiro", text_size=12)
    for line in ("Jonas Ekdahl, notary", "Mill Lane 4, Torsby", "Torsby, 17 March 2022"):
        book.para(line)
        book.y += 14
    for text in (
        "Dear Mrs Varga,",
        "I write about the estate of your uncle, Emil Varga, who left you the boathouse at Lake "
        "Orsa and the sum of 12,750 crowns. The deed of the boathouse is kept in my office under "
        "the number 4471.",
        "Please come to sign before the end of April, and bring a passport. The key is with the "
        "neighbour, Mr Lind. The tax of 940 crowns has been paid from the estate.",
        "Yours sincerely,",
        "Jonas Ekdahl",
    ):
        book.para(text)
    book.ask("Which sum did Emil Varga leave to his niece?", "12,750 crowns", "number")
    book.ask("Under which number is the deed of the boathouse kept?", "4471", "number")
    book.ask("Who has the key of the boathouse?", "Mr Lind", "name")
    book.refuse("What is the telephone number of the notary Jonas Ekdahl?")
    return _as_pictures(book, 120, quality=45, after=_scanned)


def chart(truth: Truth) -> bytes:
    """A chart as a PNG file."""
    book = Book(CHART, truth, size=(520, 420), text_size=11)
    book.y = 30
    book.figure(
        lambda b, box: charts.bars(b, box, ("2019", "2020", "2021", "2022"), (418, 167, 236, 391), "thousand"),
        220, "Passengers of the Orsa ferry", "chart",
    )  # fmt: skip
    figure = truth.figures.pop()
    book.ask(
        "How many thousand passengers did the Orsa ferry carry in 2020?",
        "167",
        "figure-only",
        None,
        figure.page,
    )
    output = io.BytesIO()
    _rendered(book, 0, 130).convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(
        output, "PNG", dpi=(130, 130), optimize=True
    )
    return output.getvalue()


def delivery_notes(truth: Truth) -> bytes:
    """Two delivery notes as one TIFF file."""
    book = Book(DELIVERY, truth, text_size=13)
    for number, (goods, count, day) in enumerate(
        (("Oak planks", "46", "3 May 2021"), ("Copper nails", "2,400", "19 May 2021"))
    ):
        if number:
            book.new_page()
        book.heading("Delivery note")
        book.para("From: Sundby Timber and Metal. To: Lake Orsa Boatyard.")
        book.para(f"Goods: {goods}. Pieces: {count}. Delivered on {day}.")
        book.para("Received in good order: H. Lind")
        book.ask(
            f"How many pieces of {goods.lower()} were delivered to the Lake Orsa Boatyard?",
            count,
            "number",
        )
    pages = [_scanned(_rendered(book, at, 110)).convert("L").point(lambda v: 255 if v > 150 else 0).convert("1")
             for at in range(book.number)]  # fmt: skip
    output = io.BytesIO()
    pages[0].save(
        output, "TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=(110, 110)
    )
    return output.getvalue()


def _rendered(book: Book, at: int, dpi: int) -> Image.Image:
    pixels = book.document[at].get_pixmap(dpi=dpi)
    return Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)


def _scanned(image: Image.Image) -> Image.Image:
    """As from an old scanner: a little askew, soft, with specks."""
    askew = image.rotate(0.6, resample=Image.Resampling.BICUBIC, fillcolor=(244, 242, 236))
    soft = askew.filter(ImageFilter.GaussianBlur(0.5))
    dice = random.Random(7)
    for _ in range(400):
        soft.putpixel(
            (dice.randrange(soft.width), dice.randrange(soft.height)),
            tuple(int(255 * v) for v in GREY),
        )
    return soft


def _as_pictures(
    book: Book,
    dpi: int,
    quality: int,
    after: Callable[[Image.Image], Image.Image] = lambda image: image,
) -> bytes:
    """The book as a PDF whose pages are bitmaps alone."""
    scan = pymupdf.open()
    for at in range(book.number):
        output = io.BytesIO()
        after(_rendered(book, at, dpi)).save(output, "JPEG", quality=quality)
        page = scan.new_page(width=book.size[0], height=book.size[1])
        page.insert_image(page.rect, stream=output.getvalue())
    scan.set_metadata({"title": book.stem.replace("-", " ")})
    return bytes(scan.tobytes(garbage=4, deflate=True, no_new_id=True))
