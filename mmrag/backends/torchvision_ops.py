"""Lets PyPI's torchvision load beside a CPU-only build of torch.

The compiled operators in that wheel need CUDA's libraries; where those are absent the operators
are not registered, and torchvision fails at import: `operator torchvision::nms does not exist`.
Only their names are needed for the import, and no model here calls them. Call `ensure()` before
anything that imports torchvision: open_clip, transformers' image processors, sentence-transformers.
"""

import importlib
import importlib.util
import re
import sys
from functools import cache

import torch

from mmrag.errors import ModelMissing

SCHEMAS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
"""Signatures as torchvision's C++ sources register them (torchvision/csrc/ops)."""
_ABSENT = re.compile(r"operator torchvision::(\w+) does not exist")
_libraries: list[torch.library.Library] = []  # what is declared lasts as long as its library


@cache
def ensure() -> None:
    """Import torchvision; declare the operators for want of which that fails, and no others.

    What a torchvision that loads in full registers itself must not be declared before: torch ends
    the whole process at a second registration. Raises `ModelMissing` where it cannot be imported.
    """
    if importlib.util.find_spec("torchvision") is None:
        return
    for _ in range(len(SCHEMAS) + 1):
        try:
            importlib.import_module("torchvision")
            return
        except RuntimeError as error:
            absent = _ABSENT.search(str(error))
            if absent is None or absent[1] not in SCHEMAS:
                raise _unusable(error) from error
            _declare(absent[1])
        except (ImportError, OSError) as error:
            raise _unusable(error) from error
    raise AssertionError("each round declares an operator that was absent")


def _declare(name: str) -> None:
    library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    library.define(SCHEMAS[name])  # type: ignore[no-untyped-call]
    _libraries.append(library)
    for module in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[module]  # the halves that a failed import leaves


def _unusable(error: Exception) -> ModelMissing:
    return ModelMissing(
        f"torchvision cannot be imported beside torch {torch.__version__}: {error}: install the "
        "two versions that belong together, for example with mmrag's constraints.txt"
    )
