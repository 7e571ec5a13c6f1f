"""Vectors with the space that they live in: compared, written and read, never mixed."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mmrag import Vision
from mmrag.errors import SpaceMismatch, UsageError
from mmrag.types import Space
from mmrag.vision.embed import Embeddings, EmbedResult, groups, of_pictures

SPACE = Space("m", "w" * 64, "side 32", 2)


def made(*rows: tuple[float, float], kind="picture", space: Space = SPACE) -> Embeddings:
    names = tuple(f"{kind} {at}" for at in range(len(rows)))
    versions = (("numpy", np.__version__),)
    return Embeddings(space, names, (kind,) * len(rows), np.array(rows, np.float32), versions)


def test_near_duplicates_are_grouped_also_by_way_of_others() -> None:
    angles = np.radians([0, 12, 24, 90, 95, 180])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert groups(vectors, 0.97) == [[0, 1, 2], [3, 4]]
    assert groups(vectors, 0.9999) == []


def test_results_stand_in_rows_with_their_space() -> None:
    results = [EmbedResult("m", "w", "p", (1.0, 0.0)), EmbedResult("m", "w", "p", (0.0, 1.0))]
    found = of_pictures(["a", "b"], results)
    assert found.rows.tolist() == [[1, 0], [0, 1]]
    assert found.space == Space("m", "w", "p", 2)
    assert "numpy" in dict(found.versions)


def test_texts_are_no_duplicates_of_pictures() -> None:
    both = made((1, 0), (1, 0)).with_(made((1, 0), kind="text"))
    assert both.duplicates() == [["picture 0", "picture 1"]]
    assert both.cosines.tolist() == [[1, 1, 1]] * 3


@pytest.mark.parametrize(
    "other",
    [
        replace(SPACE, model="n"),
        replace(SPACE, weights="v" * 64),
        replace(SPACE, preprocessing="side 64"),
    ],
)
def test_vectors_of_two_spaces_are_never_mixed(other: Space) -> None:
    with pytest.raises(SpaceMismatch, match="cannot be compared"):
        made((1, 0)).with_(made((0, 1), space=other))


def test_what_is_written_is_read_again_with_its_space(tmp_path: Path) -> None:
    before = made((1, 0), (0.6, 0.8)).with_(made((0, 1), kind="text"))
    before.write(tmp_path / "v.npy")
    told = json.loads((tmp_path / "v.json").read_text())
    assert told["space"]["model"] == "m"
    assert told["versions"] == {"numpy": np.__version__}
    again = Embeddings.read(tmp_path / "v.npy")
    assert replace(again, rows=before.rows) == before
    np.testing.assert_array_equal(again.rows, before.rows)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "v.json").unlink(),
        lambda folder: (folder / "v.json").write_text("{}"),
        lambda folder: (folder / "v.npy").write_bytes(b"\x93NUMPY\x01\x00"),
        lambda folder: np.save(folder / "v.npy", np.ones((5, 2), np.float32)),
        lambda folder: np.save(folder / "v.npy", np.array([{"a": 1}]), allow_pickle=True),
    ],
)
def test_vectors_that_are_none_of_ours_are_refused(
    spoil: Callable[[Path], object], tmp_path: Path
) -> None:
    made((1, 0)).write(tmp_path / "v.npy")
    spoil(tmp_path)
    with pytest.raises(UsageError, match=r"v\.(npy|json)"):
        Embeddings.read(tmp_path / "v.npy")


def test_the_matrix_is_a_table_under_its_names(tmp_path: Path) -> None:
    made((1, 0), (0.6, 0.8)).write_matrix(tmp_path / "m.csv")
    assert (tmp_path / "m.csv").read_text().splitlines() == [
        ",picture 0,picture 1",
        "picture 0,1.0000,0.6000",
        "picture 1,0.6000,1.0000",
    ]


def test_pictures_and_texts_from_python(sample_corpus: Path) -> None:
    chart = sample_corpus / "docs" / "ferry-passengers-chart.png"
    with Vision.open("embedded", cache=False) as vision:
        found = vision.embeddings([chart, chart], ["a bar chart", "long " * 400])
        assert found.kinds == ("picture", "picture", "text", "text")
        assert found.rows.shape == (4, found.space.dimension)
        np.testing.assert_allclose(np.linalg.norm(found.rows, axis=1), 1, atol=1e-3)
        assert found.duplicates() == [[str(chart), str(chart)]]
        with pytest.raises(UsageError, match="at least one picture"):
            vision.embeddings([])
