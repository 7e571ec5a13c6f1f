"""Weights in 4 and 8 bits by bitsandbytes, for models in this process."""

import importlib
import logging
import sys

import torch

from mmrag.backends import torchvision_ops
from mmrag.backends.packages import INSTALL
from mmrag.config import VlmSettings
from mmrag.errors import ModelMissing

torchvision_ops.ensure()

from transformers import BitsAndBytesConfig  # noqa: E402 - needs the line above

_PACKED_ROWS = 32
_PACKED_COLUMNS = 64
"""What bitsandbytes 0.50 packs together of a matrix for processors that multiply bfloat16."""


def import_bitsandbytes() -> None:
    """Import it without `kernels`, through which it would fetch machine code from the hub.

    Raises `ModelMissing` where its library does not load.
    """
    log = logging.getLogger("bitsandbytes")
    before = log.level
    log.setLevel(logging.ERROR)
    kernels = sys.modules.pop("kernels", None)
    sys.modules["kernels"] = None  # type: ignore[assignment]  # how Python marks what may not be
    try:
        importlib.import_module("bitsandbytes")
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelMissing(
            f'bitsandbytes does not load ({error}): {INSTALL}, or set quantization = "none"'
        ) from error
    finally:
        log.setLevel(before)
        del sys.modules["kernels"]
        if kernels is not None:
            sys.modules["kernels"] = kernels


def config(
    settings: VlmSettings, dtype: torch.dtype, *, offload: bool
) -> BitsAndBytesConfig | None:
    """How transformers is to load a model; None for one that stays whole."""
    if settings.quantization == "4bit":
        return BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=dtype,
            llm_int8_enable_fp32_cpu_offload=offload,
        )
    if settings.quantization == "8bit":
        return BitsAndBytesConfig(load_in_8bit=True, llm_int8_enable_fp32_cpu_offload=offload)
    return None


def keep_odd_layers_unpacked(model: torch.nn.Module) -> None:
    """Matrices that bitsandbytes cannot pack for the CPU are multiplied as they lie.

    On a processor that multiplies bfloat16 it would fail at the first of them: of the linear
    attention of Qwen3.5 with 16 heads, for example, which has a matrix of 16 rows.
    """
    for module in model.modules():
        if not isinstance(module, torch.nn.Linear):
            continue
        odd = module.out_features % _PACKED_ROWS or module.in_features % _PACKED_COLUMNS
        if odd and getattr(module, "support_avx512bf16_for_cpu", False):
            module.support_avx512bf16_for_cpu = False  # type: ignore[assignment]
