"""The text in a picture: lines with boxes and confidence, in reading order.

With a model, its transcription stands beside the engine's: aligned word by word, with what only
one of the two has marked, and how far they agree.
"""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import ClassVar, Literal

from mmrag.protocols import OcrName
from mmrag.readings import PageReading
from mmrag.text.characters import fold
from mmrag.types import BBox, TextSource
from mmrag.vision import families, model, parts, replies
from mmrag.vision.looking import Bench, By, View

TextKind = Literal["auto", "document", "screenshot", "receipt", "signage"]
Engine = Literal["auto", "rapidocr", "tesseract", "vlm", "both"]
_RECEIPT_WORDS = 6  # at the median of a line: fewer, and lines are rows; chosen by hand


@dataclass(frozen=True, slots=True)
class OcrTextLine:
    """A line with its box in points and how sure the engine was, 0 to 1; 1 in a text layer."""

    text: str
    bbox: BBox
    confidence: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Where engine and model differ: what each has, empty where it has nothing."""

    engine: str
    model: str


@dataclass(frozen=True, slots=True)
class OcrResult:
    """All text of a picture. `source`: its text layer ("pdf"), OCR, or both.

    `agreement` is the share of words, 0 to 1, in which engine and model agree; None: one read.
    """

    by: str
    text: str
    lines: tuple[OcrTextLine, ...]
    source: TextSource
    transcription: str = ""  # the model's
    agreement: float | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def is_nothing(self) -> bool:
        return not (self.text or self.transcription)


@dataclass(frozen=True, slots=True)
class Ocr:
    """Reads the text. `kind` says how lines become text: paragraphs, or each line for itself."""

    kind: TextKind = "auto"
    engine: Engine = "auto"

    name: ClassVar[str] = "ocr"
    version: ClassVar[str] = f"2-{families.version('transcribe')}"
    reads: ClassVar[bool] = True
    result: ClassVar[type] = OcrResult

    @property
    def wants(self) -> OcrName | None:
        """The engine that is to read, alone; None: that of the profile."""
        if self.engine == "rapidocr" or self.engine == "tesseract":
            return self.engine
        return None

    def run(self, view: View, bench: Bench) -> OcrResult:
        """What is written in the picture. Raises `ConfigError` where the engine is not there."""
        reading = view.reading
        if self.engine in ("vlm", "both"):
            bench.asks_model("vlm")
        read = engine_result(reading, self.kind, bench.ocr_name)
        if self.wants is not None or not bench.asks_model(_by(self.engine)):
            return read
        said = transcribed(view, bench)
        maker = model.name(bench)
        if self.engine == "vlm":
            return OcrResult(maker, said, (), "none", said)
        differences, agreement = aligned(read.text, said)
        by = f"{read.by} and {maker}"
        return OcrResult(by, read.text, read.lines, read.source, said, agreement, differences)


def transcribed(view: View, bench: Bench) -> str:
    """The model's transcription: of the whole, or part by part where the text is small."""
    prompt = families.prompt("transcribe", model.name(bench))
    found = []
    for image in parts.images(view, bench):
        said = model.said(bench, prompt.text, [image], tag=prompt.tag)
        found.append(replies.page(said, prompt.reply))
    return "\n".join(filter(None, found))


def _by(engine: Engine) -> By:
    """Without a wish the engine reads alone: a model beside it costs seconds a picture."""
    return "embedded" if engine == "auto" else "vlm"


def engine_result(
    reading: PageReading, kind: TextKind = "auto", engine: OcrName = "rapidocr"
) -> OcrResult:
    """What the text layer and the OCR engine read."""
    lines = tuple(OcrTextLine(x.text, x.bbox, round(x.confidence, 4)) for x in reading.lines)
    source = reading.page.text_source
    makers = {"pdf": "text layer", "both": f"text layer and {engine}"}
    by = makers.get(source, engine)
    return OcrResult(by, told(reading, kind), lines, source)


def told(reading: PageReading, kind: TextKind) -> str:
    """The text: of a document in paragraphs, else line by line."""
    if kind == "document" or (kind == "auto" and not is_of_rows(reading)):
        return reading.text
    if kind == "signage":  # what is meant to be read first is written largest
        lines = sorted(reading.lines, key=lambda line: -round(line.size))
        return "\n".join(line.text for line in lines)
    return "\n".join(line.text for line in reading.lines)


def is_of_rows(reading: PageReading) -> bool:
    """Whether lines are short, as on a receipt, a sign or a screen: each says its own."""
    lengths = sorted(len(line.text.split()) for line in reading.lines)
    return bool(lengths) and lengths[len(lengths) // 2] < _RECEIPT_WORDS


def aligned(engine: str, said: str) -> tuple[tuple[Difference, ...], float]:
    """Where two readings differ, in order, and the share of words that both have."""
    one, other = engine.split(), said.split()
    matcher = SequenceMatcher(
        None, [fold(word).lower() for word in one], [fold(word).lower() for word in other], False
    )
    same = 0
    differences = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            same += b - a
        else:
            differences.append(Difference(" ".join(one[a:b]), " ".join(other[c:d])))
    whole = max(len(one), len(other))
    return tuple(differences), round(same / whole, 4) if whole else 1.0
