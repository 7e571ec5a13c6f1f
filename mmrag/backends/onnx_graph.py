"""A graph of operations in ONNX whose weights lie in a safetensors file, run on the CPU.

`eval/encoder/graphs.py` makes the graphs, and `made_graphs` others that hold their weights. ONNX
Runtime loads in a fraction of a second where torch takes ten, and computes a text in three fifths
of its time (eval/README, "Speed and memory").
"""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrag.types import Float32


class OnnxGraph:
    """A graph of one input and one output. Threads can share it; each call takes one core.

    Raises `OSError` or `ValueError` where a file is absent or not as it should be.
    """

    def __init__(self, graph: Path, weights: Mapping[str, npt.NDArray[Any]]) -> None:
        import onnxruntime  # a question loads this module, and computes in NumPy

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        values = map(onnxruntime.OrtValue.ortvalue_from_numpy, weights.values())
        options.add_external_initializers(list(weights), list(values))
        try:
            self._session = onnxruntime.InferenceSession(
                graph.read_bytes(), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the library raises nothing narrower
            raise ValueError(f"{graph}: {error}") from error
        self._weights = weights  # which the session reads
        self._input = self._session.get_inputs()[0].name

    def run(self, value: npt.NDArray[np.generic]) -> Float32:
        """What the graph gives for one input."""
        [found] = self._session.run(None, {self._input: value})
        return np.asarray(found, np.float32)

    def run_each(self, values: Sequence[npt.NDArray[np.generic]]) -> list[Float32]:
        """The same for several inputs, as many at a time as there are cores."""
        cores = len(os.sched_getaffinity(0))
        with ThreadPoolExecutor(max_workers=cores, thread_name_prefix="onnx") as pool:
            return list(pool.map(self.run, values))
