"""RMS-F1 of charts (Liu et al. 2023, DePlot, section 3.2), computed by hand."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "eval"))

from chart_scores import Entry, rms

TRUE = (Entry("North 2020", 10.0), Entry("South 2020", 20.0))


def test_what_is_read_as_it_is_scores_one() -> None:
    assert rms(TRUE, TRUE) == pytest.approx((1, 1, 1))


def test_a_value_that_is_off_by_a_tenth_counts_nine_tenths() -> None:
    read = (Entry("North 2020", 11.0), Entry("South 2020", 20.0))
    assert rms(read, TRUE) == pytest.approx((0.95, 0.95, 0.95))  # (0.9 + 1) / 2


def test_a_value_that_is_missing_costs_recall_alone() -> None:
    precision, recall, f1 = rms(TRUE[:1], TRUE)
    assert (precision, recall) == pytest.approx((1, 0.5))
    assert f1 == pytest.approx(2 / 3)


def test_a_key_with_one_letter_of_ten_wrong_counts_nine_tenths() -> None:
    read = (Entry("Nortj 2020", 10.0), Entry("South 2020", 20.0))
    assert rms(read, TRUE)[2] == pytest.approx(0.95)


def test_a_value_off_by_more_than_half_counts_nothing() -> None:
    read = (Entry("North 2020", 16.0), Entry("South 2020", 20.0))
    assert rms(read, TRUE)[2] == pytest.approx(0.5)
