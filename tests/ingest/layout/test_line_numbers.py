import pytest

from mmrag.ingest.layout import line_numbers
from mmrag.ingest.layout.order import Fragment

DRAFT = (
    "The ferry shall call at both piers,",
    "and the harbour master shall be told of",
    "each delay within the hour. Goods are",
    "weighed before they are taken on board,",
    "at the cost of whoever sends them. No",
    "animals travel on deck in winter. The",
    "captain may refuse what is not packed.",
    "Fares are set once a year by the council",
    "and posted on both piers in spring.",
)


def fragment(text: str, x: float, y: float) -> Fragment:
    return Fragment(text, (x, y, x + 5 * len(text), y + 12), 10, bold=False)


def page(lines: tuple[str, ...], x: float, first: int, step: int = 1) -> list[Fragment]:
    found = []
    for at, line in enumerate(lines):
        found.append(fragment(line, 100, 80 + 24 * at))
        if at % step == 0:
            found.append(fragment(str(first + at), x, 80 + 24 * at))
    return found


@pytest.mark.promise(34)
@pytest.mark.parametrize(("x", "first"), [(70, 1), (70, 23), (400, 1)])
def test_numbers_beside_the_lines_of_a_text_go(x: float, first: int) -> None:
    left = line_numbers.without(page(DRAFT, x, first))
    assert [f.text for f in left] == list(DRAFT)


def test_a_number_at_each_fifth_line_goes() -> None:
    text = DRAFT * 4
    left = line_numbers.without(page(text, 70, 5, step=5))
    assert [f.text for f in left] == list(text)


def test_numbers_of_rows_and_items_stay() -> None:
    ranking = tuple(f"{name}  {500 - at}" for at, name in enumerate("ABCDEFGHIJ"))
    items = tuple(f"Item {line}" for line in DRAFT)
    for lines in (ranking, items):
        every = page(lines, 70, 1)
        assert line_numbers.without(every) == every


def test_a_column_of_numbers_within_the_text_stays() -> None:
    every = page(DRAFT, 70, 1) + [fragment("total", 20, 80 + 24 * at) for at in range(9)]
    assert len(line_numbers.without(every)) == len(every)
