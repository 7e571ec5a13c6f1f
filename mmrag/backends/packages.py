"""Which packages beyond those of `pip install mmrag` a vision-language model needs."""

import importlib.util

from mmrag.config import VlmSettings
from mmrag.errors import ModelMissing

INSTALL = "pip install 'mmrag[llava]'"

OF_ARCHITECTURE = {"smolvlm": "num2words"}
"""Packages that a processor of transformers needs beside, by the `model_type` of config.json."""


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


def check_architecture(model_type: str) -> None:
    """Raise `ModelMissing` where a package that an architecture needs is not installed."""
    package = OF_ARCHITECTURE.get(model_type)
    if package is not None and not is_installed(package):
        raise ModelMissing(
            f"the package {package}, which {model_type} needs, is not installed: "
            f"pip install {package}"
        )
