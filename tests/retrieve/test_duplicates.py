import numpy as np
import pytest
from PIL import Image

from mmrag.retrieve.duplicates import duplicates


class Rows:
    """Vectors in a plane, given by their angles in degrees."""

    def __init__(self, **angles: float) -> None:
        self.items = [f"0a0a0a0a-{name}" for name in angles]
        turned = np.radians(list(angles.values()))
        self.matrix = np.stack([np.cos(turned), np.sin(turned)], 1).astype(np.float32)

    def rows(self, channel):
        return self.items, self.matrix

    def search(self, channel, queries, k):
        scores = queries @ self.matrix.T
        best = np.argsort(-scores, axis=1)[:, :k]
        return [
            [(self.items[at], float(row[at])) for at in order]
            for row, order in zip(scores, best, strict=True)
        ]


PAPER = Image.linear_gradient("L")


def one(name):
    """Every picture has the same pixels."""
    return PAPER


def names(groups):
    return [tuple(name.removeprefix("0a0a0a0a-") for name in group.image_ids) for group in groups]


def test_pictures_that_look_alike_are_one_group_the_largest_first() -> None:
    rows = Rows(**{"p0001": 0, "p0002": 60, "p0003": 61, "p0004": 2, "p0005-f01": 4, "p0009": 120})
    groups = duplicates(rows, one, alike=0.99)
    assert names(groups) == [("p0001", "p0004", "p0005-f01"), ("p0002", "p0003")]
    assert groups[1].score == pytest.approx(np.cos(np.radians(1)), abs=1e-6)


def test_a_figure_and_its_own_page_are_no_duplicates() -> None:
    assert duplicates(Rows(**{"p0001": 0, "p0001-f01": 0}), one, alike=0.9) == []
    groups = duplicates(Rows(**{"p0001": 0, "p0001-f01": 0, "p0002": 0}), one, alike=0.9)
    assert names(groups) == [("p0001", "p0001-f01", "p0002")]


def test_a_chain_is_one_group_and_its_weakest_link_is_told() -> None:
    [group] = duplicates(Rows(p0001=0, p0002=10, p0003=21), one, alike=np.cos(np.radians(12)))
    assert len(group.image_ids) == 3
    assert group.score == pytest.approx(np.cos(np.radians(11)), abs=1e-6)


def test_an_empty_channel_has_none() -> None:
    assert duplicates(Rows(), one, alike=0.5) == []


def test_pictures_that_only_the_model_finds_alike_are_none() -> None:
    looks = {"p0001": PAPER, "p0002": PAPER.rotate(90), "p0003": PAPER.resize((90, 70))}
    rows = Rows(p0001=0, p0002=0, p0003=0)
    groups = duplicates(rows, lambda name: looks[name.removeprefix("0a0a0a0a-")])
    assert names(groups) == [("p0001", "p0003")]
