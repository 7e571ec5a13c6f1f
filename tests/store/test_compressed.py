"""Vectors in fewer bits: near those they come from, and searched by what is left of them."""

import numpy as np
import pytest

from mmrag.store.compressed import (
    FORMS,
    CompressedVectors,
    VectorForm,
    searches_per_second,
)

COUNT, DIMENSION = 200, 32


@pytest.fixture
def held():
    rows = np.random.default_rng(5).normal(size=(COUNT, DIMENSION)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    items = [f"{'aaaaaaaa' if at % 2 else 'bbbbbbbb'}-p{at:04d}-t01" for at in range(COUNT)]
    return items, rows


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_vector_is_nearest_to_itself_in_every_form(held, form: VectorForm) -> None:
    items, rows = held
    found = CompressedVectors({"passage": held}, form).search("passage", rows[:20], 1)
    assert [nearest[0][0] for nearest in found] == items[:20]
    assert all(score == pytest.approx(1, abs=0.02) for ((_, score),) in found)


def test_only_the_documents_that_are_asked_for_are_searched(held) -> None:
    _, rows = held
    vectors = CompressedVectors({"passage": held}, VectorForm(8))
    [found] = vectors.search("passage", rows[:1], 500, ["aaaaaaaa"])
    assert len(found) == COUNT // 2
    assert all(item.startswith("aaaaaaaa") for item, _ in found)
    assert [score for _, score in found] == sorted((s for _, s in found), reverse=True)


def test_a_channel_that_is_not_held_finds_nothing(held) -> None:
    vectors = CompressedVectors({"passage": held}, VectorForm(32))
    assert vectors.search("image", held[1][:2], 3) == [[], []]


def test_other_channels_stay_whole(held) -> None:
    items, rows = held
    other = {"passage": (items, rows[::-1].copy()), "image": held}
    vectors = CompressedVectors({"passage": held}, VectorForm(8), other)
    [(found, score)] = vectors.search("passage", rows[:1], 1)[0]
    assert found == items[0]
    assert 1e-6 < abs(score - 1) < 0.02
    assert vectors.search("image", rows[:1], 1) == [[(items[0], pytest.approx(1, abs=1e-6))]]


def test_fewer_bits_and_dimensions_take_fewer_bytes() -> None:
    assert [VectorForm(bits).bytes_of(384) for bits in (32, 16, 8, 1)] == [1536, 768, 384, 48]
    assert VectorForm(32, 0.25).bytes_of(384) == 384


def test_signs_alone_are_worse_than_signs_and_whole_vectors(held) -> None:
    """Of the nearest by whole vectors, more are found where candidates are scored again."""
    items, rows = held
    queries = rows[:30] + 0.4 * np.random.default_rng(6).normal(size=(30, DIMENSION)).astype("f4")
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    signs = np.where(rows < 0, -1, 1) @ np.where(queries < 0, -1, 1).T
    alone = [items[at] for at in signs.argmax(axis=0)]
    again = [
        found[0][0]
        for found in CompressedVectors({"passage": held}, VectorForm(1)).search(
            "passage", queries, 3
        )
    ]
    true = [items[at] for at in (rows @ queries.T).argmax(axis=0)]

    def right(found: list[str]) -> int:
        return sum(one == other for one, other in zip(found, true, strict=True))

    assert right(again) > right(alone)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_searches_are_timed_in_every_form(held, form: VectorForm) -> None:
    assert searches_per_second(held[1], held[1][:10], form, 5) > 0
