"""Line numbers in the margin of drafts and transcripts, which are no part of a text."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from mmrag.ingest.layout.order import Fragment

# Chosen by hand on drafts, transcripts, and tables whose first column counts.
_FEWEST = 6  # numbers in a column
_STEPS = (1, 5)  # from one number to the next: each line is numbered, or each fifth
_SLACK_POINTS = 2.5  # in which the numbers of a column begin, or end
_MAX_UNEVENNESS = 2.6  # most distance of two neighbours over the usual one: a line left free
_MIN_RUNNING_SHARE = 0.2  # of the numbered lines that go on with a sentence


def without(fragments: Sequence[Fragment]) -> list[Fragment]:
    """The fragments of a page but for numbers that count the lines of running text.

    They stand in a column beside the text, count by 1 or 5 at even distances, and many of the
    lines that they stand beside begin within a sentence: the rows of a table do not.
    """
    counted = {number for column in _columns(fragments) for number in column}
    return [fragment for fragment in fragments if fragment not in counted]


def _columns(fragments: Sequence[Fragment]) -> Iterator[list[Fragment]]:
    numbers = [f for f in fragments if f.text.isascii() and f.text.isdigit() and len(f.text) < 6]
    for side in (0, 2):  # aligned on the left, or on the right
        for group in _aligned(numbers, side):
            for run in _counting(group):
                if len(run) >= _FEWEST and _is_even(run) and _counts_lines(run, fragments):
                    yield run


def _aligned(numbers: Sequence[Fragment], side: int) -> Iterator[list[Fragment]]:
    """Numbers that begin, or end, at one place across the page, from top to bottom."""
    groups: list[list[Fragment]] = []
    for number in sorted(numbers, key=lambda f: f.bbox[side]):
        if groups and number.bbox[side] - groups[-1][0].bbox[side] < _SLACK_POINTS:
            groups[-1].append(number)
        else:
            groups.append([number])
    for group in groups:
        yield sorted(group, key=lambda f: f.bbox[1])


def _counting(group: Sequence[Fragment]) -> Iterator[list[Fragment]]:
    """The stretches in which each number is 1 more than the one above it, or 5."""
    for step in _STEPS:
        run: list[Fragment] = []
        for number in group:
            if run and int(number.text) - int(run[-1].text) != step:
                yield run
                run = []
            run.append(number)
        yield run


def _is_even(run: Sequence[Fragment]) -> bool:
    gaps = [below.bbox[1] - above.bbox[1] for above, below in pairwise(run)]
    return max(gaps) <= _MAX_UNEVENNESS * median(gaps)


def _counts_lines(run: Sequence[Fragment], fragments: Sequence[Fragment]) -> bool:
    """Whether the lines of a text stand beside the numbers, all on the one or the other side."""
    left, right = min(f.bbox[0] for f in run), max(f.bbox[2] for f in run)
    level = [_level(number, fragments) for number in run]
    lines = [line for line in level if line]
    if len(lines) < 0.5 * len(run):
        return False
    pieces = [piece for line in lines for piece in line]
    if not (all(f.bbox[0] > right for f in pieces) or all(f.bbox[2] < left for f in pieces)):
        return False
    first = [min(line, key=lambda f: f.bbox[0]) for line in lines]
    return sum(f.text[:1].islower() for f in first) >= _MIN_RUNNING_SHARE * len(first)


def _level(number: Fragment, fragments: Sequence[Fragment]) -> list[Fragment]:
    """What stands on the line of a number."""
    middle = (number.bbox[1] + number.bbox[3]) / 2
    return [f for f in fragments if f is not number and f.bbox[1] <= middle <= f.bbox[3]]
