import pymupdf
import pytest

from mmrag.ingest.layout import fragments, raised
from mmrag.ingest.layout.order import Fragment, reading_order


def text_of(*pieces: tuple[str, float, float]) -> str:
    """The page's text, its pieces (text, size, rise) set one after another."""
    with pymupdf.open() as document:
        page = document.new_page()
        x = 60.0
        for text, size, rise in pieces:
            page.insert_text((x, 100 - rise), text, fontsize=size)
            x += pymupdf.get_text_length(text, "helv", size)
        return "\n".join(line.text for line in reading_order(fragments.read(page).fragments))


@pytest.mark.promise(34)
@pytest.mark.parametrize(
    ("pieces", "read"),
    [
        ([("sold 57.3", 11, 0), ("2", 7, 4), (" tonnes", 11, 0)], "sold 57.3² tonnes"),
        ([("about 10", 9, 0), ("-6", 6, 3), (" mol", 9, 0)], "about 10⁻⁶ mol"),
        ([("4", 6, 4), ("Preliminary", 10, 0)], "⁴Preliminary"),
        ([("wages", 10, 0), ("1,2", 6, 4)], "wages¹,²"),
    ],
)
def test_raised_smaller_digits_are_superscripts(
    pieces: list[tuple[str, float, float]], read: str
) -> None:
    assert text_of(*pieces) == read


@pytest.mark.parametrize(
    "pieces",
    [
        [("H", 10, 0), ("2", 6, -2), ("O", 10, 0)],  # lowered
        [("the 3", 10, 0), ("rd", 6, 4)],  # letters
        [("Total 4", 10, 0), ("27", 7, 0)],  # smaller on the same line
    ],
)
def test_other_small_type_stays_as_it_is(pieces: list[tuple[str, float, float]]) -> None:
    assert text_of(*pieces) == "".join(text for text, _, _ in pieces)


@pytest.mark.promise(34)
def test_a_mark_that_came_as_a_piece_of_its_own_is_kept_apart_from_its_cell() -> None:
    cells = [
        Fragment("Rye", (50, 100, 70, 112), 10, bold=False),
        Fragment("64", (150, 100, 162, 112), 10, bold=False),
        Fragment("5", (162.2, 98, 166, 106), 6, bold=False),
        Fragment("81", (250, 100, 262, 112), 10, bold=False),
    ]
    assert [line.text for line in reading_order(cells)] == ["Rye  64⁵  81"]


def test_only_numbers_and_lists_of_them_become_marks() -> None:
    assert [raised.marked(text) for text in ("(12)", "a", "*", "th")] == ["⁽¹²⁾", "a", "*", "th"]
