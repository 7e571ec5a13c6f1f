"""Re-ranking by a CrossEncoder of sentence-transformers, which reads question and text together."""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import torch
from PIL import Image

from mmrag.backends import devices, torchvision_ops, weights
from mmrag.backends.pieces import pieces
from mmrag.backends.sentence_transformers_text import folder_name, loaded
from mmrag.config import RerankSettings
from mmrag.errors import ConfigError, ModelRefused
from mmrag.protocols import Reranker
from mmrag.types import Float32

torchvision_ops.ensure()

from sentence_transformers import CrossEncoder  # noqa: E402 - needs the line above


class CrossEncoderReranker:
    """Scores texts by how well they answer a question: the model's logit, in float32.

    A text beyond the token limit is worth its best piece; a question that fills more than half
    of the limit counts by the mean of its pieces. Nothing is cut off. One caller at a time.
    """

    def __init__(self, folder: Path, settings: RerankSettings) -> None:
        self._lock = Lock()
        self.name = folder_name(settings.model)
        self._model = loaded(CrossEncoder, folder, settings.device, settings.precision)
        if self._model.num_labels != 1:
            raise ModelRefused(
                f"{folder}: gives {self._model.num_labels} labels; a reranker gives one score, "
                'such as "cross-encoder/ms-marco-MiniLM-L6-v2"'
            )
        self.sees = settings.pictures and bool(self._model.supports("image"))
        self._limit = int(self._model.max_seq_length or self._model.tokenizer.model_max_length)

    def score(self, query: str, texts: Sequence[str]) -> Float32:
        """One score per text, shape `(len(texts),)`, rising with relevance."""
        with self._lock:
            asked = pieces(query, lambda part: self._count(part) <= self._limit // 2)
            scores = np.stack([self._best(part, texts) for part in asked])
        return np.asarray(scores.mean(axis=0), np.float32)

    def score_pictures(self, query: str, pictures: Sequence[Image.Image]) -> Float32:
        """One score per picture, shape `(len(pictures),)`; one after another, as memory allows."""
        if not pictures:
            return np.empty(0, np.float32)
        pairs = [(query, picture.convert("RGB")) for picture in pictures]
        with self._lock, devices.memory_errors():
            scores = self._model.predict(
                pairs, batch_size=1, activation_fn=torch.nn.Identity(), show_progress_bar=False
            )
        return np.asarray(scores, np.float32)

    def _best(self, query: str, texts: Sequence[str]) -> Float32:
        """For each text the score of its best piece."""
        parts = [
            pieces(text, lambda part: self._count(query, part) <= self._limit) for text in texts
        ]
        pairs = [(query, part) for group in parts for part in group]
        if not pairs:
            return np.empty(0, np.float32)
        with devices.memory_errors():
            scores = self._model.predict(
                pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False
            )
        starts = np.cumsum([0, *(len(group) for group in parts[:-1])])
        return np.maximum.reduceat(np.asarray(scores, np.float32), starts)

    def _count(self, *texts: str) -> int:
        """Tokens of a text or a pair, special ones included."""
        return len(self._model.tokenizer(*texts, verbose=False)["input_ids"])


def load(settings: RerankSettings, offline: bool) -> Reranker:
    """The model that a profile names. Raises `ModelMissing`, `ModelRefused`, `ConfigError`."""
    if not settings.model:
        raise ConfigError(
            '[rerank] model: backend = "cross-encoder" needs a name or a folder, '
            'such as "cross-encoder/ms-marco-MiniLM-L6-v2"'
        )
    return CrossEncoderReranker(weights.locate(settings.model, offline), settings)
