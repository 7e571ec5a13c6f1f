"""Calibration, computed by hand."""

import pytest

from mmrag.evaluate.calibration import (
    Bin,
    Risk,
    area,
    calibration_error,
    coverage_at,
    reliability,
    risk_coverage,
)

CONFIDENCES = [0.95, 0.85, 0.85, 0.25]
RIGHT = [True, True, False, False]


def test_a_bin_has_the_mean_confidence_and_accuracy_of_its_answers() -> None:
    assert reliability(CONFIDENCES, RIGHT) == (
        Bin(0.2, 0.3, 1, 0.25, 0.0),
        Bin(0.8, 0.9, 2, 0.85, 0.5),
        Bin(0.9, 1.0, 1, 0.95, 1.0),
    )
    assert reliability([1.0], [True]) == (Bin(0.9, 1.0, 1, 1.0, 1.0),)


def test_the_error_weighs_each_bin_by_its_answers() -> None:
    # 1/4 * 0.25 + 2/4 * 0.35 + 1/4 * 0.05
    assert calibration_error(CONFIDENCES, RIGHT) == pytest.approx(0.25)
    assert calibration_error([1.0, 1.0], [True, True]) == 0
    assert calibration_error([], []) == 0


def test_the_most_confident_are_answered_first_and_equal_ones_together() -> None:
    curve = risk_coverage(CONFIDENCES, RIGHT)
    assert curve == (Risk(0.95, 0.25, 0.0), Risk(0.85, 0.75, 1 / 3), Risk(0.25, 1.0, 0.5))
    assert area(curve) == pytest.approx(0.5 / 3 + 0.25 * 0.5)
    assert risk_coverage([], []) == ()


def test_the_widest_coverage_at_a_risk_says_from_which_confidence_on_to_answer() -> None:
    curve = risk_coverage(CONFIDENCES, RIGHT)
    assert coverage_at(curve, 0.4) == Risk(0.85, 0.75, 1 / 3)
    assert coverage_at(curve, 0.1) == Risk(0.95, 0.25, 0.0)
    assert coverage_at(risk_coverage([0.5], [False]), 0.4) is None
