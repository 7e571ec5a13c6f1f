"""Multi-vector encoders of pages (ColPali and its like), by sentence-transformers.

Safetensors only, no remote code, and nothing is downloaded in an offline profile.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import torch
from PIL import Image

from mmrag.backends import devices, torchvision_ops, weights
from mmrag.backends.sentence_transformers_text import folder_name, loaded
from mmrag.config import LateSettings
from mmrag.errors import ConfigError, ModelRefused
from mmrag.protocols import MultiVectorEncoder
from mmrag.types import Float32, Space

torchvision_ops.ensure()

import sentence_transformers  # noqa: E402 - needs the line above
from sentence_transformers.multi_vector_encoder.modules import (  # noqa: E402
    HierarchicalTokenPooling,
)


class PageEncoder:
    """Pages and questions to many unit vectors each. One caller at a time; others wait.

    Vectors of one page that are alike are pooled until `pool_factor` times as few are left, by
    Ward's clustering (Clavié et al. 2024, arXiv:2409.14683); those of a question never are.
    """

    def __init__(self, folder: Path, settings: LateSettings) -> None:
        self._lock = Lock()
        self._batch_size = settings.batch_size
        self._model = loaded(
            sentence_transformers.MultiVectorEncoder, folder, settings.device, settings.precision
        )
        if not (self._model.supports("image") and self._model.supports("text")):
            raise ModelRefused(
                f"{folder}: reads {', '.join(map(str, self._model.modalities))}; pages need a "
                'model of pictures and text, such as "ModernVBERT/colmodernvbert-merged"'
            )
        factor = settings.pool_factor
        self._pooling = HierarchicalTokenPooling(pool_factor=factor) if factor > 1 else None
        self.space = Space(
            model=folder_name(settings.model),
            weights=weights.digest(folder),
            preprocessing=f"multi-vector, pooled by {factor}",
            dimension=int(self._model.get_embedding_dimension()),
        )

    def encode_pages(self, images: Sequence[Image.Image]) -> list[Float32]:
        """The vectors of each page, shape `(vectors, space.dimension)`, in their order.

        Raises `MemoryError` where not even one page fits.
        """
        coloured = [image.convert("RGB") for image in images]
        return self._halving(
            lambda size: self._model.encode_document(
                coloured, batch_size=size, token_pooling=self._pooling, show_progress_bar=False
            )
        )

    def encode_query(self, text: str) -> Float32:
        """The vectors of a question, shape `(vectors, space.dimension)`."""
        [rows] = self._halving(
            lambda size: self._model.encode_query([text], batch_size=size, show_progress_bar=False)
        )
        return rows

    def _halving(self, encode: Callable[[int], list[torch.Tensor]]) -> list[Float32]:
        """Unit rows; the batch is halved for good where memory runs out."""
        with self._lock:
            while True:
                try:
                    with torch.inference_mode(), devices.memory_errors():
                        return [_unit(rows) for rows in encode(self._batch_size)]
                except MemoryError:
                    if self._batch_size == 1:
                        raise
                    self._batch_size //= 2


def _unit(rows: torch.Tensor) -> Float32:
    return np.asarray(torch.nn.functional.normalize(rows.float(), dim=-1).cpu(), np.float32)


def load(settings: LateSettings, offline: bool) -> MultiVectorEncoder:
    """The model that a profile names. Raises `ModelMissing`, `ModelRefused`, `ConfigError`."""
    if not settings.model:
        raise ConfigError(
            '[late] model: backend = "sentence-transformers" needs a name or a folder, '
            'such as "ModernVBERT/colmodernvbert-merged"'
        )
    return PageEncoder(weights.locate(settings.model, offline), settings)
