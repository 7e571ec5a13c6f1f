"""Questions over charts, whose labels are short and whose captions say little."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from marked_evidence import answer_to
from tiny_tables import cell_box, piece, table

from mmrag.answer.computing import charted
from mmrag.answer.extracted import ExtractedAnswerer
from mmrag.types import Answer, Axis, Chart, Table

CAPTION = "Members are critical of the new harbour fee: % who say the fee is __ for the town"
FEE = (
    ("", "Bad", "Good"),
    ("Total", "64%", "31%"),
    ("Ages 18-29", "54", "41"),
    ("30-49", "59", "35"),
    ("50+", "73", "23"),
    ("Rep/Lean Rep", "82", "15"),
    ("Dem/Lean Dem", "54", "42"),
)
POWERS = (
    ("", "U.S.", "China", "Japan"),
    ("U.S.", "50%", "32%", "7%"),
    ("Germany", "24", "53", "6"),
)
BOATS = (("", "Boats"), ("2012", "400"), ("2013", "520"), ("2014", "480"))


def chart(lines: Sequence[Sequence[str]], caption: str = CAPTION) -> Table:
    """Lines as what was read of a chart of lying bars."""
    read = table(lines, caption=caption, names="Survey of the harbour")
    told = Chart("bar", Axis("", "none"), Axis("", "category"), tuple(lines[0][1:]), ())
    return replace(read, grid=replace(read.grid, chart=told))


def asked(question: str, *charts: Table) -> Answer:
    return answer_to(
        question, [piece("K7Q", one) for one in charts], ExtractedAnswerer(), computes=True
    )


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("What percentage of Republicans say that the fee is good?", "15"),
        ("What share of members say that the new fee is bad?", "64"),
        ("What percentage of people aged 18 to 29 rate the fee as good?", "41"),
        (
            "What is the difference in percentage between Republicans and Democrats who say"
            " the fee is bad?",
            "28",
        ),
        ("Which age group has the highest share that finds the fee good?", "Ages 18-29"),
        ("Which age group is second highest in saying the fee is good?", "30-49"),
        ("What is the average of Republicans and Democrats who say the fee is good?", "28.5"),
        ("What's the value of the smallest bar in the chart of the harbour fee?", "15"),
    ],
)
def test_what_a_question_names_of_a_chart_is_computed(question: str, result: str) -> None:
    computation = asked(question, chart(FEE)).computation
    assert computation is not None
    assert str(computation.result) == result


def test_an_answer_over_a_chart_is_less_sure_than_one_over_a_table() -> None:
    answer = asked("What percentage of Republicans say that the fee is good?", chart(FEE))
    assert answer.confidence == charted.CONFIDENCE
    assert answer.citations[0].bbox == cell_box(5, 2)


def test_parts_of_one_whole_that_are_joined_by_or_are_added() -> None:
    answer = asked(
        "What percentage of German respondents name China or Japan as the top power?",
        chart(POWERS, "% who say __ is the top power of the world"),
    )
    assert answer.text.startswith("59 % (Germany, China, Japan: 53 + 6)")


def test_the_later_of_two_years_is_compared_with_the_earlier() -> None:
    answer = asked(
        "How much greater is the number of boats in the harbour in 2013 than in 2012?",
        chart(BOATS, "Boats in the harbour"),
    )
    assert answer.text.startswith("120 more in 2013 than in 2012")


def test_a_series_without_a_name_is_not_named() -> None:
    answer = asked(
        "How many more boats did the harbour have in 2013 than in 2014?",
        chart((("", ""), *BOATS[1:]), "Boats in the harbour"),
    )
    assert answer.text.startswith("40 more in 2013 than in 2014 (520 - 480; +8.3 %)")


def test_what_says_where_to_look_names_no_row() -> None:
    answer = asked(
        "On the slide that lists what was built by June 2014, how much greater is the number of"
        " boats for 2013 than 2012?",
        chart(BOATS, "Boats in the harbour"),
    )
    assert answer.text.startswith("120 more in 2013 than in 2012")


@pytest.mark.parametrize(
    "question",
    [
        "What percentage of Chinese respondents name the U.S. or Japan as the top power?",
        "What percentage of Germans name Japan as the top power in 1999?",
        "What percentage of Germans prefer cats?",
        "What share of the pie chart of the top power of the world is Germans for Japan?",
        "What percentage of Germans name Japan 9 as the top power?",
        "What colour is the bar of Germany that names China as the top power?",
        'What percentage of Germans name "Great China" as the top power of the world?',
    ],
)
def test_what_a_chart_does_not_say_is_not_computed_from_it(question: str) -> None:
    answer = asked(question, chart(POWERS, "% who say __ is the top power of the world"))
    assert answer.computation is None


def test_a_word_that_names_several_rows_leaves_the_choice_open() -> None:
    lines = (("", "Good"), ("Cons/Mod", "61"), ("Mod/Lib", "39"))
    assert asked("What share of moderates say the fee is good?", chart(lines)).computation is None


@pytest.mark.parametrize(
    "question",
    [
        "By how much did the boats of the harbour that people like grow from 2012 to 2013?",
        "By how much did the boats of the harbour that people like fall from 2012 to 2014?",
        "How many boats of the harbour that people like were there in 2012 and in 2016?",
        "Which harbour saw the greatest change in boats between 2012 and 2014?",
    ],
)
def test_what_went_the_other_way_or_is_of_a_year_in_doubt_is_not_computed(question: str) -> None:
    lines = (*BOATS, ("2013.5", "300"))
    assert asked(question, chart(lines, "Boats in the harbour")).computation is None


def test_measured_numbers_are_not_computed_with() -> None:
    read = chart(BOATS, "Boats in the harbour")
    cells = tuple(
        cell if cell.is_header else replace(cell, uncertainty=2.0) for cell in read.grid.cells
    )
    measured = replace(read, grid=replace(read.grid, cells=cells))
    question = "How much greater is the number of boats in the harbour in 2013 than in 2012?"
    assert asked(question, measured).computation is None


BY_AGE = (
    ("", "18-29", "30-49", "50+"),
    ("2015", "26", "34", "41"),
    ("2020", "29", "31", "56"),
    ("2021", "60", "30", "50"),
)


@pytest.mark.parametrize(
    ("question", "result"),
    [
        (
            "Which age group saw the greatest change in the harbour fee between 2015 and 2020?",
            "50+",
        ),
        ("Which group saw the smallest change in the harbour fee from 2015 to 2020?", None),
        ("Which group had the largest decline from 2015 to 2020?", "30-49"),
        ("Which group grew the most between 2020 and 2021?", None),
        ("Which group had the largest increase between 2020 and 2021?", "18-29"),
        ("Which group had the largest increase between 2015 and 2019?", None),
    ],
)
def test_what_changed_most_between_two_years_is_told(question: str, result: str | None) -> None:
    computation = asked(question, chart(BY_AGE)).computation
    assert (None if computation is None else str(computation.result)) == result


def test_a_series_without_a_name_is_no_answer() -> None:
    lines = (("", "series 1", "series 2"), *(row[:3] for row in BY_AGE[1:]))
    question = "Which group had the largest decline from 2015 to 2020?"
    assert asked(question, chart(lines)).computation is None


def test_the_names_of_a_document_say_nothing_of_what_its_chart_shows() -> None:
    lines = (("", "Profit"), ("2014", "41.2"), ("2015", "38.0"), ("2016", "47.5"))
    one = replace(chart(lines, caption="Profit by year"), names="Halden Tidal annual report")
    assert asked("How many patents did Halden Tidal file in 2015?", one).computation is None
    assert asked("What was the profit of Halden Tidal in 2015?", one).computation is not None


def test_a_panel_and_a_series_may_be_named_apart() -> None:
    heads = (
        ("", "New cranes", "", "Deeper quays", ""),
        ("", "Rep/Lean Rep", "Dem/Lean Dem", "Rep/Lean Rep", "Dem/Lean Dem"),
    )
    rows = (("2020", "52", "43", "18", "44"), ("2021", "63", "44", "57", "39"))
    read = table((*heads, *rows), caption=CAPTION, names="Survey of the harbour", head_rows=2)
    cells = tuple(
        replace(cell, column_end=cell.column + 1) if cell.row == 0 else cell
        for cell in read.grid.cells
    )
    told = Chart("line", Axis("", "category"), Axis("", "linear"), ("a", "b", "c", "d"), ())
    one = replace(read, grid=replace(read.grid, cells=cells, chart=told))
    for question, result in (
        ("What share of Democrats is for deeper quays in 2020?", "44"),
        ("By how much did the share of dem/lean dem for new cranes grow from 2020 to 2021?", "1"),
        ("By how much did the share of Republicans for deeper quays grow from 2020 to 2021?", "39"),
    ):
        computation = asked(question, one).computation
        assert computation is not None, question
        assert str(computation.result) == result


PARTIES = (
    ("", "More ferries", "Fewer ferries"),
    ("Total", "39", "60"),
    ("Rep/Lean Rep", "62", "36"),
    ("Conserv", "68", "30"),
    ("Mod/Lib", "53", "45"),
    ("Dem/Lean Dem", "19", "80"),
    ("Cons/Mod", "25", "73"),
    ("Liberal", "10", "90"),
)
REASONS = (
    ("", "Major reason", "Minor reason"),
    ("Not enough people keep their distance", "75", "16"),
    ("Inadequate response of the harbour office", "53", "23"),
    ("Not enough timely ferries", "49", "31"),
)
RATINGS = (("", "Approve"), ("2017.2", "44"), ("2018.6", "38"), ("2020.1", "41"))
WHY = "Why the quay is crowded: how much of a reason is each"


def in_blocks(read: Table, *first: int) -> Table:
    """A chart with a gap before the rows of these numbers."""
    cells = tuple(
        replace(cell, bbox=(x0, y0 + shift, x1, y1 + shift))
        for cell in read.grid.cells
        for x0, y0, x1, y1 in (cell.bbox,)
        for shift in (30.0 * sum(cell.row >= row for row in first),)
    )
    return replace(read, grid=replace(read.grid, cells=cells))


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("What percentage of liberal Democrats want fewer ferries?", "90"),
        ("What percentage of conservative Republicans want more ferries?", "68"),
        ("What is the gap between Republicans and Democrats who want more ferries?", "43"),
        ("Do more Republicans or Democrats want fewer ferries?", "Dem/Lean Dem"),
        ("What percentage of rural Democrats want fewer ferries?", None),
        ("What share of islanders want fewer ferries?", None),
    ],
)
def test_a_narrower_group_is_its_own_row_of_a_block_or_none(question: str, result: str) -> None:
    survey = in_blocks(chart(PARTIES, "What the town wants: % who want __"), 2, 5)
    computation = asked(question, survey).computation
    assert (None if computation is None else str(computation.result)) == result


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("How many percent cite an inadequate response as a major reason?", "53"),
        ("What share say that not enough timely ferries are a minor reason?", "31"),
        ("What share say that not enough is a minor reason?", None),
        ("How many percent cite the weather as a major reason?", None),
    ],
)
def test_a_long_label_is_named_by_words_that_no_other_has(question: str, result: str) -> None:
    computation = asked(question, chart(REASONS, WHY)).computation
    assert (None if computation is None else str(computation.result)) == result


def test_a_number_is_no_group() -> None:
    told = chart(RATINGS, "Approval of the harbour master")
    assert (
        asked("Which group has the lowest approval of the harbour master?", told).computation
        is None
    )
    computation = asked(
        "In which year was the approval of the harbour master lowest?", told
    ).computation
    assert computation is not None and str(computation.result) == "2018.6"


def test_two_questions_in_one_are_both_answered_or_none_is() -> None:
    both = "How many percent of Republicans rate the fee as bad and how many percent of {} {}?"
    survey = in_blocks(chart(PARTIES, "What the town wants: % who want __"), 2, 5)
    grid = replace(survey.grid, figure_id="3fa9c1d2-p0013-f01")
    pieces = [piece("K7Q", chart(FEE)), piece("M3T", replace(survey, grid=grid))]
    question = both.format("Democrats", "want fewer ferries")
    answer = answer_to(question, pieces, ExtractedAnswerer(), computes=True)
    assert answer.computation is not None
    assert answer.computation.result == ("82 %", "80")
    assert asked(both.format("tourists", "do"), chart(FEE)).computation is None


def test_a_sum_of_which_one_part_is_there_is_not_told() -> None:
    answer = asked(
        "What is the sum of Republicans and tourists who say the fee is bad?", chart(FEE)
    )
    assert answer.computation is None


def test_of_charts_that_fit_alike_none_tells_what_is_largest_where_they_differ() -> None:
    boats = chart((("", ""), ("Skiffs", "40"), ("Tugs", "75")), "Share of boats in the harbour")
    huts = chart((("", ""), ("Barns", "10"), ("Kiosks", "90")), "Share of boats in the harbour")
    huts = replace(huts, grid=replace(huts.grid, figure_id="3fa9c1d2-p0013-f01"))
    question = "Which type has the highest share of boats in the harbour?"
    assert str(asked(question, boats).computation.result) == "Tugs"
    assert asked(question, boats, huts).computation is None
    assert asked(question, boats).text.startswith("Tugs (75, the largest of 2)")
