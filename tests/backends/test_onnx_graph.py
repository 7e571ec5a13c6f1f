from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from eval.encoder.graphs import Builder, made
from mmrag.backends.onnx_graph import OnnxGraph


@pytest.fixture
def sums(tmp_path: Path) -> Path:
    """A graph that adds a stored vector to its input, and makes the sum one long."""
    g = Builder({"stored": (2,)})
    taken = helper.make_tensor_value_info("given", TensorProto.FLOAT, [2])
    path = tmp_path / "sums.onnx"
    path.write_bytes(g.model(taken, g("Add", "given", "stored"), 2))
    return path


def test_a_graph_computes_with_the_weights_that_it_is_given(sums: Path) -> None:
    graph = OnnxGraph(sums, {"stored": np.array([1, 2], np.float32)})
    np.testing.assert_allclose(graph.run(np.array([2, 2], np.float32)), [0.6, 0.8], atol=1e-6)


def test_many_inputs_keep_their_order(sums: Path) -> None:
    graph = OnnxGraph(sums, {"stored": np.zeros(2, np.float32)})
    angles = np.linspace(0, 6, 50, dtype=np.float32)
    given = [np.array([np.cos(angle), np.sin(angle)], np.float32) for angle in angles]
    np.testing.assert_allclose(graph.run_each(given), given, atol=1e-6)


@pytest.mark.parametrize("weights", [{}, {"other": np.zeros(2, np.float32)}])
def test_weights_that_do_not_fit_are_refused(sums: Path, weights: dict) -> None:
    with pytest.raises(ValueError, match=r"sums\.onnx"):
        OnnxGraph(sums, weights)


def test_a_damaged_graph_is_refused(sums: Path) -> None:
    sums.write_bytes(sums.read_bytes()[:40])
    with pytest.raises(ValueError, match=r"sums\.onnx"):
        OnnxGraph(sums, {})


def test_the_shipped_graphs_are_what_the_script_makes() -> None:
    for path, graph in made().items():
        shipped = onnx.load_from_string(path.read_bytes())
        assert shipped == onnx.load_from_string(graph), path.name
