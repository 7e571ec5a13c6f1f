"""Markers: one-time names for pieces of evidence, and what looks like one in a text."""

import re
import secrets
from collections.abc import Callable, Iterator, Sequence

from mmrag.text.characters import clean, fold
from mmrag.text.prompting import CLOSING_BRACKETS, OPENING_BRACKETS
from mmrag.types import Evidence, MarkedEvidence

Draw = Callable[..., Sequence[str]]
"""So many markers, none of which stands in the texts that follow: `new_markers` or its like."""

# Without those that are taken for one another, as B and 8, I and 1, O and 0, S and 5.
LETTERS = "ACDEFGHJKMNPQRTWXY"
DIGITS = "234679"
TRIES_OF_A_LENGTH = 200
"""Draws before markers grow longer: of 1,944 short ones, a few hundred may be taken; by hand."""

AS_BRACKETS = str.maketrans(
    dict.fromkeys(OPENING_BRACKETS, "[") | dict.fromkeys(CLOSING_BRACKETS, "]")
)
# Letters of other scripts that read as Latin ones or as digits.
_LOOK_ALIKES = str.maketrans(
    "АВЕКМНОРСТУХЅІЈԚԜЗабеорсухѕіјԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧακνορτυχᎪᏟᎠᎬᎻᎫᏦᎷᏢᎡᎢ",
    "ABEKMHOPCTYXSIJQW3abeopcyxsijqwABEZHIKMNOPTYXakvoptuxACDEHJKMPRT",
)

IMAGE_ID = re.compile(
    r"(?<![0-9a-z])[0-9a-f]{8,64}-p\d{4,}(?:-[ft]\d{2,})?(?![0-9a-z])", re.IGNORECASE
)
NAMED_IMAGE = re.compile(
    r"(?<![0-9a-z])(?:img|image|evidence|source)[_#-]\d+(?![0-9a-z]|\.[a-z])"
    r"|(?<![0-9a-z])img\d+(?![0-9a-z]|\.[a-z])",
    re.IGNORECASE,
)
_SHAPE = re.compile(r"(?<![^\W_])[^\W\d_]\d[^\W\d_](?:\d[^\W\d_])*(?![^\W_])")


def skeleton(text: str) -> str:
    """`fold`, with letters of other scripts read as the Latin ones that they resemble."""
    return fold(text).translate(_LOOK_ALIKES).upper()


def marker_like(text: str) -> Iterator[str]:
    """Every word of `text` that a reader could take for a marker, in capitals."""
    for match in _SHAPE.finditer(skeleton(clean(text))):
        yield match[0]


def new_markers(count: int, *forbidden: str) -> list[str]:
    """`count` random markers, none of which occurs in the `forbidden` texts, however disguised.

    A marker is letter, digit, letter; longer where documents leave too few of those: after
    `TRIES_OF_A_LENGTH` draws it grows by a digit and a letter.
    """
    taken = {word for text in forbidden for word in marker_like(text)}
    markers: list[str] = []
    size, tries = 1, 0
    while len(markers) < count:
        marker = secrets.choice(LETTERS) + "".join(
            secrets.choice(DIGITS) + secrets.choice(LETTERS) for _ in range(size)
        )
        if marker not in taken:
            markers.append(marker)
            taken.add(marker)
        tries += 1
        if tries > TRIES_OF_A_LENGTH * size + 4 * len(markers):
            size, tries = size + 1, 0
    return markers


def mark(
    question: str, evidence: Sequence[Evidence], draw: Draw = new_markers
) -> tuple[MarkedEvidence, ...]:
    """The evidence under new markers, none of which stands in the question or in the evidence."""
    texts = [question]
    for item in evidence:
        texts += [item.quotable, item.caption, item.description, item.document, item.path]
        texts += [" ".join(cell.text for cell in table.grid.cells) for table in item.tables]
    markers = draw(len(evidence), *texts)
    return tuple(
        MarkedEvidence(marker, item) for marker, item in zip(markers, evidence, strict=True)
    )
