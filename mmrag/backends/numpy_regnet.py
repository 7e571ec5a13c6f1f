"""A RegNet's forward pass in NumPy: for a few pictures, without the seconds torch takes to load.

The model is a RegNetX of Radosavovic et al. 2020 (arXiv:2003.13678, section 5), in the layout of
timm's `RegNet`; open_clip takes the mean over its last map and multiplies it by a matrix. Batch
normalisation is folded into the convolutions. Maps have the shape (height, width, channels).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from threadpoolctl import ThreadpoolController

from mmrag.types import Float32

_TRUNK = "visual.trunk."
_HEAD = "visual.head.proj.weight"
_EPSILON = 1e-5  # of batch normalisation, as timm has it
_BLOCK = re.compile(rf"{re.escape(_TRUNK)}(s(\d+)\.b(\d+))\.conv1\.conv\.weight")


@dataclass(frozen=True, slots=True)
class _Convolution:
    """A convolution by groups of channels, with what normalised its result folded in."""

    weight: Float32  # shape (groups, size * size * inputs of a group, outputs of a group)
    bias: Float32  # shape (outputs,)
    size: int  # of the window: 1 or 3

    def __call__(self, states: Float32, stride: int = 1) -> Float32:
        groups = len(self.weight)
        edge = self.size // 2
        padded = np.pad(states, ((edge, edge), (edge, edge), (0, 0))) if edge else states
        windows = np.lib.stride_tricks.sliding_window_view(padded, (self.size, self.size), (0, 1))
        windows = windows[::stride, ::stride]
        height, width = windows.shape[:2]
        columns = windows.reshape(height * width, groups, -1).transpose(1, 0, 2)
        found = np.matmul(columns, self.weight).transpose(1, 0, 2).reshape(height, width, -1)
        return np.asarray(found + self.bias, np.float32)


class NumpyRegnet:
    """The tower of pictures of an open_clip model, read from its file of weights."""

    def __init__(self, path: Path) -> None:
        stored = {
            name: rows.astype(np.float32)
            for name, rows in load_file(path).items()
            if name.startswith("visual.")
        }
        found = sorted((int(f[2]), int(f[3]), f[1]) for f in map(_BLOCK.fullmatch, stored) if f)
        self._blocks = [name for _, _, name in found]
        names = {name.removesuffix(".conv.weight") for name in stored if ".conv.weight" in name}
        self._convolutions = {
            name.removeprefix(_TRUNK): _convolution(stored, name) for name in names
        }
        self._head = stored[_HEAD].T
        self._threads = ThreadpoolController()

    def encode(self, pixels: Float32) -> Float32:
        """The unit vector, shape `(dimension,)`, of a picture prepared as the model knows it."""
        with self._threads.limit(limits=1, user_api="blas"):
            states = _positive(self._convolutions["stem"](pixels, stride=2))
            for name in self._blocks:
                states = self._block(states, name)
            vector = states.mean(axis=(0, 1)) @ self._head
        return np.asarray(vector / np.linalg.norm(vector), np.float32)

    def _block(self, states: Float32, name: str) -> Float32:
        """A residual block; the first of a stage halves the sides of the map."""
        by = self._convolutions
        shortcut = by.get(f"{name}.downsample")
        stride = 2 if shortcut else 1
        inner = _positive(by[f"{name}.conv1"](states))
        inner = _positive(by[f"{name}.conv2"](inner, stride))
        beside = shortcut(states, stride) if shortcut else states
        return _positive(by[f"{name}.conv3"](inner) + beside)


def _convolution(stored: Mapping[str, Float32], name: str) -> _Convolution:
    """A convolution with the batch normalisation after it."""
    weight = stored[f"{name}.conv.weight"]  # shape (outputs, inputs of a group, size, size)
    outputs, inputs, size, _ = weight.shape
    scale = stored[f"{name}.bn.weight"] / np.sqrt(stored[f"{name}.bn.running_var"] + _EPSILON)
    groups = 1 if size == 1 or name.endswith("stem") else outputs // inputs
    matrices = (weight * scale[:, None, None, None]).reshape(groups, outputs // groups, -1)
    bias = stored[f"{name}.bn.bias"] - stored[f"{name}.bn.running_mean"] * scale
    return _Convolution(np.ascontiguousarray(matrices.transpose(0, 2, 1)), bias, size)


def _positive(states: Float32) -> Float32:
    return np.maximum(states, np.float32(0))
