"""Any text encoder that sentence-transformers loads, by name or from a folder.

Safetensors only, no remote code, and nothing is downloaded in an offline profile.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Lock, RLock
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

import numpy as np
import torch

from mmrag.backends import devices, torchvision_ops, weights
from mmrag.backends.pieces import mean_rows, pieces
from mmrag.config import ImageSettings, TextSettings
from mmrag.errors import ConfigError
from mmrag.protocols import TextEncoder
from mmrag.types import Float32, Space

torchvision_ops.ensure()

from sentence_transformers import SentenceTransformer  # noqa: E402 - needs the line above
from transformers.utils.logging import disable_progress_bar  # noqa: E402

_LOADED: WeakValueDictionary[tuple[object, ...], SentenceTransformer] = WeakValueDictionary()
_LOCKS: WeakKeyDictionary[SentenceTransformer, AbstractContextManager[bool]] = WeakKeyDictionary()
_LOADING = Lock()
"""Models that are in use: one that encodes texts, questions and pictures is in memory once."""
PROMPTS = {True: ("query",), False: ("document", "passage", "corpus")}
"""The names under which models keep what goes before a question and before a text."""


class SentenceTransformersEncoder:
    """Texts to unit vectors; a text beyond the model's limit is the mean of its pieces.

    One caller at a time; others wait: the tokenizer is not made for threads.
    """

    def __init__(
        self,
        folder: Path,
        settings: TextSettings,
        *,
        space: Space | None = None,
        for_query: bool = False,
    ) -> None:
        self._batch_size = settings.batch_size
        self._model = load_model(folder, settings.device, settings.precision, own_prompts(settings))
        self._lock = lock_of(self._model)
        self._encode = self._model.encode_query if for_query else self._model.encode_document
        prompts = [self._model.prompts.get(name) for name in PROMPTS[for_query]]
        self._prompt = next(filter(None, prompts), "")
        limit = self._model.max_seq_length
        self.space = space or Space(
            model=folder_name(settings.model),
            weights=weights.digest(folder),
            preprocessing=f"mean of pieces of {limit} tokens, unit length{told(settings)}",
            dimension=int(self._model.get_embedding_dimension()),
        )

    def encode(self, texts: Sequence[str]) -> Float32:
        """Unit vectors, shape `(len(texts), space.dimension)`, in the order of `texts`.

        Raises `MemoryError` where a batch does not fit.
        """
        if not texts:
            return np.empty((0, self.space.dimension), np.float32)
        with self._lock, torch.inference_mode(), devices.memory_errors():
            whole = which_fit(self._model, [self._prompt + text for text in texts])
            parts = [
                [text] if fitting else pieces(text, self._fits)
                for text, fitting in zip(texts, whole, strict=True)
            ]
            found = self._encode(
                [part for group in parts for part in group],
                batch_size=self._batch_size,
                convert_to_tensor=True,
                normalize_embeddings=False,
                show_progress_bar=False,
            )
        rows = torch.nn.functional.normalize(found.float(), dim=1).cpu().numpy()
        return mean_rows(rows, [len(group) for group in parts])

    def _fits(self, text: str) -> bool:
        return fits(self._model, self._prompt + text)


def own_prompts(settings: TextSettings | ImageSettings) -> dict[str, str]:
    """What a profile sets before questions and texts, in place of what the model does."""
    own = {"query": settings.query_prompt, "document": settings.passage_prompt}
    return {name: prompt for name, prompt in own.items() if prompt}


def told(settings: TextSettings | ImageSettings) -> str:
    """The same in words, for the space: with other words before them, vectors are others."""
    return "".join(f", {name} prompt {prompt!r}" for name, prompt in own_prompts(settings).items())


def load_model(
    folder: Path,
    device: str,
    precision: devices.Precision,
    prompts: Mapping[str, str] | None = None,
) -> SentenceTransformer:
    """A sentence-transformers model out of `folder`, one for all who use it in one way.

    Raises `ModelRefused`, `ConfigError`.
    """
    place = str(devices.choose_device(device))
    own = dict(prompts or {})
    way = (str(folder.resolve()), place, precision, tuple(sorted(own.items())))
    with _LOADING:
        model = _LOADED.get(way)
        if model is None:
            model = loaded(SentenceTransformer, folder, place, precision, prompts=own or None)
            _LOADED[way] = model
            _LOCKS[model] = RLock()
        return model


def lock_of(model: SentenceTransformer) -> AbstractContextManager[bool]:
    """What lets one caller at a time use a model of `load_model`."""
    return _LOCKS[model]


def loaded(
    kind: Callable[..., Any], folder: Path, device: str, precision: devices.Precision, **own: object
) -> Any:
    """A model of a class of sentence-transformers. Raises `ModelRefused`, `ConfigError`."""
    place = devices.choose_device(device)
    disable_progress_bar()  # the command line shows its own
    with weights.loading(folder), devices.memory_errors():
        model = kind(
            str(folder),
            device=str(place),
            trust_remote_code=False,
            local_files_only=True,
            model_kwargs={
                "use_safetensors": True,
                "dtype": devices.choose_dtype(precision, place),
            },
            **own,
        )
    if model.transformers_model is not None:
        weights.check_names(folder, model.transformers_model.state_dict())
    model.eval()
    return model


def fits(model: SentenceTransformer, text: str) -> bool:
    """Whether the model reads all of `text`; some read text of any length."""
    return which_fit(model, [text])[0]


def which_fit(model: SentenceTransformer, texts: Sequence[str]) -> list[bool]:
    """The same for each of `texts`; tokenizers split many at once in a fraction of the time."""
    limit = model.max_seq_length
    if limit is None:
        return [True] * len(texts)
    found = model.tokenizer(list(texts), verbose=False)["input_ids"]
    return [len(tokens) <= int(limit) for tokens in found]


def folder_name(model: str) -> str:
    """What a model is called: the last part of its name or folder, wherever the folder lies."""
    return Path(model).expanduser().absolute().name


def load(settings: TextSettings, offline: bool, *, for_query: bool = False) -> TextEncoder:
    """The model that a profile names; some models put other words before a question than a text.

    Raises `ModelMissing`, `ModelRefused`, `ConfigError`.
    """
    if not settings.model:
        raise ConfigError(
            '[text] model: backend = "sentence-transformers" needs a name or a folder, '
            'such as "BAAI/bge-small-en-v1.5"'
        )
    folder = weights.locate(settings.model, offline)
    return SentenceTransformersEncoder(folder, settings, for_query=for_query)
