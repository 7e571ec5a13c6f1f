"""Where a model's weights lie, whether they are whole and safe to load, and their hash."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
from safetensors import SafetensorError

from mmrag.errors import ModelMissing, ModelRefused

PATTERNS = ("*.json", "*.safetensors", "*.txt", "*.model", "*.jinja")
"""What is ever fetched of a repository: no pickle, no code."""


def locate(model: str, offline: bool) -> Path:
    """The folder of a model given by name or folder; downloads only when `offline` is False.

    Raises `ModelMissing` where it is not there, `ModelRefused` where it is not safetensors.
    """
    folder = Path(model).expanduser()
    if not folder.is_dir():
        try:
            folder = Path(
                snapshot_download(model, allow_patterns=list(PATTERNS), local_files_only=offline)
            )
        except (LocalEntryNotFoundError, HfHubHTTPError, ValueError, OSError) as error:
            raise ModelMissing(
                f"{model}: the model is not on this machine: give the path of a folder with its "
                "weights, or fetch it with `mmrag models pull PROFILE`"
                + ("" if offline else f" ({error})")
            ) from error
    check(folder)
    return folder


def check(folder: Path) -> None:
    """Raise `ModelMissing` where a shard is absent, `ModelRefused` where there is only pickle."""
    for index in folder.rglob("*.safetensors.index.json"):
        shards = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        absent = sorted(name for name in shards if not (index.parent / name).is_file())
        if absent:
            raise ModelMissing(
                f"{folder}: half downloaded, without {', '.join(absent)}: fetch it again with "
                "`mmrag models pull PROFILE`; it goes on where it stopped"
            )
    if any(folder.rglob("*.safetensors")):
        return
    pickles = [path.name for ending in ("*.bin", "*.pt", "*.pth") for path in folder.rglob(ending)]
    if pickles:
        raise ModelRefused(
            f"{folder}: only pickle weights ({', '.join(pickles[:3])}), which can run code when "
            "loaded: use a model with .safetensors, or convert them where you trust them"
        )
    raise ModelMissing(f"{folder}: holds no .safetensors weights")


def digest(path: Path) -> str:
    """SHA-256 over the weights: of the one file, or of the hashes of all files in their order."""
    files = [path] if path.is_file() else sorted(path.rglob("*.safetensors"))
    hashes = []
    for name in files:
        with name.open("rb") as file:
            hashes.append(hashlib.file_digest(file, "sha256").hexdigest())
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()


@contextmanager
def loading(path: Path) -> Iterator[None]:
    """Say which weights failed to load, and why, as `ModelRefused`."""
    try:
        yield
    except (SafetensorError, OSError, ValueError, RuntimeError, KeyError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        raise ModelRefused(
            f"{path}: cannot be loaded: {reason}: the files may be cut short or of another "
            "architecture; `mmrag models verify PROFILE` reads them through"
        ) from error
