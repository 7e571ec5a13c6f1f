"""Pages that a text names: "page 12", "pp. 3-5", "slide 31", "the last page"."""

import re
from collections.abc import Iterator

FIRST_PAGE, LAST_PAGE = 1, -1
_RANGE_LIMIT = 50
"""Pages of one range, chosen by hand: "pages 1 to 900" names a document, not a place."""
PATTERN = (
    r"\b(?:(?i:pages?|slides?)|pp?\.)\s*(?:(?i:no\.|number|#)\s*)?"
    r"\d{1,5}(?!\d|[.,]\d)(?:\s*(?:,|and|or|&|to|through|[-–—])\s*\d{1,5}\b)*"
)
"""Pattern for a page or slide with its number, or a list of them, for use within a larger one."""
_PAGE = re.compile(PATTERN)
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


def find(text: str) -> tuple[int, ...]:
    """The pages that a text names, each once; they count from 1, or from the end: -1 is the last.

    Those with a number come first, in order.
    """
    pages = [page for match in _PAGE.finditer(text) for page in _numbers(match[0])]
    pages += [_ORDINALS[match["which"].lower()] for match in _ORDINAL.finditer(text)]
    return tuple(dict.fromkeys(pages))


def _numbers(text: str) -> Iterator[int]:
    for match in _RANGE.finditer(text):
        first, last = int(match[1]), int(match[2])
        if first < last <= first + _RANGE_LIMIT:
            yield from range(first, last + 1)
    yield from (int(number) for number in re.findall(r"\d+", text))
