"""Lets PyPI's torchvision load beside a CPU-only build of torch.

That wheel's compiled operators need CUDA's libraries, so they are not registered, and torchvision
then fails at import: `operator torchvision::nms does not exist`. Only the names are needed for
the import, not the operators, which no model here calls. Import this module before anything that
imports torchvision: open_clip, transformers' image processors, sentence-transformers.
"""

import importlib.util

import torch

SCHEMAS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
_library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]


def ensure() -> None:
    """Declare the operators that torchvision names at import, where its own are not to be had."""
    if torch.version.cuda is not None or importlib.util.find_spec("torchvision") is None:
        return
    for name, schema in SCHEMAS.items():
        if not hasattr(torch.ops.torchvision, name):
            _library.define(schema)  # type: ignore[no-untyped-call]


ensure()
