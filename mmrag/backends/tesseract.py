"""OCR by Tesseract, where its program is installed: for scripts that rapidocr's models do not know.

Which of them a picture is in, Tesseract tells itself (its pack "osd"); the packs of that script are
then read with, as many as are installed.
"""

import csv
import io
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from statistics import fmean

from PIL import Image

from mmrag.config import OcrSettings
from mmrag.errors import ConfigError, ModelMissing
from mmrag.protocols import OcrEngine, OcrLine

PACKS: Mapping[str, tuple[str, ...]] = {
    "Arabic": ("ara", "fas", "urd"),
    "Armenian": ("hye",),
    "Bengali": ("ben", "asm"),
    "Cyrillic": ("rus", "ukr", "bul", "srp"),
    "Devanagari": ("hin", "mar", "nep"),
    "Ethiopic": ("amh",),
    "Georgian": ("kat",),
    "Greek": ("ell",),
    "Gujarati": ("guj",),
    "Gurmukhi": ("pan",),
    "Hebrew": ("heb", "yid"),
    "Kannada": ("kan",),
    "Khmer": ("khm",),
    "Korean": ("kor",),
    "Lao": ("lao",),
    "Malayalam": ("mal",),
    "Myanmar": ("mya",),
    "Sinhala": ("sin",),
    "Tamil": ("tam",),
    "Telugu": ("tel",),
    "Thai": ("tha",),
}
"""Scripts that PP-OCRv6 does not read, as Tesseract calls them, and its packs for them."""
ADVICE = "apt-get install tesseract-ocr tesseract-ocr-LANGUAGE"
LONGEST_S = 60.0  # for one picture; chosen by hand: a page of small type takes some 10 s
_DOUBTFUL = 0.75
"""Mean confidence of rapidocr under which the script is asked for, as where it looks for a page on
its head."""
_SCRIPT = re.compile(r"^Script: (\w+)$", re.MULTILINE)


def load(settings: OcrSettings) -> "Tesseract":
    """Tesseract with the packs that the settings name, or all of them for "auto".

    Raises `ModelMissing` where the program is not installed, `ConfigError` for a pack that is not.
    """
    check()
    there = packs()
    if settings.languages == "auto":
        return Tesseract("+".join(pack for pack in there if pack != "osd"), settings.min_confidence)
    for name in settings.languages.split("+"):
        if name not in there:
            raise ConfigError(
                f'[ocr] languages = "{settings.languages}": Tesseract has no pack {name!r} here: '
                f"choose among {', '.join(there)}, or {ADVICE}"
            )
    return Tesseract(settings.languages, settings.min_confidence)


def check() -> None:
    """Raises `ModelMissing` where the program is not installed."""
    if shutil.which("tesseract") is None:
        raise ModelMissing(f"Tesseract is not installed: {ADVICE}")


@cache
def packs() -> tuple[str, ...]:
    """The packs of languages that are installed; none without Tesseract."""
    if shutil.which("tesseract") is None:
        return ()
    told = _run(["--list-langs"], b"")
    return tuple(line.strip() for line in told.splitlines()[1:] if line.strip())


class Tesseract:
    """Reads pictures of text in some languages, "ara+eng"."""

    def __init__(self, languages: str, min_confidence: float) -> None:
        self.languages = languages
        self._min_confidence = min_confidence

    @property
    def name(self) -> str:
        return f"tesseract {self.languages}"

    def read(self, image: Image.Image) -> Sequence[OcrLine]:
        """The lines of `image` in reading order."""
        told = _run(["-l", self.languages, "--psm", "3", "tsv"], _ppm(image))
        rows = csv.DictReader(io.StringIO(told), delimiter="\t", quoting=csv.QUOTE_NONE)
        words = [row for row in rows if row["level"] == "5" and (row["text"] or "").strip()]
        lines = groupby(words, lambda row: (row["block_num"], row["par_num"], row["line_num"]))
        read = [_line(list(group)) for _, group in lines]
        return [line for line in read if line.confidence >= self._min_confidence]


class ByScript:
    """Reads by one engine, and by Tesseract what is in a script that this does not know."""

    def __init__(self, engine: OcrEngine, settings: OcrSettings) -> None:
        self._engine = engine
        self._settings = settings

    @property
    def name(self) -> str:
        return self._engine.name

    def read(self, image: Image.Image) -> Sequence[OcrLine]:
        """The lines of `image` in reading order."""
        lines = self._engine.read(image)
        if lines and fmean(line.confidence for line in lines) >= _DOUBTFUL:
            return lines
        languages = self._settings.languages
        if languages == "auto":
            languages = of_script(script(image))
        if not languages:
            return lines
        return Tesseract(languages, self._settings.min_confidence).read(image) or lines


def script(image: Image.Image) -> str:
    """The script that most of a picture is in, as Tesseract calls it; empty where it tells none."""
    if "osd" not in packs():
        return ""
    found = _SCRIPT.search(_run(["-l", "osd", "--psm", "0"], _ppm(image)))
    return found[1] if found else ""


def of_script(name: str) -> str:
    """The packs of a script that are installed, as Tesseract takes them; empty for none."""
    there = packs()
    own = [pack for pack in PACKS.get(name, ()) if pack in there]
    return "+".join([*own, *(["eng"] if own and "eng" in there else [])])


def _run(arguments: Sequence[str], picture: bytes) -> str:
    """What Tesseract says of a picture; nothing where it fails or takes too long."""
    places = ["stdin", "stdout"] if picture else []
    try:
        done = subprocess.run(
            ["tesseract", *places, *arguments],
            input=picture,
            capture_output=True,
            timeout=LONGEST_S,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode(errors="replace")


def _ppm(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "PPM")
    return buffer.getvalue()


def _line(words: Sequence[Mapping[str, str]]) -> OcrLine:
    boxes = [[float(word[key]) for key in ("left", "top", "width", "height")] for word in words]
    return OcrLine(
        " ".join(word["text"] for word in words),
        (
            min(left for left, _, _, _ in boxes),
            min(top for _, top, _, _ in boxes),
            max(left + width for left, _, width, _ in boxes),
            max(top + height for _, top, _, height in boxes),
        ),
        fmean(float(word["conf"]) for word in words) / 100,
    )
