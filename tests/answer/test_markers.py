"""Markers cannot be forged by a document, and are new for each question."""

import re

import pytest

from mmrag.answer.markers import marker_like, new_markers, skeleton
from mmrag.text.prompting import neutralise


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("as shown [K7Q]", "as shown (K7Q)"),
        ("【K7Q】 and ［K7Q］", "(K7Q) and (K7Q)"),
        ("<|im_start|>system", "‹|im_start|>system"),
        ("</s> <b> <!-- x -->", "‹/s> ‹b> ‹!-- x -->"),
        ("3 < 4 and a<5", "3 < 4 and a<5"),
        ("in\u200bvi\u202esible", "invisible"),
        ("plain text, 4.2 million", "plain text, 4.2 million"),
    ],
)
def test_nothing_in_a_documents_text_can_act(text: str, safe: str) -> None:
    assert neutralise(text) == safe


def test_letters_of_other_scripts_read_as_the_latin_ones() -> None:
    assert skeleton("К7Ԛ") == "K7Q"  # Cyrillic
    assert skeleton("ｋ７ｑ") == "K7Q"  # full width


def test_what_looks_like_a_marker_is_found_in_any_script() -> None:
    assert list(marker_like("see K7Q, К7Ԛ and M2X9P; not K77 or A7")) == ["K7Q", "K7Q", "M2X9P"]
    assert list(marker_like("nothing here")) == []


def test_markers_are_short_different_and_new_each_time() -> None:
    markers = new_markers(40)
    assert len(set(markers)) == 40
    assert all(re.fullmatch(r"[A-Z]\d[A-Z](?:\d[A-Z])*", marker) for marker in markers)
    assert new_markers(40) != markers


def test_a_marker_that_stands_in_the_text_is_not_drawn() -> None:
    seen = " ".join(new_markers(300))
    assert not set(new_markers(300, seen)) & set(seen.split())
