"""Lets PyPI's torchvision load beside a CPU-only build of torch.

The compiled operators in that wheel need CUDA's libraries; where those are absent the operators
are not registered, and torchvision fails at import: `operator torchvision::nms does not exist`.
Only their names are needed for the import, and no model here calls them. Call `ensure()` before
anything that imports torchvision: open_clip, transformers' image processors, sentence-transformers.
"""

import importlib.util
from functools import cache
from pathlib import Path

import torch

SCHEMAS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
_libraries: list[torch.library.Library] = []  # what is declared lasts as long as its library


@cache
def ensure() -> None:
    """Declare the operators that torchvision names at import, where its own cannot be loaded."""
    spec = importlib.util.find_spec("torchvision")
    if spec is None or not spec.submodule_search_locations:
        return
    for binary in Path(spec.submodule_search_locations[0]).glob("_C.*"):
        try:
            torch.ops.load_library(binary)  # type: ignore[no-untyped-call]
        except OSError:  # its CUDA libraries are not here
            continue
    library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    for name, schema in SCHEMAS.items():
        if not hasattr(torch.ops.torchvision, name):
            library.define(schema)  # type: ignore[no-untyped-call]
    _libraries.append(library)
