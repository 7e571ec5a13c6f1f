"""The text of a chart, with each value beside the label that it stands over."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from mmrag.ingest.layout.order import Fragment

_VALUE = re.compile(r"[-–−+(]?\s?[$€£¥]?\s?\d[\d.,]*\s?(?:%|[kKMBT]|bn|mn|m)?\)?")
# Chosen by hand on charts with values over their bars.
_MIN_LABELS = 3  # in a row that is taken for an axis
_MAX_UNEVENNESS = 1.6  # longest distance of two neighbouring labels, over the shortest
_MAX_OFFSET_SHARE = 0.3  # of that distance: from the middle of a value to that of its label


def labelled(fragments: Sequence[Fragment]) -> list[Fragment]:
    """The fragments, those of an axis with their values: `Q1: 14.2`, where there is no doubt.

    There is none where labels stand in one row at even distances, each with one number over its
    middle, and no number stands between. Of several series, where a value is missing, or where two
    labels were read as one, all stays as it is; so too where the numbers stand in a row
    themselves, which are the labels of another axis.
    """
    for labels in _axes(fragments):
        values = _values(labels, fragments)
        if values is not None:
            taken = {*labels, *values}
            told = [
                replace(label, text=f"{label.text.strip()}: {value.text.strip()}")
                for label, value in zip(labels, values, strict=True)
            ]
            return [fragment for fragment in fragments if fragment not in taken] + told
    return list(fragments)


def rows_of_values(
    fragments: Sequence[Fragment],
) -> Iterator[tuple[list[Fragment], list[Fragment]]]:
    """Labels in a row at even distances, and the one value over each; rows may go side by side.

    What is a value of one row is no label of another.
    """
    taken: set[Fragment] = set()
    for row in _rows(fragments):
        for labels in _runs(row):
            values = _values(labels, fragments) if taken.isdisjoint(labels) else None
            if values is not None:
                taken.update(labels, values)
                yield labels, values


def _axes(fragments: Sequence[Fragment]) -> Iterator[list[Fragment]]:
    """Rows of evenly spaced fragments, the lowest first, from left to right."""
    for row in _rows(fragments):
        gaps = [_middle(right) - _middle(left) for left, right in pairwise(row)]
        if len(row) >= _MIN_LABELS and max(gaps) < _MAX_UNEVENNESS * min(gaps):
            yield row


def _rows(fragments: Sequence[Fragment]) -> list[list[Fragment]]:
    """Fragments on one height, the lowest row first, each from left to right."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=_height, reverse=True):
        if rows and _height(rows[-1][0]) - _height(fragment) < fragment.height / 2:
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    return [sorted(row, key=_middle) for row in rows]


def _runs(row: Sequence[Fragment]) -> Iterator[list[Fragment]]:
    """The parts of a row whose fragments stand at even distances; a wide gap ends one."""
    least = min((_middle(right) - _middle(left) for left, right in pairwise(row)), default=0.0)
    run = list(row[:1])
    for left, right in pairwise(row):
        if _middle(right) - _middle(left) >= _MAX_UNEVENNESS * least:
            yield from [run] if len(run) >= _MIN_LABELS else []
            run = []
        run.append(right)
    yield from [run] if len(run) >= _MIN_LABELS else []


def _values(labels: Sequence[Fragment], fragments: Sequence[Fragment]) -> list[Fragment] | None:
    """The one number over each label; None where one has none or several, or one has no label."""
    reach = _MAX_OFFSET_SHARE * min(
        _middle(right) - _middle(left) for left, right in pairwise(labels)
    )
    over = [
        fragment
        for fragment in sorted(fragments, key=_middle)
        if fragment.bbox[3] <= labels[0].bbox[1]
        and labels[0].bbox[0] <= _middle(fragment) <= labels[-1].bbox[2]
        and _VALUE.fullmatch(fragment.text.strip())
    ]
    if len(over) != len(labels):
        return None
    if any(abs(_middle(v) - _middle(x)) > reach for v, x in zip(over, labels, strict=True)):
        return None
    heights = [_height(value) for value in over]
    return over if max(heights) - min(heights) > labels[0].height / 2 else None


def _middle(fragment: Fragment) -> float:
    return (fragment.bbox[0] + fragment.bbox[2]) / 2


def _height(fragment: Fragment) -> float:
    return (fragment.bbox[1] + fragment.bbox[3]) / 2
