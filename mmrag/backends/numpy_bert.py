"""BERT's forward pass in NumPy: for questions, without the seconds that torch takes to load.

The model is that of Devlin et al. 2019 (arXiv:1810.04805), in the layout of transformers'
`BertModel`, followed by mean pooling and normalisation as sentence-transformers does it.
"""

import json
from functools import cached_property
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from mmrag.types import Float32


class NumpyBert:
    """A BERT sentence encoder read from a sentence-transformers folder. For a few short texts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        limits = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
        self.dimension = int(config["hidden_size"])
        self._heads = int(config["num_attention_heads"])
        self._layers = int(config["num_hidden_layers"])
        self._epsilon = float(config["layer_norm_eps"])
        self.max_tokens = int(limits["max_seq_length"])

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The model's tokenizer, without truncation or padding."""
        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _weights(self) -> dict[str, Float32]:
        return load_file(str(self._folder / "model.safetensors"))

    def encode_tokens(self, tokens: list[int]) -> Float32:
        """The unit vector of one text of at most `max_tokens` tokens, shape `(dimension,)`."""
        w = self._weights
        states = (
            w["embeddings.word_embeddings.weight"][tokens]
            + w["embeddings.position_embeddings.weight"][: len(tokens)]
            + w["embeddings.token_type_embeddings.weight"][0]
        )
        states = self._norm(states, "embeddings.LayerNorm")
        for layer in range(self._layers):
            states = self._layer(states, f"encoder.layer.{layer}")
        vector = states.mean(axis=0)
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)

    def _layer(self, states: Float32, name: str) -> Float32:
        attended = self._dense(self._attention(states, name), f"{name}.attention.output.dense")
        states = self._norm(states + attended, f"{name}.attention.output.LayerNorm")
        inner = _gelu(self._dense(states, f"{name}.intermediate.dense"))
        return self._norm(
            states + self._dense(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm"
        )

    def _attention(self, states: Float32, name: str) -> Float32:
        """Scaled dot-product attention of every head (Vaswani et al. 2017, equation 1)."""
        query, key, value = (
            self._dense(states, f"{name}.attention.self.{part}")
            .reshape(len(states), self._heads, -1)
            .transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1], dtype=np.float32)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        return np.asarray((scores @ value).transpose(1, 0, 2).reshape(states.shape))

    def _dense(self, states: Float32, name: str) -> Float32:
        return states @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, states: Float32, name: str) -> Float32:
        centred = states - states.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self._epsilon)
        normed = centred / scale * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return np.asarray(normed, np.float32)


def _gelu(x: Float32) -> Float32:
    """GELU with the exact error function, by Abramowitz and Stegun 7.1.26 (error below 1.5e-7)."""
    z = np.abs(x) * np.float32(2**-0.5)
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = t * (
        0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))
    )
    erf = np.sign(x) * (1 - series * np.exp(-z * z))
    return np.asarray(0.5 * x * (1 + erf), dtype=np.float32)
