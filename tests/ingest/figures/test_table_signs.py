"""The pages that the layout model is kept for."""

from mmrag.ingest.figures.captions import find
from mmrag.ingest.figures.table_signs import needs_layout
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox


def at(text: str, x: float, y: float) -> Fragment:
    return Fragment(text, (x, y, x + 5 * len(text), y + 10), 9, False)


def needed(*lines: Fragment, rules: tuple[BBox, ...] = (), drawn: bool = False) -> bool:
    return needs_layout(find(lines), rules, lines, drawn=drawn)


PROSE = tuple(
    at("The towers stand on granite and the cable runs over", 50, 100 + 12 * row)
    for row in range(9)
)


def test_plain_text_goes_without_the_model() -> None:
    assert not needed(*PROSE)
    assert not needed()


def test_a_large_drawing_or_a_caption_calls_for_it() -> None:
    assert needed(*PROSE, drawn=True)
    assert needed(*PROSE, at("Table 1: Trips", 50, 300))
    assert needed(*PROSE, at("Exhibit 1: The station", 50, 300))


def test_rows_of_cells_call_for_it() -> None:
    rows = [
        at(text, x, 300 + 12 * row)
        for row in range(3)
        for text, x in (("Trips", 50), ("411", 250), ("508", 350))
    ]
    assert needed(*PROSE, *rows)


def test_level_lines_of_the_same_ends_call_for_it_and_underlined_words_do_not() -> None:
    lines = tuple((50.0, y, 300.0, y + 1) for y in (300.0, 320.0, 340.0))
    assert needed(*PROSE, rules=lines)
    assert not needed(*PROSE, rules=lines[:2])
    underlines = tuple((50.0, 110.0 + 12 * row, 305.0, 111.0 + 12 * row) for row in range(9))
    assert not needed(*PROSE, rules=underlines)
