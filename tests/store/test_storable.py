"""Whatever a file is called or says can be kept in SQLite and given back."""

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrag.store.storable import (
    mapping_json,
    path_key,
    path_text,
    problems_json,
    storable,
    texts_json,
)
from mmrag.types import Problem


@given(st.text())
def test_places_in_a_text_stay_the_same(text: str) -> None:
    kept = storable(text)
    assert len(kept) == len(text)
    kept.encode("utf-8")
    assert "\x00" not in kept


def test_nul_and_lone_surrogates_are_seen() -> None:
    assert storable("a\x00b\udcff") == "a\ufffdb\ufffd"


@pytest.mark.parametrize(
    "name", [b"/docs/plain.pdf", "/docs/übung.pdf".encode(), b"/docs/\xff.pdf"]
)
def test_a_path_comes_back_as_it_was_even_where_it_is_no_utf8(name: bytes) -> None:
    path = os.fsdecode(name)
    assert path_text(path_key(path)) == path
    assert isinstance(path_key(path), bytes) == (b"\xff" in name)
    assert path_text(None) == ""


def test_lists_keep_their_order_and_their_letters() -> None:
    assert texts_json(["zwölf", "a\x00"]) == '["zwölf", "a\ufffd"]'
    assert json.loads(mapping_json({"title": "Übung", "odd\x00": "x"})) == {
        "title": "Übung",
        "odd\ufffd": "x",
    }


def test_problems_are_kept_with_stage_and_page() -> None:
    kept = problems_json([Problem("render", "timeout", 3), Problem("open", "no PDF")])
    assert json.loads(kept) == [["render", "timeout", 3], ["open", "no PDF", None]]
