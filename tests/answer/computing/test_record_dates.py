"""Columns of dates: as each is written, and none where it can be read in two ways."""

from datetime import date

import pytest

from mmrag.answer.computing.record_dates import dates, words

DAYS = [date(2024, 12, 31), date(2024, 3, 4)]


@pytest.mark.parametrize(
    "texts",
    [
        ("2024-12-31", "2024-03-04"),
        ("2024-12-31T08:15:00Z", "2024-03-04 08:15"),
        ("31.12.2024", "4.3.2024"),
        ("12/31/2024", "03/04/2024"),
        ("31/12/2024", "04/03/2024"),
        ("31-12-2024", "04-03-2024"),
        ("31 December 2024", "4 March 2024"),
        ("Dec 31, 2024", "March 4th, 2024"),
    ],
)
def test_a_column_of_dates_is_read_as_it_is_written(texts):
    assert dates(texts) == dict(zip(texts, DAYS, strict=True))


@pytest.mark.parametrize(
    "texts",
    [
        ("03/04/2024", "05/06/2024"),  # the third of April, or the fourth of March
        ("31/12/2024", "12/31/2024"),
        ("31.12.2024", "soon"),
        ("31.02.2024",),
        ("12.2024",),
    ],
)
def test_what_is_no_date_or_two_is_none(texts):
    assert dates(texts) is None


def test_a_date_that_reads_alike_both_ways_is_one():
    assert dates(["03/03/2024"]) == {"03/03/2024": date(2024, 3, 3)}


def test_points_have_the_day_first():
    assert dates(["03.04.2024"]) == {"03.04.2024": date(2024, 4, 3)}


def test_a_month_has_no_day():
    assert dates(["March 2024"]) == {"March 2024": date(2024, 3, 1)}
    assert words(date(2024, 3, 1)) == ("2024", "march")
