"""Makes the ONNX graphs that mmrag's encoders are run by: `python -m eval.encoder.graphs`.

Each is a few kilobytes of operations; the weights stay in the safetensors files that are there
anyway, and are named in the graph as they are there.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import onnx
from onnx import TensorProto, helper
from safetensors import safe_open

from mmrag.backends import byte_weights, minilm_files, shipped_clip_files

OPSET = 20  # the first with Gelu
_IR = 9  # as old as OPSET allows: read by ONNX Runtime from 1.17 on
_RUNTIME = "com.microsoft"  # ONNX Runtime's own operations
_TRUNK = "visual.trunk"
Shapes = Mapping[str, Sequence[int]]


class Builder:
    """A graph of one input, built node by node."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes  # of the stored tensors
        self._made: list[onnx.TensorProto] = []  # of them before the graph is loaded
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def __call__(self, kind: str, *inputs: str, **attributes: object) -> str:
        """The name of what an operation gives."""
        result = f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [result], **attributes))
        return result

    def whole(self, *values: int) -> str:
        """A constant vector of whole numbers."""
        name = "whole " + " ".join(map(str, values))
        self._constants[name] = helper.make_tensor(name, TensorProto.INT64, [len(values)], values)
        return name

    def number(self, value: float) -> str:
        """A constant number."""
        name = f"number {value}"
        self._constants[name] = helper.make_tensor(name, TensorProto.FLOAT, [], [value])
        return name

    def elsewhere(self, name: str, shape: Sequence[int], kind: int) -> str:
        """A tensor that is made of the stored ones, and given when the graph is loaded."""
        self._made.append(_elsewhere(name, shape, kind))
        return name

    def model(self, taken: onnx.ValueInfoProto, result: str, dimension: int) -> bytes:
        """The graph from its input to `result`, a vector that is brought to unit length."""
        vector = self("LpNormalization", result, axis=-1, p=2)
        used = {name for node in self._nodes for name in node.input}
        stored = [_elsewhere(name, shape) for name, shape in self._shapes.items() if name in used]
        given = helper.make_tensor_value_info(vector, TensorProto.FLOAT, [dimension])
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [taken],
            [given],
            [*self._constants.values(), *stored, *self._made],
        )
        domains = sorted({(node.domain, OPSET if not node.domain else 1) for node in self._nodes})
        opsets = [helper.make_opsetid(*domain) for domain in domains]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR)
        return model.SerializeToString(deterministic=True)


class Dense:
    """Layers that multiply states with matrices as they are stored."""

    def __init__(self, g: Builder, shapes: Shapes) -> None:
        self._g = g
        self._shapes = shapes

    def taken(self, states: str) -> tuple[str, ...]:
        """States as the layers take them: made once for all that take the same."""
        return (states,)

    def __call__(self, taken: tuple[str, ...], name: str) -> str:
        """What the layer `name` gives."""
        return self._g("Gemm", *taken, f"{name}.weight", f"{name}.bias", transB=1)


class ByteDense(Dense):
    """The same with both in 8 bits: `byte_weights`."""

    def taken(self, states: str) -> tuple[str, ...]:
        """Rows of bytes, the scale of each row, and its zero beside a one."""
        g = self._g
        ends = g.whole(-1)
        high = g("Max", g("ReduceMax", states, ends, keepdims=1), g.number(1e-9))
        low = g("Min", g("ReduceMin", states, ends, keepdims=1), g.number(0.0))
        scale = g("Mul", g("Sub", high, low), g.number(1 / 255))
        zero = g("Round", g("Neg", g("Div", low, scale)))
        byte = g("Cast", g("Reshape", zero, ends), to=TensorProto.UINT8)
        rows = g("QuantizeLinear", states, g("Reshape", scale, ends), byte, axis=0)
        ones = g("Expand", g.number(1.0), g("Shape", scale))
        beside = g("Concat", g("Neg", g("Mul", zero, scale)), ones, axis=1)
        return rows, scale, beside

    def __call__(self, taken: tuple[str, ...], name: str) -> str:
        g = self._g
        width, inputs = self._shapes[f"{name}.weight"]
        matrix, scales, sums = byte_weights.names(name)
        rows, scale, beside = taken
        product = g(
            "MatMulIntegerToFloat",
            rows,
            g.elsewhere(matrix, (inputs, width), TensorProto.INT8),
            g.number(1.0),
            g.elsewhere(scales, (width,), TensorProto.FLOAT),
            domain=_RUNTIME,
        )
        sums = g.elsewhere(sums, (2, width), TensorProto.FLOAT)
        return g("Gemm", beside, sums, g("Mul", product, scale))


def bert(shapes: Shapes, heads: int, epsilon: float, layers_of: type[Dense] = Dense) -> bytes:
    """The mean of the states of a BERT for one text (Devlin et al. 2019, arXiv:1810.04805)."""
    g = Builder(shapes)
    dense = layers_of(g, shapes)
    width = shapes["embeddings.LayerNorm.weight"][0]
    layers = sum(name.endswith("output.LayerNorm.weight") for name in shapes) // 2

    def norm(states: str, name: str) -> str:
        weights = f"{name}.weight", f"{name}.bias"
        return g("LayerNormalization", states, *weights, epsilon=epsilon)

    def of_heads(taken: tuple[str, ...], name: str, order: Sequence[int]) -> str:
        by_head = g("Reshape", dense(taken, name), g.whole(0, heads, width // heads))
        return g("Transpose", by_head, perm=order)

    positions = g("Slice", _embeddings("position"), g.whole(0), g("Shape", "tokens"), g.whole(0))
    states = g("Add", g("Gather", _embeddings("word"), "tokens"), positions)
    states = g("Add", states, g("Gather", _embeddings("token_type"), g.whole(0)))
    states = norm(states, "embeddings.LayerNorm")
    for layer in range(layers):
        name = f"encoder.layer.{layer}"
        taken = dense.taken(states)
        query = of_heads(taken, f"{name}.attention.self.query", (1, 0, 2))
        key = of_heads(taken, f"{name}.attention.self.key", (1, 2, 0))
        value = of_heads(taken, f"{name}.attention.self.value", (1, 0, 2))
        scores = g("Div", g("MatMul", query, key), g.number((width / heads) ** 0.5))
        seen = g("MatMul", g("Softmax", scores, axis=-1), value)
        seen = g("Reshape", g("Transpose", seen, perm=(1, 0, 2)), g.whole(0, width))
        seen = dense(dense.taken(seen), f"{name}.attention.output.dense")
        seen = g("Add", states, seen)
        states = norm(seen, f"{name}.attention.output.LayerNorm")
        inner = g("Gelu", dense(dense.taken(states), f"{name}.intermediate.dense"))
        inner = dense(dense.taken(inner), f"{name}.output.dense")
        states = g("Add", states, inner)
        states = norm(states, f"{name}.output.LayerNorm")
    tokens = helper.make_tensor_value_info("tokens", TensorProto.INT64, ["length"])
    return g.model(tokens, g("ReduceMean", states, g.whole(0), keepdims=0), width)


def regnet(shapes: Shapes) -> bytes:
    """The tower of pictures: a RegNetX (Radosavovic et al. 2020, arXiv:2003.13678, section 5).

    As timm names its parts; open_clip takes the mean over its last map, times a matrix.
    """
    g = Builder(shapes)

    def convolved(states: str, name: str, stride: int = 1) -> str:
        outputs, inputs, side, _ = shapes[f"{_TRUNK}.{name}.conv.weight"]
        groups = 1 if name == "stem" or side == 1 else outputs // inputs
        edge = side // 2
        states = g(
            "Conv",
            states,
            f"{_TRUNK}.{name}.conv.weight",
            group=groups,
            pads=[edge] * 4,
            strides=[stride] * 2,
        )
        parts = ("weight", "bias", "running_mean", "running_var")
        return g("BatchNormalization", states, *(f"{_TRUNK}.{name}.bn.{part}" for part in parts))

    states = g("Relu", convolved("pixels", "stem", stride=2))
    blocks = [name.split(".")[2:4] for name in shapes if name.endswith(".conv1.conv.weight")]
    for stage, block in sorted(blocks, key=lambda name: (int(name[0][1:]), int(name[1][1:]))):
        name = f"{stage}.{block}"
        beside, stride = states, 1
        if f"{_TRUNK}.{name}.downsample.conv.weight" in shapes:
            beside, stride = convolved(states, f"{name}.downsample", stride=2), 2
        inner = g("Relu", convolved(states, f"{name}.conv1"))
        inner = g("Relu", convolved(inner, f"{name}.conv2", stride))
        states = g("Relu", g("Add", convolved(inner, f"{name}.conv3"), beside))
    mean = g("ReduceMean", states, g.whole(2, 3), keepdims=0)
    head = "visual.head.proj.weight"
    vector = g("Squeeze", g("Gemm", mean, head, transB=1), g.whole(0))
    side = ["side", "side"]
    pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 3, *side])
    return g.model(pixels, vector, shapes[head][0])


def _embeddings(kind: str) -> str:
    return f"embeddings.{kind}_embeddings.weight"


def _elsewhere(name: str, shape: Sequence[int], kind: int = TensorProto.FLOAT) -> onnx.TensorProto:
    """A tensor whose values are given when the graph is loaded."""
    tensor = onnx.TensorProto(name=name, data_type=kind, dims=shape)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights")
    return tensor


def shapes_of(path: Path) -> Shapes:
    """The shape of each tensor of a safetensors file."""
    with safe_open(path, framework="np") as stored:
        return {name: stored.get_slice(name).get_shape() for name in sorted(stored.keys())}


def made() -> dict[Path, bytes]:
    """The graphs, by where they are shipped."""
    folder = minilm_files.verified_folder()
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    texts = shapes_of(folder / "model.safetensors")
    of = texts, config["num_attention_heads"], config["layer_norm_eps"]
    return {
        minilm_files.GRAPH: bert(*of),
        minilm_files.BYTE_GRAPH: bert(*of, ByteDense),
        shipped_clip_files.GRAPH: regnet(shapes_of(shipped_clip_files.WEIGHTS)),
    }


if __name__ == "__main__":
    for path, graph in made().items():
        path.write_bytes(graph)
        print(f"{path} written: {len(graph)} bytes")
