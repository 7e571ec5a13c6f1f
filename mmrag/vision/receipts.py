"""What receipts, invoices and letters say without naming it: who, where, when, how much.

How a field is found by what it looks like and where it stands; `field_words` has the labels.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from mmrag.text import values
from mmrag.types import BBox
from mmrag.vision.field_words import kinds
from mmrag.vision.rows import TextAt, TextRow
from mmrag.vision.sellers import address, company
from mmrag.vision.totals import total


def date(rows: Sequence[TextRow]) -> TextAt | None:
    """The first date beside or below the word for it; else the first there is."""
    dated = [
        (at, match, row) for at, row in enumerate(rows) if (match := values.DATE.search(row.text))
    ]
    if not dated:
        return None

    def order(item: tuple[int, re.Match[str], TextRow]) -> tuple[bool, int]:
        at, match, row = item
        near = f"{rows[at - 1].text if at else ''} {row.text[: match.start()]}"
        return "date" not in kinds(near), at

    _, match, row = min(dated, key=order)
    return " ".join(match[0].split()), _box_of(row, match[0])


def _box_of(row: TextRow, text: str) -> BBox:
    """Where in a row a text stands: its piece, or all of the row."""
    return next((piece.bbox for piece in row.pieces if text in piece.text), row.bbox)


def matching(pattern: re.Pattern[str]) -> Callable[[Sequence[TextRow]], TextAt | None]:
    """Finds the first text of a kind."""

    def find(rows: Sequence[TextRow]) -> TextAt | None:
        for row in rows:
            match = pattern.search(row.text)
            if match:
                return match[0], _box_of(row, match[0])
        return None

    return find


FINDERS: Mapping[str, Callable[[Sequence[TextRow]], TextAt | None]] = {
    "company": company,
    "address": address,
    "date": date,
    "total": total,
    "email": matching(values.EMAIL),
    "website": matching(values.URL),
}
"""How a field of this name is found that no label gives away."""
