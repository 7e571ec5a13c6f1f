"""What is checked of a LLaVA-like checkpoint before a byte of its weights is loaded."""

from dataclasses import dataclass
from pathlib import Path

import psutil
import torch

from mmrag.backends import packages, torchvision_ops, weights
from mmrag.backends.weights_memory import HEADROOM, needed_bytes
from mmrag.config import VlmSettings
from mmrag.errors import ConfigError, ModelMissing, ModelRefused
from mmrag.text.notation import from_json

torchvision_ops.ensure()

from transformers import AutoConfig  # noqa: E402 - needs the line above
from transformers import __version__ as transformers_version  # noqa: E402
from transformers.models.auto.modeling_auto import (  # noqa: E402
    MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES as ARCHITECTURES,
)

NEEDED = ("config.json", "tokenizer_config.json")
GB = 2**30

SEVERAL_PICTURES = frozenset({
    "llava_onevision", "idefics2", "idefics3", "smolvlm", "qwen2_vl", "qwen2_5_vl", "qwen3_vl",
    "qwen3_5", "minicpmv4_6", "internvl", "mistral3", "gemma3", "mllama", "phi4_multimodal",
})  # fmt: skip
"""Architectures that were trained on prompts of several pictures.

LLaVA 1.5, 1.6 (`llava_next`), BakLLaVA and ViP-LLaVA were trained on one picture a prompt: their
code takes more, their answers then mix them up. They see one after another, and the texts are
joined. Of the `llava` architecture, those with Qwen2 (LLaVA-Interleave) or with Pixtral's vision
take several.
"""


@dataclass(frozen=True, slots=True)
class LlavaFiles:
    """A checkpoint that is whole, safe and of an architecture that can be loaded."""

    folder: Path
    name: str
    architecture: str  # config.json's model_type
    context: int  # tokens
    several_pictures: bool


def find(settings: VlmSettings, offline: bool) -> LlavaFiles:
    """The checkpoint that a profile names; downloads only when `offline` is False.

    Raises `ConfigError`, `ModelMissing` where something is not there, `ModelRefused` where it is
    pickle, needs code of its own, or is of another kind of model.
    """
    if not settings.model:
        raise ConfigError(
            '[vlm] model: backend = "transformers" needs a hub name or the folder of a model, '
            'such as "llava-hf/llava-1.5-7b-hf"'
        )
    packages.check(settings)
    folder = weights.locate(settings.model, offline)
    for name in NEEDED:
        if not (folder / name).is_file():
            raise ModelMissing(
                f"{folder}: half downloaded, without {name}: fetch it again with "
                "`mmrag models pull <profile>`"
            )
    _check_architecture(folder)
    with weights.loading(folder):
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    text = config.get_text_config()
    return LlavaFiles(
        folder,
        Path(settings.model).expanduser().absolute().name,
        config.model_type,
        int(getattr(text, "max_position_embeddings", 0) or 2**31),
        _takes_several(config.model_type, text.model_type, config),
    )


def _check_architecture(folder: Path) -> None:
    path = folder / "config.json"
    try:
        config = from_json(path.read_text(encoding="utf-8"))
        kind = str(config["model_type"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelRefused(
            f"{path}: not the config.json of a transformers model: fetch the model again with "
            "`mmrag models pull <profile>`"
        ) from error
    if kind in ARCHITECTURES:
        packages.check_folder(folder)
        return
    if "auto_map" in config:
        raise ModelRefused(
            f"{folder}: {kind} runs Python code that lies beside the weights; remote code is never "
            "run: take a model that transformers knows itself, such as llava-hf/llava-1.5-7b-hf"
        )
    raise ModelRefused(
        f"{folder}: {kind} takes no pictures or gives no text, or is newer than transformers "
        f"{transformers_version} here: choose a vision-language model, such as "
        "llava-hf/llava-1.5-7b-hf, or pip install --upgrade transformers"
    )


def _takes_several(kind: str, text: str, config: object) -> bool:
    if kind != "llava":
        return kind in SEVERAL_PICTURES
    vision = getattr(getattr(config, "vision_config", None), "model_type", "")
    return text == "qwen2" or vision == "pixtral"


def check_memory(
    files: LlavaFiles, settings: VlmSettings, dtype: torch.dtype, device: torch.device
) -> None:
    """Raise `ModelRefused` where the weights, as they would be loaded, do not fit."""
    needed = needed_bytes(files.folder, settings.quantization, dtype.itemsize) * HEADROOM
    main = psutil.virtual_memory().available
    free, where = float(main), "memory"
    if device.type == "cuda":
        free, where = float(torch.cuda.mem_get_info(device)[0]), f"memory of {device}"
        if settings.cpu_offload:
            free, where = free + main, f"memory of {device} and of this machine"
    if needed <= free:
        return
    advice = ["choose a smaller model", "close what else takes memory"]
    if device.type == "cuda" and not settings.cpu_offload:
        advice.insert(0, "cpu_offload = true")
    if settings.quantization != "4bit":
        advice.insert(0, 'quantization = "4bit"')
    raise ModelRefused(
        f"{settings.model}: needs about {needed / GB:.1f} GB, and {free / GB:.1f} GB of {where} "
        f"are free: set in [vlm] {' or '.join(advice)}"
    )
