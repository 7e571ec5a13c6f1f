"""Places that a question names: "page 12", "Figure 3", "Table II", "the last page", an image ID."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
Label = tuple[str, str]
"""A label however it is written: "Fig. 3" and "FIGURE 3" are ("figure", "3")."""

FIRST_PAGE, LAST_PAGE = 1, -1
_MANY = 50  # pages of one range: "pages 1 to 900" names a document, not a place

_PAGE = re.compile(
    r"\b(?:(?i:pages?|slides?)|pp?\.)\s*(?:(?i:no\.|number|#)\s*)?"
    r"(?P<numbers>\d{1,5}(?!\d|[.,]\d)(?:\s*(?:,|and|or|&|to|through|[-–—])\s*\d{1,5}\b)*)"
)
_RANGE = re.compile(r"(\d+)\s*(?:to|through|[-–—])\s*(\d+)")
_ORDINALS = {
    "cover": FIRST_PAGE,
    "title": FIRST_PAGE,
    "front": FIRST_PAGE,
    "first": FIRST_PAGE,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "last": LAST_PAGE,
    "final": LAST_PAGE,
}
_ORDINAL = re.compile(
    rf"(?<!second )(?<!inner )(?<!back )\b(?P<which>{'|'.join(_ORDINALS)}) (?:page|slide)\b",
    re.IGNORECASE,
)
_KINDS = {
    "fig": "figure",
    "figs": "figure",
    "figure": "figure",
    "figures": "figure",
    "tab": "table",
    "tabs": "table",
    "table": "table",
    "tables": "table",
    "chart": "chart",
    "charts": "chart",
    "graph": "graph",
    "graphs": "graph",
    "exhibit": "exhibit",
    "exhibits": "exhibit",
    "diagram": "diagram",
    "diagrams": "diagram",
    "scheme": "scheme",
    "plate": "plate",
    "map": "map",
    "algorithm": "algorithm",
}
_NUMBER = r"(?:[A-Z]{1,2}[.-]?)?\d+(?:[.-]\d+)*|[IVXL]+\b"
_LABEL = re.compile(
    rf"\b(?P<kind>(?i:{'|'.join(sorted(_KINDS, key=len, reverse=True))}))\b\.?\s*"
    rf"(?P<first>{_NUMBER})[a-z]?(?![\w%])"
    rf"(?P<more>(?:\s*(?:,|,?\s*and|or|&)\s*(?:(?i:fig(?:ure)?|tab(?:le)?)\.?\s*)?"
    rf"(?:{_NUMBER})[a-z]?(?![\w%]))*)"
)
_ONE_NUMBER = re.compile(_NUMBER)
_IMAGE_ID = re.compile(r"\b[0-9a-f]{8,64}-p\d{4,}(?:-f\d{2,})?\b", re.IGNORECASE)
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


@dataclass(frozen=True, slots=True)
class Places:
    """What a question names. `pages` count from 1, or from the end: -1 is the last."""

    pages: tuple[int, ...] = ()
    labels: tuple[Label, ...] = ()
    images: tuple[str, ...] = ()  # image IDs
    nothing_else: bool = False  # the question consists of image IDs

    def __bool__(self) -> bool:
        return bool(self.pages or self.labels or self.images)

    def __str__(self) -> str:
        pages = ["the last page" if page < 0 else f"page {page}" for page in self.pages]
        return ", ".join(
            [*pages, *(f"{kind} {number}" for kind, number in self.labels), *self.images]
        )


def find(question: str) -> Places:
    """The places that a question names, each once, in order."""
    images = [match[0].lower() for match in _IMAGE_ID.finditer(question)]
    rest = _IMAGE_ID.sub(" ", question)
    pages = [page for match in _PAGE.finditer(rest) for page in _numbers(match["numbers"])]
    pages += [_ORDINALS[match["which"].lower()] for match in _ORDINAL.finditer(rest)]
    labels = [label for match in _LABEL.finditer(rest) for label in _labels(match)]
    nothing_else = bool(images) and not rest.strip(" ,;.[]()")
    return Places(_once(pages), _once(labels), _once(images), nothing_else)


def label_key(label: str) -> Label | None:
    """A figure's label in the form that `find` gives; None where it has no number."""
    match = _LABEL.match(label.strip())
    return None if match is None else next(_labels(match))


def _numbers(text: str) -> Iterator[int]:
    for match in _RANGE.finditer(text):
        first, last = int(match[1]), int(match[2])
        if first < last <= first + _MANY:
            yield from range(first, last + 1)
    yield from (int(number) for number in re.findall(r"\d+", text))


def _labels(match: re.Match[str]) -> Iterator[Label]:
    kind = _KINDS[match["kind"].lower()]
    yield kind, _plain(match["first"])
    for number in _ONE_NUMBER.finditer(match["more"]):
        yield kind, _plain(number[0])


def _plain(number: str) -> str:
    """A number in Arabic digits: "II" gives "2"."""
    if not set(number) <= set(_ROMAN):
        return number.upper()
    values = [_ROMAN[letter] for letter in number]
    return str(
        sum(
            -value if any(value < later for later in values[at + 1 : at + 2]) else value
            for at, value in enumerate(values)
        )
    )


def _once(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))
