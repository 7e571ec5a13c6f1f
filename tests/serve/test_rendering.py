"""What templates are given to tell numbers and times with."""

import pytest

from mmrag.serve.rendering import counted, moment


@pytest.mark.parametrize(("number", "told"), [(0, "0 pages"), (1, "1 page"), (2, "2 pages")])
def test_one_thing_is_one(number: int, told: str) -> None:
    assert counted(number, "page") == told


@pytest.mark.parametrize("at", ["2026-03-01T14:05:09+00:00", "2026-03-01T16:05:09+02:00"])
def test_a_time_is_told_to_the_minute_wherever_it_was_noted(at: str) -> None:
    assert moment(at) == "2026-03-01 14:05 UTC"
