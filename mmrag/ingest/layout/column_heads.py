"""Heads of columns that are set sideways over a table, as cells of a row."""

from collections.abc import Sequence
from dataclasses import replace

from mmrag.ingest.layout.order import Fragment

# Chosen by hand on tables with upright and with sideways heads.
_FEWEST = 3  # heads beside one another
_SLACK_POINTS = 4.0  # in which they begin, at their feet or at their tops
_MAX_GAP = 3.0  # sizes of type, from the heads to the cells below
_MAX_CHARS = 60  # of a head


def stood_up(
    sideways: Sequence[Fragment], upright: Sequence[Fragment]
) -> tuple[list[Fragment], list[Fragment]]:
    """The heads among `sideways` as upright pieces at their feet, and what is none.

    A head stands in a row of three or more over a cell of the `upright` text.
    """
    heads: list[Fragment] = []
    standing: list[Fragment] = []
    for row in _rows([f for f in sideways if len(f.text) <= _MAX_CHARS]):
        foot = max(f.bbox[3] for f in row)
        if sum(_stands_over_cell(f, foot, upright) for f in row) >= _FEWEST:
            heads += row
            standing += [_at_foot(f, foot) for f in row]
    return standing, [f for f in sideways if f not in heads]


def _rows(pieces: Sequence[Fragment]) -> list[list[Fragment]]:
    """Pieces that end at one height, or begin at one."""
    for side in (3, 1):
        rows: list[list[Fragment]] = []
        for piece in sorted(pieces, key=lambda f: f.bbox[side]):
            if rows and piece.bbox[side] - rows[-1][0].bbox[side] < _SLACK_POINTS:
                rows[-1].append(piece)
            else:
                rows.append([piece])
        found = [row for row in rows if len(row) >= _FEWEST]
        if found:
            return found
    return []


def _stands_over_cell(head: Fragment, foot: float, upright: Sequence[Fragment]) -> bool:
    x0, _, x1, _ = head.bbox
    return any(
        -_SLACK_POINTS < f.bbox[1] - foot < _MAX_GAP * head.size
        and f.bbox[0] < x1 + head.size
        and f.bbox[2] > x0 - head.size
        for f in upright
    )


def _at_foot(head: Fragment, foot: float) -> Fragment:
    """A head as a piece of one line's height, at the height of its row."""
    x0, _, x1, _ = head.bbox
    return replace(head, bbox=(x0, foot - (x1 - x0), x1, foot))
