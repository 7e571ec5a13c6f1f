"""Which packages beyond those of `pip install mmrag` a vision-language model needs."""

import importlib.util
from pathlib import Path

from mmrag.config import VlmSettings
from mmrag.errors import ModelMissing
from mmrag.text.notation import from_json

INSTALL = "pip install 'mmrag[llava]'"

_OF_ARCHITECTURE = {"smolvlm": "num2words"}
"""Packages that a processor of transformers needs beside, by the `model_type` of config.json."""
_ADAPTER = "adapter_config.json"
"""Of weights that are added to the model's (LoRA). Without peft transformers leaves them out."""


def needed(settings: VlmSettings) -> tuple[str, ...]:
    """Their names as they are imported."""
    match settings.backend:
        case "none":
            return ()
        case "server":
            return ("openai",)
        case "transformers" if settings.quantization != "none":
            return ("accelerate", "bitsandbytes")
        case "transformers":
            return ("accelerate",)


def is_installed(package: str) -> bool:
    """Whether it is here; it is not imported."""
    return importlib.util.find_spec(package) is not None


def check(settings: VlmSettings) -> None:
    """Raise `ModelMissing` where a package that the settings need is not installed."""
    for package in needed(settings):
        if not is_installed(package):
            raise ModelMissing(
                f"the package {package} is not installed: {INSTALL}"
                + (', or set [vlm] quantization = "none"' if package == "bitsandbytes" else "")
            )


def needed_by(folder: Path) -> tuple[str, ...]:
    """What the model in a folder needs beside: for its processor, and for an adapter."""
    try:
        kind = from_json((folder / "config.json").read_text(encoding="utf-8"))["model_type"]
    except (OSError, ValueError, KeyError, TypeError):
        kind = ""  # told where it is loaded
    own = [_OF_ARCHITECTURE[kind]] if kind in _OF_ARCHITECTURE else []
    return (*own, *(["peft"] if (folder / _ADAPTER).is_file() else []))


def check_folder(folder: Path) -> None:
    """Raise `ModelMissing` where a package that the model in a folder needs is not installed."""
    for package in needed_by(folder):
        if not is_installed(package):
            raise ModelMissing(
                f"{folder}: this model needs the package {package}, which is not installed: "
                f"pip install {package}"
            )
