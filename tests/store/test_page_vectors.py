"""Vectors of pages in 8 bits and in 1: near those they come from, small, and of one space."""

import numpy as np
import pytest

from mmrag.errors import IndexUnusable, SpaceMismatch
from mmrag.store.check import check
from mmrag.store.page_vectors import packed, unpacked
from mmrag.types import Space

SPACE = Space("tiny-pages", "0" * 64, "multi-vector, pooled by 2", 24)


@pytest.fixture
def rows():
    found = np.random.default_rng(3).normal(size=(7, 24)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.mark.parametrize(("bits", "cosine", "size"), [(8, 0.9999, 7 * 26), (1, 0.6, 7 * 3)])
def test_what_is_packed_comes_back_near_to_what_it_was(rows, bits, cosine, size) -> None:
    data = packed(rows, bits)
    assert len(data) == size
    again = unpacked(data, bits, len(rows), 24)
    assert (again * rows).sum(axis=1).min() >= cosine
    np.testing.assert_allclose(np.linalg.norm(again, axis=1), 1, atol=0.01)


def test_pages_keep_their_vectors_and_go_with_them(catalog, make_document, put, rows) -> None:
    parsed = put(catalog, make_document("/docs/a.pdf", "alpha"))
    page = parsed.pages[0].id
    assert catalog.page_vectors.status() is None
    catalog.page_vectors.put([page], [rows], SPACE, 8)
    [(name, found)] = catalog.page_vectors.of([page, "no-such-page"], 24)
    assert name == page
    np.testing.assert_allclose(found, rows, atol=0.005)
    told = catalog.page_vectors.status()
    assert (told.pages, told.vectors, told.bytes, told.space) == (1, 7, 182, SPACE)
    catalog.update_sources(gone=["/docs/a.pdf"])
    assert catalog.page_vectors.status().pages == 0


def test_another_space_is_refused_with_the_command_that_encodes_anew(
    catalog, make_document, put, rows
) -> None:
    page = put(catalog, make_document("/docs/a.pdf", "alpha")).pages[0].id
    catalog.page_vectors.put([page], [rows], SPACE, 1)
    other = Space("other", "1" * 64, "multi-vector, pooled by 2", 24)
    with pytest.raises(SpaceMismatch, match="--reencode"):
        catalog.page_vectors.put([page], [rows], other, 1)
    catalog.page_vectors.drop()
    catalog.page_vectors.put([page], [rows], other, 1)
    assert catalog.page_vectors.space() == other


def test_damage_is_told_and_taken_out(catalog, layout, make_document, put, rows) -> None:
    page = put(catalog, make_document("/docs/a.pdf", "alpha")).pages[0].id
    catalog.page_vectors.put([page], [rows], SPACE, 8)
    catalog.session.execute("update page_vectors set row = zeroblob(182)")
    with pytest.raises(IndexUnusable, match="check --repair"):
        list(catalog.page_vectors.of([page], 24))
    catalog.close()
    assert f"page {page}" in {fault.item for fault in check(layout)}
    assert all(fault.repaired for fault in check(layout, repair=True) if page in fault.item)
