from mmrag.ingest.layout import column_heads
from mmrag.ingest.layout.order import Fragment, reading_order


def cell(text: str, x: float, y: float) -> Fragment:
    return Fragment(text, (x, y, x + 5 * len(text), y + 12), 9, bold=False)


def head(text: str, x: float) -> Fragment:
    return Fragment(text, (x, 100 - 5 * len(text), x + 12, 100), 9, bold=False)


CELLS = [cell("Lock", 50, 88), cell("Ash", 50, 104), cell("Elm", 50, 120)]
CELLS += [
    cell(str(10 * row + at), 150 + 60 * at, 104 + 16 * row) for row in (0, 1) for at in range(3)
]
HEADS = [head("Width", 150), head("Fall in m", 210), head("Gates", 270)]


def test_heads_set_sideways_over_their_columns_are_a_row() -> None:
    heads, others = column_heads.stood_up(HEADS, CELLS)
    assert others == []
    lines = [line.text for line in reading_order([*CELLS, *heads])]
    assert lines == ["Lock  Width  Fall in m  Gates", "Ash  0  1  2", "Elm  10  11  12"]


def test_other_sideways_text_stays_so() -> None:
    stamp = [head("Received", 20), head("Axis title", 560)]
    assert column_heads.stood_up(stamp, CELLS) == ([], stamp)
    assert column_heads.stood_up(HEADS, []) == ([], HEADS)
