"""Any text encoder that sentence-transformers loads, by name or from a folder.

Safetensors only, no remote code, and nothing is downloaded in an offline profile.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from mmrag.backends import devices, torchvision_ops, weights
from mmrag.config import TextSettings
from mmrag.errors import ConfigError
from mmrag.protocols import TextEncoder
from mmrag.types import Float32, Space

torchvision_ops.ensure()

from sentence_transformers import SentenceTransformer  # noqa: E402 - needs the line above


class SentenceTransformersEncoder:
    """Texts to unit vectors; a text beyond the model's limit is the mean of its pieces."""

    def __init__(self, folder: Path, settings: TextSettings, space: Space | None = None) -> None:
        device = devices.choose_device(settings.device)
        self._batch_size = settings.batch_size
        with weights.loading(folder):
            self._model = SentenceTransformer(
                str(folder),
                device=str(device),
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={
                    "use_safetensors": True,
                    "dtype": devices.choose_dtype(settings.precision, device),
                },
            )
        self._tokenizer = self._model.tokenizer
        self._room = self._model.max_seq_length - self._tokenizer.num_special_tokens_to_add()
        self.space = space or Space(
            model=settings.model,
            weights=weights.digest(folder),
            preprocessing=f"mean of pieces of {self._model.max_seq_length} tokens, unit length",
            dimension=int(self._model.get_embedding_dimension()),
        )

    def encode(self, texts: Sequence[str]) -> Float32:
        """Unit vectors, shape `(len(texts), space.dimension)`, in the order of `texts`."""
        pieces = [self._pieces(text) for text in texts]
        if not pieces:
            return np.empty((0, self.space.dimension), np.float32)
        with torch.inference_mode():
            found = self._model.encode(
                [piece for group in pieces for piece in group],
                batch_size=self._batch_size,
                convert_to_tensor=True,
                normalize_embeddings=False,
                show_progress_bar=False,
            )
        flat = torch.nn.functional.normalize(found.float(), dim=1).cpu().numpy()
        ends = np.cumsum([len(group) for group in pieces])
        rows = np.stack([part.mean(axis=0) for part in np.split(flat, ends[:-1])])
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    def _pieces(self, text: str) -> list[str]:
        """`text` in pieces that the model reads whole, cut between tokens."""
        if len(text) < self._room:  # a token is one character or more
            return [text]
        spans = self._tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )["offset_mapping"]
        if len(spans) <= self._room:
            return [text]
        parts = [spans[at : at + self._room] for at in range(0, len(spans), self._room)]
        return [text[part[0][0] : part[-1][1]] for part in parts]


def load(settings: TextSettings, offline: bool) -> TextEncoder:
    """The model that a profile names. Raises `ModelMissing`, `ModelRefused`, `ConfigError`."""
    if not settings.model:
        raise ConfigError(
            '[text] model: backend = "sentence-transformers" needs a name or a folder, '
            'such as "BAAI/bge-small-en-v1.5"'
        )
    return SentenceTransformersEncoder(weights.locate(settings.model, offline), settings)
