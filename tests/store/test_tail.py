"""The vectors that came after a search file, kept in memory."""

import numpy as np
import pytest

from mmrag.store.tail import Tail


@pytest.fixture
def filled(catalog, make_document, put):
    for n in range(6):
        put(catalog, make_document(f"/docs/{n}.pdf", f"a {n}\nb {n}"))
    return catalog


def state(catalog):
    return catalog.vectors.state("passage")


def grown(catalog, tail):
    return tail.grown(catalog.vectors, "passage", state(catalog))


def whole(catalog):
    return grown(catalog, Tail.after(0, state(catalog).dimension))


def test_it_holds_the_rows_of_the_database(filled):
    tail = whole(filled)
    numbers, rows, _ = filled.vectors.read_some(tail.numbers, 8)
    assert len(tail.numbers) == 12
    np.testing.assert_array_equal(numbers, tail.numbers)
    np.testing.assert_array_equal(rows, tail.rows)


def test_a_document_indexed_again_and_again_takes_no_more_room(filled, make_document, put):
    tail = whole(filled)
    for n in range(5):
        put(filled, make_document("/docs/3.pdf", f"anew {n}\nonce more {n}"))
        tail = grown(filled, tail)
        fresh = whole(filled)
        np.testing.assert_array_equal(tail.numbers, fresh.numbers)
        np.testing.assert_array_equal(tail.rows, fresh.rows)
    assert len(tail.numbers) == 12


def test_what_went_without_anything_new_is_dropped(filled):
    tail = whole(filled)
    filled.remove_path("/docs/0.pdf")
    assert len(grown(filled, tail).numbers) == 10


def test_nothing_is_read_where_nothing_changed(filled):
    tail = whole(filled)
    assert grown(filled, tail) is tail


def test_a_state_with_fewer_deletions_came_before_it(filled):
    before = state(filled)
    filled.remove_path("/docs/0.pdf")
    tail = whole(filled)
    assert tail.comes_before(state(filled))
    assert not tail.comes_before(before)
