"""Chart, table, diagram or picture: by the caption's words, the paths and the text inside."""

import re
from collections.abc import Sequence

from mmrag import boxes
from mmrag.ingest.figures.graphics import Graphic
from mmrag.types import FigureKind

_NUMBER = re.compile(r"[-–+(]?[$€£]?\d[\d.,]*\s?[%kKMB)]?|[$€£]\d.*|\d+[-–]\d+%?|'?\d\d")
_BY_LABEL: dict[str, FigureKind] = {
    "Table": "table",
    "Chart": "chart",
    "Graph": "chart",
    "Diagram": "diagram",
    "Scheme": "diagram",
    "Plate": "picture",
    "Map": "picture",
    "Algorithm": "diagram",
}
_WORDS: tuple[tuple[FigureKind, re.Pattern[str]], ...] = (
    ("picture", re.compile(r"\b(photo\w*|screenshots?|screen shot|images? of|painting)\b", re.I)),
    (
        "diagram",
        re.compile(
            r"\b(architecture|overview|framework|flow ?charts?|workflow|pipeline|diagram\w*"
            r"|schematic\w*|structure of|process of|illustrat\w+)\b",
            re.I,
        ),
    ),
    (
        "chart",
        re.compile(
            r"\b(plots?|curves?|histograms?|accurac\w+|errors?|rates?|percent\w*|distributions?|vs|"
            r"versus|trends?|growth|comparisons?|performance|scores?|number of|results?)\b"
            r"|%|\bshare of\b",
            re.I,
        ),
    ),
)
# Chosen by hand on labelled figures.
_MIN_NUMBERS_OF_A_BITMAP = 6  # in a chart that is a bitmap, which may be the photograph of anything
_MIN_VALUES_OF_A_BITMAP = 3  # the same where each stands alone, beside as many names
_MAX_PATHS_OF_A_DIAGRAM = 60  # without words: more is a plot


def of(
    label: str,
    caption: str,
    parts: Sequence[Graphic],
    inside: Sequence[str],
    *,
    is_table: bool,
) -> FigureKind:
    """The kind of a figure with the graphics and lines of text that lie in it."""
    by_label = _BY_LABEL.get(label.partition(" ")[0])
    if by_label:
        return by_label
    if is_table and not label.startswith("Figure"):
        return "table"
    told = _told(caption)
    bitmap = sum(boxes.area(part.bbox) for part in parts if part.source != "drawing")
    vector = sum(boxes.area(part.bbox) for part in parts if part.source == "drawing")
    if bitmap > vector or not parts:
        if _has_numbers(inside):
            return "chart"
        return "table" if is_table else told or ("picture" if parts or not inside else "diagram")
    if _numbers(inside) >= 3 and _is_numeric(inside):
        return "chart"
    if told:
        return told
    many = sum(part.paths for part in parts) > _MAX_PATHS_OF_A_DIAGRAM
    return "chart" if many and len(inside) < 3 else "diagram"


def once_read(kind: FigureKind, text: str) -> FigureKind:
    """The kind of a bitmap when the text in its pixels is known too: the numbers of axes tell."""
    inside = text.splitlines()
    if kind == "picture" and _has_numbers(inside):
        return "chart"
    return kind


def _told(caption: str) -> FigureKind | None:
    """The kind whose words the caption says, and no other's before it."""
    said = [(match.start(), kind) for kind, words in _WORDS if (match := words.search(caption))]
    return min(said)[1] if said else None


def _numbers(inside: Sequence[str]) -> int:
    """How many words are numbers; the number that leads a label counts the labels."""
    found = 0
    for words in map(str.split, inside):
        leads = len(words) > 1 and words[0].rstrip(".").isdecimal() and words[1][0].isalpha()
        found += sum(_NUMBER.fullmatch(word.rstrip(":")) is not None for word in words[leads:])
    return found


def _has_numbers(inside: Sequence[str]) -> bool:
    """Whether the text of a bitmap is that of axes; of few values, those that stand alone."""
    return (_numbers(inside) >= _MIN_NUMBERS_OF_A_BITMAP and _is_numeric(inside)) or (
        _alone(inside) >= _MIN_VALUES_OF_A_BITMAP and 3 * _alone(inside) >= len(inside)
    )


def _alone(inside: Sequence[str]) -> int:
    """How many texts are numbers and nothing else, as values at bars are."""
    return sum(_NUMBER.fullmatch(line.strip()) is not None for line in inside)


def _is_numeric(inside: Sequence[str]) -> bool:
    """Whether the text is that of axes: a quarter or more of the words are numbers.

    Or a third of the texts, where names are long: values stand alone.
    """
    words = sum(len(line.split()) for line in inside)
    return 4 * _numbers(inside) >= words or 3 * _alone(inside) >= len(inside) > 0
