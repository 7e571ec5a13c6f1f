"""Graphs of the embedded encoders in 8 bits, or with weights left out: files of their own.

ONNX Runtime's quantizer makes them, weights by channel (Wu et al. 2020, arXiv:2004.09602, section
3.3). What is lost by them, `mmrag eval quantization` measures.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mmrag.backends import digests
from mmrag.errors import ModelMissing
from mmrag.protocols import GraphKind
from mmrag.types import Float32

if TYPE_CHECKING:
    import onnx

PRUNED_SHARE = 0.5
"""Of the weights of each kernel. By hand: from here on Han et al. 2015 (arXiv:1506.02626, figure 5)
lose accuracy where a network is not trained again."""
_WEIGHED = ["Conv", "Gemm", "MatMul"]
"""Operations with weights that are quantized; sums, norms and softmaxes stay as they are."""


def make(
    graph: Path,
    weights: Mapping[str, Float32],
    kind: GraphKind,
    inputs: Iterable[NDArray[np.generic]],
    file: Path,
) -> None:
    """Write `graph` with its weights, changed as `kind` says, to `file`.

    `inputs` are what it is calibrated with, for `int8 static`. Raises `ModelMissing` without the
    package onnx.
    """
    try:
        import onnx
        from onnxruntime import quantization
        from onnxruntime.quantization.shape_inference import quant_pre_process
    except ImportError as error:
        raise ModelMissing(
            f"making a graph needs the package onnx ({error}): pip install 'mmrag[eval]'"
        ) from error
    if kind == "pruned":
        onnx.save(_whole(graph, {name: pruned(rows) for name, rows in weights.items()}), file)
        return
    with TemporaryDirectory(prefix="mmrag-graph-") as folder:
        prepared = Path(folder) / "prepared.onnx"  # norms of batches are folded into kernels
        quant_pre_process(_whole(graph, weights), prepared, skip_symbolic_shape=True)
        if kind == "int8 dynamic":
            quantization.quantize_dynamic(
                prepared, file, op_types_to_quantize=_WEIGHED, per_channel=True
            )
            return
        name = onnx.load(prepared).graph.input[0].name
        quantization.quantize_static(
            prepared,
            file,
            _Reader({name: value} for value in inputs),
            op_types_to_quantize=_WEIGHED,
            per_channel=True,
            activation_type=quantization.QuantType.QUInt8,
            extra_options={"MatMulConstBOnly": True},
        )


def pruned(rows: Float32, share: float = PRUNED_SHARE) -> Float32:
    """A kernel without its smallest weights; vectors, such as those of norms, stay whole."""
    if rows.ndim < 2:
        return rows
    return np.where(np.abs(rows) < np.quantile(np.abs(rows), share), 0, rows).astype(np.float32)


class _Reader:
    """Inputs as the quantizer takes them, one at a time."""

    def __init__(self, inputs: Iterable[Mapping[str, NDArray[np.generic]]]) -> None:
        self._left = iter(inputs)

    def get_next(self) -> Mapping[str, NDArray[np.generic]] | None:
        """The next input; None after the last."""
        return next(self._left, None)


def _whole(graph: Path, weights: Mapping[str, Float32]) -> "onnx.ModelProto":
    """A graph with the weights that it is else given as it is loaded."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(graph, load_external_data=False)
    for tensor in model.graph.initializer:
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            tensor.CopyFrom(numpy_helper.from_array(weights[tensor.name], tensor.name))
    return model


def told(graph: str) -> str:
    """A graph in words, for the space: its vectors are others. Empty where `graph` is.

    Raises `ModelMissing` where it is not there.
    """
    if not graph:
        return ""
    file = Path(graph).expanduser()
    if not file.is_file():
        raise ModelMissing(
            f"{file}: the graph that the profile names is not there: `mmrag eval quantization "
            "DATASET --apply PROFILE.toml` makes one"
        )
    return f", by a graph of SHA-256 {digests.sha256(file)[:16]}"
