"""Where the lines of pages stand, in an index."""

import json
from collections.abc import Iterable, Mapping
from math import ceil, floor

from mmrag.store.session import Session
from mmrag.types import BBox


class LineBoxes:
    """The table of the boxes of lines, for each page one for each line of its text.

    They are kept in whole points, which a line outgrows by less than one.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_pages(self, page_ids: Iterable[str]) -> dict[str, tuple[BBox, ...]]:
        """By page ID, of those pages for which they are known; older indexes lack them."""
        rows = self._session.rows_of(
            "select page_id, boxes from line_boxes where page_id in", page_ids
        )
        return {
            row["page_id"]: tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in json.loads(row["boxes"]))
            for row in rows
        }

    def insert(self, boxes: Mapping[str, Iterable[BBox]]) -> None:
        """By page ID. Call it in a transaction, after their pages."""
        self._session.execute_many(
            "insert into line_boxes (page_id, boxes) values (?, ?)",
            ([page, _json(held)] for page, held in boxes.items()),
        )


def _json(boxes: Iterable[BBox]) -> str:
    rows = [[floor(x0), floor(y0), ceil(x1), ceil(y1)] for x0, y0, x1, y1 in boxes]
    return json.dumps(rows, separators=(",", ":"))
