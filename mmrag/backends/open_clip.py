"""Any CLIP model that open_clip builds, with weights out of .safetensors files only."""

import logging
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock

import numpy as np
import torch
from PIL import Image

from mmrag.backends import devices, torchvision_ops, weights
from mmrag.backends.open_clip_files import ClipFiles, find
from mmrag.backends.pieces import pieces
from mmrag.config import ImageSettings
from mmrag.errors import ModelRefused
from mmrag.protocols import ImageEncoder
from mmrag.types import Float32, Space

torchvision_ops.ensure()

import open_clip  # noqa: E402 - needs the line above
from transformers.utils import logging as hf_logging  # noqa: E402 - needs the line above

PRECISIONS = {torch.float32: "fp32", torch.bfloat16: "bf16", torch.float16: "fp16"}
SPECIAL_TOKENS = 3
"""Room for start, end and class token; no tokenizer of open_clip adds more."""
PREPARERS = min(8, os.cpu_count() or 1)
"""Threads that resize and normalise the next pictures while the model works."""


class OpenClipEncoder:
    """Pictures and texts to unit vectors of one space. `model` is that of open_clip."""

    text_space: Space | None = None

    def __init__(self, files: ClipFiles, settings: ImageSettings, *, offline: bool = True) -> None:
        self._device = devices.choose_device(settings.device)
        self._dtype = devices.choose_dtype(settings.precision, self._device)
        self.batch_size = settings.batch_size
        self._tokenizing = Lock()  # tokenizers are not made for threads
        with weights.loading(files.weights, offline=offline), devices.memory_errors(), _quiet():
            self.model = open_clip.create_model(
                files.architecture,
                load_weights=False,
                precision=PRECISIONS[self._dtype],
                device=self._device,
                force_quick_gelu=files.quick_gelu,
                force_preprocess_cfg=dict(files.preprocess),
                pretrained_text=files.text is not None,
                **_text_tower(files),
            )
            _load(self.model, files)
            self._tokenizer = _tokenizer(files)
            dimension = int(open_clip.get_model_config(files.architecture)["embed_dim"])
        self.model.eval()
        preparation = dict(open_clip.get_model_preprocess_cfg(self.model))
        self.space = Space(files.name, weights.digest(files.weights), _told(preparation), dimension)
        preparation.pop("mode", None)
        self._prepare = open_clip.image_transform(
            preparation.pop("size"), is_train=False, **preparation
        )

    @property
    def logit_scale(self) -> float:
        """The inverse of the temperature that the model was trained to."""
        return float(self.model.logit_scale.detach().exp())

    def encode_images(self, images: Sequence[Image.Image]) -> Float32:
        """Unit vectors, shape `(len(images), space.dimension)`, in the order of `images`.

        The next pictures are prepared while the model works on the last. Raises `MemoryError`
        where not even one picture fits.
        """
        rows = [np.empty((0, self.space.dimension), np.float32)]
        batch: list[torch.Tensor] = []
        for number, tensor in enumerate(self._prepared(images), start=1):
            batch.append(tensor)
            if len(batch) >= self.batch_size or number == len(images):
                rows.append(self._run(self.model.encode_image, torch.stack(batch), self._dtype))
                batch = []
        return np.concatenate(rows)

    def encode_texts(self, texts: Sequence[str]) -> Float32:
        """Unit vectors, shape `(len(texts), space.dimension)`, in the order of `texts`.

        Raises `ModelRefused` for a text beyond the token limit: `split` it first.
        """
        for text in texts:
            if not self._fits(text):
                raise ModelRefused(
                    f"{self.space.model} reads {self._tokenizer.context_length} tokens at once, "
                    f"and this text is longer: split it: {text[:60]!r}..."
                )
        rows = [np.empty((0, self.space.dimension), np.float32)]
        size = self.batch_size
        for start in range(0, len(texts), size):
            with self._tokenizing:
                tokens = self._tokenizer(list(texts[start : start + size]))
            rows.append(self._run(self.model.encode_text, tokens, tokens.dtype))
        return np.concatenate(rows)

    def split(self, text: str) -> Sequence[str]:
        """`text` in pieces that each fit the model's token limit; one piece where it fits whole."""
        return pieces(text, self._fits)

    def _fits(self, text: str) -> bool:
        tokenizer = self._tokenizer
        if isinstance(tokenizer, open_clip.SimpleTokenizer):
            count = len(tokenizer.encode(text)) + 2
        else:
            with self._tokenizing:
                inner = tokenizer.tokenizer(text, add_special_tokens=False, verbose=False)
            count = len(inner["input_ids"]) + SPECIAL_TOKENS
        return count <= int(tokenizer.context_length)

    def _prepared(self, images: Sequence[Image.Image]) -> Iterator[torch.Tensor]:
        """The model's input for each picture in order, made by threads two batches ahead."""
        waiting: deque[Future[torch.Tensor]] = deque()
        with ThreadPoolExecutor(PREPARERS, thread_name_prefix="prepare") as pool:
            for image in images:
                waiting.append(pool.submit(self._prepare, image))
                if len(waiting) > 2 * self.batch_size:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _run(
        self,
        encode: Callable[[torch.Tensor], torch.Tensor],
        batch: torch.Tensor,
        dtype: torch.dtype,
    ) -> Float32:
        """The vectors of one batch, in halves where it does not fit, and so ever after."""
        try:
            with torch.inference_mode(), devices.memory_errors():
                found = encode(batch.to(self._device, dtype))
                return np.asarray(torch.nn.functional.normalize(found.float(), dim=-1).cpu())
        except MemoryError:
            if len(batch) == 1:
                raise
        half = len(batch) // 2
        self.batch_size = min(self.batch_size, half)
        parts = [self._run(encode, part, dtype) for part in (batch[:half], batch[half:])]
        return np.concatenate(parts)


def _text_tower(files: ClipFiles) -> dict[str, object]:
    """The configuration of the text tower, where its weights lie in a folder of their own."""
    if files.text is None:
        return {}
    text = open_clip.get_model_config(files.architecture)["text_cfg"]
    return {"text_cfg": {**text, "hf_model_name": str(files.text)}}


def _load(model: torch.nn.Module, files: ClipFiles) -> None:
    """Take the weights; a locked text tower has its own already."""
    found = open_clip.load_checkpoint(model, str(files.weights), strict=files.text is None)
    lacking = [name for name in found.missing_keys if not name.startswith("text.transformer.")]
    if files.text is not None and (lacking or found.unexpected_keys):
        odd = ", ".join([*lacking, *found.unexpected_keys][:3])
        raise ModelRefused(f"{files.weights}: not of this architecture: {odd}")


def _tokenizer(files: ClipFiles) -> "open_clip.tokenizer.HFTokenizer | open_clip.SimpleTokenizer":
    if files.text is None:
        return open_clip.get_tokenizer(files.architecture)
    length = open_clip.get_model_config(files.architecture)["text_cfg"]["context_length"]
    return open_clip.tokenizer.HFTokenizer(str(files.text), context_length=length)


def load(settings: ImageSettings, offline: bool) -> ImageEncoder:
    """The model that a profile names.

    Raises `ConfigError`, `ModelMissing` where weights are absent, `ModelRefused` where they are
    pickle, cut short, or of another architecture.
    """
    return OpenClipEncoder(find(settings, offline), settings, offline=offline)


def _told(preparation: dict[str, object]) -> str:
    """How pictures are prepared, in words: part of the space."""
    return ", ".join(f"{key} {value}" for key, value in sorted(preparation.items()))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without open_clip's log of how it builds a model, and transformers' of a locked text tower.

    open_clip logs as the root logger.
    """
    root = logging.getLogger()

    def foreign(record: logging.LogRecord) -> bool:
        return "open_clip" not in record.pathname

    hf_logging.disable_progress_bar()  # the command line shows its own
    before = hf_logging.get_verbosity()
    hf_logging.set_verbosity_error()
    root.addFilter(foreign)
    try:
        yield
    finally:
        root.removeFilter(foreign)
        hf_logging.set_verbosity(before)
