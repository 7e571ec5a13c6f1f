import numpy as np

from mmrag.vision.embed import EmbedResult, groups, rows


def test_near_duplicates_are_grouped_also_by_way_of_others() -> None:
    angles = np.radians([0, 12, 24, 90, 95, 180])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert groups(vectors, 0.97) == [[0, 1, 2], [3, 4]]
    assert groups(vectors, 0.9999) == []


def test_vectors_stand_in_rows() -> None:
    results = [EmbedResult("m", "w", (1.0, 0.0)), EmbedResult("m", "w", (0.0, 1.0))]
    assert rows(results).tolist() == [[1, 0], [0, 1]]
