"""The files of the image encoder that comes with mmrag."""

from pathlib import Path

from mmrag.backends import digests
from mmrag.backends.files import PackagedFiles
from mmrag.errors import ModelRefused

NAME = "mmrag-pictures-1"
FOLDER = Path(__file__).parent / NAME.replace("-", "_")
CONFIG, WEIGHTS = FOLDER / "open_clip_config.json", FOLDER / "open_clip_model.safetensors"
GRAPH = FOLDER / "pictures.onnx"
SHA256 = "f0850fee37745d23d1b56005e3c5e4b1862f6f9fbea32a00c9846f9856590bfe"
"""Of its weights, as they were published with this version."""


def files() -> PackagedFiles:
    """What `mmrag models` lists and verifies."""
    return PackagedFiles(NAME, FOLDER, SHA256, "install mmrag again")


def verify() -> str:
    """The SHA-256 of the weights. Raises `ModelRefused` where it is not the published one."""
    actual = digests.sha256(WEIGHTS) if WEIGHTS.is_file() else "none"
    if actual != SHA256:
        raise ModelRefused(
            f"{WEIGHTS}: the weights have SHA-256 {actual}, not the published {SHA256}: "
            "install mmrag again"
        )
    return actual
