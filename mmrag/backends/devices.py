"""Where a torch model runs, and in which precision."""

import gc
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Literal

os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32")
# Before torch reads it: oneDNN keeps a kernel for every shape it meets, 1024 of them by default,
# and every length of text is a shape: hundreds of megabytes, for 1 % of the time.

import torch

from mmrag.errors import ConfigError

torch.backends.cuda.enable_cudnn_sdp(False)
# On a GPU of 2022 and later torch asks cuDNN for attention first, which plans 80 ms for each length
# it meets, and a reply has another with every token: five times as long (eval/README, "On a GPU").

Precision = Literal["auto", "fp32", "bf16", "fp16"]
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def choose_device(wanted: str) -> torch.device:
    """`auto` is the GPU where there is one. Raises `ConfigError` for a device that is not here."""
    if wanted == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(wanted)
    except RuntimeError as error:
        raise ConfigError(f"device {wanted!r}: use auto, cpu, cuda, cuda:1 or mps") from error
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ConfigError(
            f'device {wanted!r}: this torch finds no CUDA GPU: set device = "cpu", or install '
            "a CUDA build of torch and the driver (`mmrag doctor` shows what is found)"
        )
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ConfigError(f"device {wanted!r}: there are only {torch.cuda.device_count()} GPUs")
    return device


def choose_dtype(precision: Precision, device: torch.device) -> torch.dtype:
    """`auto`: bfloat16 where the hardware has it, else float16 on a GPU and float32 on a CPU."""
    if precision != "auto":
        return DTYPES[precision]
    if has_bfloat16(device):
        return torch.bfloat16
    return torch.float32 if device.type == "cpu" else torch.float16


def has_bfloat16(device: torch.device) -> bool:
    """Whether it multiplies bfloat16 in hardware."""
    if device.type == "cpu":
        return _cpu_has_bf16()
    return device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)


@cache
def _cpu_has_bf16() -> bool:
    """Whether the CPU multiplies bfloat16 in hardware; emulated it is slower than float32."""
    flags = torch.cpu.get_capabilities()
    return bool(flags.get("avx512_bf16") or flags.get("amx_bf16"))


@contextmanager
def memory_errors() -> Iterator[None]:
    """Turn torch's out-of-memory errors into `MemoryError`, with the GPU's cache given back.

    The error holds the frames that it came through, and they the tensors of what failed: those
    that have ended are emptied first, so that a smaller try finds the room.
    """
    try:
        yield
    except RuntimeError as error:
        # on a CPU torch raises a bare RuntimeError that names its allocator
        if not isinstance(error, torch.OutOfMemoryError) and "allocate memory" not in str(error):
            raise
        traceback.clear_frames(error.__traceback__)
        give_back_memory()
        raise MemoryError(str(error)) from error


def give_back_memory() -> None:
    """Let the GPU's driver have what torch keeps for later and nothing uses, in cycles neither."""
    if torch.cuda.is_available():
        gc.collect()
        torch.cuda.empty_cache()
