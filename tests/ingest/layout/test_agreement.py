from collections.abc import Callable, Sequence

from PIL import Image

from mmrag.ingest.layout import agreement
from mmrag.ingest.layout.order import Fragment
from mmrag.protocols import OcrLine

PAGE = Image.new("RGB", (400, 400), "white")
AREA = (0.0, 0.0, 200.0, 200.0)
LAYER = [Fragment("Granite is quarried here,", (20, 20, 150, 32), 10, bold=False)]
LAYER += [Fragment("and marble further up.", (20, 40, 140, 52), 10, bold=False)]


def sees(*texts: str, confidence: float = 0.95) -> Callable[[Image.Image], Sequence[OcrLine]]:
    lines = [
        OcrLine(text, (0, 40 * at, 90, 40 * at + 20), confidence) for at, text in enumerate(texts)
    ]
    return lambda _: lines


def test_a_layer_that_says_what_is_seen_agrees_but_for_some_letters() -> None:
    found = agreement.measure(
        LAYER, PAGE, AREA, sees("Granite is quamied here,", "and marb1e further up.")
    )
    assert found is not None and 0.9 < found < 1


def test_a_layer_of_shifted_letters_does_not() -> None:
    found = agreement.measure(
        LAYER, PAGE, AREA, sees("Kvermxi mw uyevvmih livi", "erh qevfpi jyvxliv yt")
    )
    assert found is not None and found < 0.5


def test_ocr_that_doubts_what_it_reads_or_reads_little_tells_nothing() -> None:
    doubtful = sees("Gpahnte 1s kuappied", "ahd mapble", confidence=0.7)
    assert agreement.measure(LAYER, PAGE, AREA, doubtful) is None
    assert agreement.measure(LAYER, PAGE, AREA, sees("Gra")) is None
    assert agreement.measure(LAYER, PAGE, AREA, sees()) is None


def test_the_sample_shows_the_places_of_the_layer() -> None:
    page = PAGE.copy()
    page.paste("black", (40, 40, 300, 64))
    sizes = []

    def read(sheet: Image.Image) -> list[OcrLine]:
        sizes.append((sheet.size, sheet.getextrema()[0]))
        return []

    agreement.measure(LAYER, page, AREA, read)
    ((size, (darkest, _)),) = sizes
    assert size[0] < 300 and size[1] < 200 and darkest == 0
