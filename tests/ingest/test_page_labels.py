import pytest

from mmrag.ingest import page_labels
from mmrag.ingest.layout.lines import TextLine
from mmrag.ingest.layout.segments import page_text
from mmrag.ingest.raw import RawPage

HEIGHT = 800
BODY = "In 1998 the ferry made 12 trips a day, 7 of them by night"


def page(number: int, head: str = "", foot: str = "", *, body: str = BODY) -> RawPage:
    """A page with a line of running head, one in its middle, and one of foot."""
    lines = [
        TextLine(text, (50, y, 300, y + 12), 10, False, block)
        for block, (text, y) in enumerate([(head, 30), (body, 400), (foot, 770)])
        if text
    ]
    text, segments = page_text(lines)
    return RawPage(number, 600, HEIGHT, text, segments, "pdf")


def feet(*texts: str) -> tuple[str, ...]:
    return page_labels.find([page(at, foot=text) for at, text in enumerate(texts, 1)])


def heads(*texts: str) -> tuple[str, ...]:
    return page_labels.find([page(at, head=text) for at, text in enumerate(texts, 1)])


def test_the_difference_that_the_pages_share_makes_the_number() -> None:
    assert feet("213", "214", "215", "216") == ("213", "214", "215", "216")


@pytest.mark.parametrize(
    "head",
    [
        "{} Ferries of the North",
        "Version 1.3 of 2 May 2021  Ferries  {}",
        "Chapter 2: Ferries  {}",
        "- {} -",
        "Page {} of 300",
        "Ferries, page {}, 300 in all",
        "|0{}",
    ],
)
def test_numbers_are_found_within_running_heads(head: str) -> None:
    assert heads(*(head.format(n) for n in range(5, 9))) == ("5", "6", "7", "8")


def test_numbers_that_do_not_count_along_are_none() -> None:
    assert feet("2021", "2021", "2021") == ("", "", "")
    assert feet("Figure 4", "Figure 5", "Figure 6") == ("", "", "")
    assert feet("12", "40", "7", "9") == ("", "", "", "")
    rows = [f"{n}  {n + 5}  {n + 9}  {n + 11}  {n + 20}" for n in range(4)]
    assert feet(*rows) == ("", "", "", "")
    assert feet("5", "6") == ("", "")


def test_numbers_in_the_middle_of_the_page_are_none() -> None:
    pages = [page(n, "Ferries", "of the North", body=str(n + 3)) for n in range(1, 6)]
    assert page_labels.find(pages) == ("",) * 5


def test_roman_numerals_go_before_the_body_and_parts_have_prefixes() -> None:
    found = feet("", "ii", "iii", "iv", "1", "2", "3", "F-1", "F – 2", "F-3")
    assert found == ("i", "ii", "iii", "iv", "1", "2", "3", "F-1", "F-2", "F-3")


def test_spreads_have_two_numbers_wherever_these_stand() -> None:
    assert feet("16  17", "18  19", "20  21") == ("16–17", "18–19", "20–21")
    pages = [page(n, f"{2 * n}", f"{2 * n + 1}") for n in (1, 2, 3)]
    assert page_labels.find(pages) == ("2–3", "4–5", "6–7")


def test_pages_without_their_number_have_it_by_their_neighbours() -> None:
    assert feet("", "1", "2", "", "4", "5", "")[:6] == ("", "1", "2", "3", "4", "5")
    later = feet("1", "2", "3", *[""] * 9, "13", "14", "15")
    assert later == tuple(str(n) for n in range(1, 16))


def test_printed_numbers_go_before_those_of_the_file() -> None:
    pages = [page(n, foot=str(n - 2) if n > 2 else "") for n in range(1, 7)]
    given = ["Cover", "ii", "iii", "iv", "v", "vi"]
    assert page_labels.find(pages, given) == ("Cover", "ii", "1", "2", "3", "4")
    assert page_labels.find([page(1), page(2)], ["i", "1"]) == ("i", "1")


def test_labels_of_a_file_that_are_its_numbers_say_nothing() -> None:
    assert page_labels.find([page(1), page(2)], ["1", "2"]) == ("", "")


def test_a_file_cut_short_by_a_limit_has_labels_for_what_was_read() -> None:
    assert page_labels.find([page(1), page(2)], ["i", "ii", "1", "2"]) == ("i", "ii")


def test_a_margin_full_of_numbers_costs_little_and_hides_no_foot() -> None:
    def crowded(number: int) -> RawPage:
        rows = [
            TextLine(f"{7 * row}", (50, row / 20, 90, row / 20 + 1), 9, False, row)
            for row in range(1500)
        ]
        foot = TextLine(f"{number + 40}", (300, 780, 320, 792), 9, False, 2000)
        text, segments = page_text([*rows, foot])
        return RawPage(number, 600, HEIGHT, text, segments, "pdf")

    assert page_labels.find([crowded(n) for n in range(1, 5)]) == ("41", "42", "43", "44")
