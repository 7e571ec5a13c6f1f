"""Memory that a model's weights will take, foretold from the headers of their files.

No torch and no weights are loaded: `mmrag doctor` asks before anything is.
"""

import math
from functools import cache
from pathlib import Path

from safetensors import SafetensorError, safe_open

from mmrag.errors import ModelMissing

HEADROOM = 1.2
"""What a run takes over the weights: activations, the cache of keys and values, the pictures. By
hand; with one picture and 64 tokens it was 1.02 to 1.23 (eval/README, "On a GPU").
"""
_4BIT = 0.5 + 4 / 64 / 4 + 4 / 64 / 256
"""Bytes a weight: nf4 in blocks of 64, their scales quantized to 8 bits, in blocks of 256
(QLoRA, arXiv 2305.14314, section 3)."""
_BYTES = {"none": None, "8bit": 1.0, "4bit": _4BIT}
_CPU_FLAGS = Path("/proc/cpuinfo")
_MULTIPLIES_BF16 = frozenset({"avx512_bf16", "amx_bf16", "bf16"})
"""Flags of x86 and ARM processors that multiply bfloat16 in hardware, as Linux lists them."""


def needed_bytes(folder: Path, quantization: str, width: int) -> float:
    """Memory of the weights as they would be loaded, without what a run takes over them.

    Quantized are matrices but for the embeddings and the head, which keep `width` bytes a number.
    Raises `ModelMissing` where a file is cut short.
    """
    total = 0.0
    small = _BYTES[quantization]
    for file in sorted(folder.glob("*.safetensors")):
        try:
            with safe_open(file, framework="np") as stored:
                for name in stored.keys():  # noqa: SIM118 - no dictionary
                    shape = stored.get_slice(name).get_shape()
                    kept = small is None or len(shape) != 2 or "embed" in name or "head" in name
                    total += math.prod(shape) * (width if kept else small or 0)
        except (SafetensorError, OSError) as error:
            raise ModelMissing(
                f"{file}: cut short or damaged ({error}): fetch it again with "
                "`mmrag models pull <profile>`"
            ) from error
    return total


def width(precision: str, quantization: str = "none", *, on_gpu: bool) -> int:
    """Bytes a number of what is not quantized, as a model would be loaded here."""
    if precision != "auto":
        return 4 if precision == "fp32" else 2
    return 2 if on_gpu or quantization == "8bit" or _cpu_multiplies_bf16() else 4


@cache
def _cpu_multiplies_bf16() -> bool:
    """Whether the processor says so; where it cannot be asked, no."""
    try:
        lines = _CPU_FLAGS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    flags = next((line for line in lines if line.lower().startswith(("flags", "features"))), "")
    return bool(_MULTIPLIES_BF16 & set(flags.split()))
