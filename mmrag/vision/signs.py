"""What a sign of a type of document is: words of a page, its layout, its paper.

All bounds and shares of this module are chosen by hand.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mmrag.text import values
from mmrag.vision.seen_page import SeenPage

DocumentType = Literal[
    "invoice", "receipt", "contract", "form", "resume", "report", "letter", "handwritten note",
    "screenshot", "presentation", "newspaper article", "book page", "label", "certificate",
    "unknown",
]  # fmt: skip
_FEW_WORDS = 6  # on a line that is no sentence
_HEADING_WORDS = 10  # on a line that says what a document is
_POINT = re.compile(r"\W*[•▪●–➢✓-]\s")
Holds = Callable[[SeenPage], bool]


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of a type: its weight, in words, and whether a page shows it.

    `is_of_paper`: it looks at the shape of the paper and at nothing on it.
    """

    weight: float
    told: str
    holds: Holds
    is_of_paper: bool = False


def says(pattern: str, *, within: Literal["head", "text"] = "text", least: int = 1) -> Holds:
    """Words of the text, or of its first lines; `least` counts different ones."""
    compiled = re.compile(pattern, re.IGNORECASE | re.MULTILINE)

    def holds(page: SeenPage) -> bool:
        text = page.head if within == "head" else page.text
        return len({match[0].casefold() for match in compiled.finditer(text)}) >= least

    return holds


def is_headed(pattern: str) -> Holds:
    """Words of a heading among the first lines: one of few words, and no sentence."""
    compiled = re.compile(pattern, re.IGNORECASE)

    def holds(page: SeenPage) -> bool:
        lines = page.head.splitlines()
        return any(compiled.search(x) for x in lines if len(x.split()) <= _HEADING_WORDS)

    return holds


def any_of(*signs: Holds) -> Holds:
    """Any of some signs, which say the same."""
    return lambda page: any(holds(page) for holds in signs)


def says_apart(pattern: str, *, least: int) -> Holds:
    """Words that stand on lines of few words, as on a screen, and not in sentences."""
    compiled = re.compile(pattern, re.IGNORECASE)

    def holds(page: SeenPage) -> bool:
        short = [line.text for line in page.lines if len(line.text.split()) <= _FEW_WORDS]
        return (
            len({match.casefold() for text in short for match in compiled.findall(text)}) >= least
        )

    return holds


def has_contact(page: SeenPage) -> bool:
    head = page.head
    return bool(values.EMAIL.search(head) and values.PHONE.search(head))


def has_labels(page: SeenPage) -> bool:
    return sum(line.text.rstrip().endswith(":") for line in page.lines) >= 5


def is_hard_to_read(page: SeenPage) -> bool:
    """Words, and not drawn lines and crosses that are taken for letters."""
    is_read = page.reading.page.text_source == "ocr"
    return is_read and len(page.lines) >= 2 and page.spoken >= 5 and page.confidence < 0.82


def has_points(page: SeenPage) -> bool:
    return sum(bool(_POINT.match(line.text)) for line in page.lines) >= 3


def has_large_title(page: SeenPage) -> bool:
    return max((line.size for line in page.lines[:3]), default=0.0) > 1.6 * page.body_size


def has_headline(page: SeenPage) -> bool:
    largest = max((line.size for line in page.lines), default=0.0)
    return largest > 2.2 * page.body_size and page.paragraphs >= 8


def is_one_column(page: SeenPage) -> bool:
    return page.columns == 1 and page.paragraphs >= 15 and page.amounts < 3


def is_much_running_text(page: SeenPage) -> bool:
    return page.paragraphs >= 15
