"""What this machine can run, before anything is loaded: `mmrag doctor`.

Every check says what was found and, where that is not enough, what to do. Models are looked for by
their files; torch and the models themselves are never loaded.
"""

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from mmrag import registry
from mmrag.config import Settings
from mmrag.errors import ModelError

LEAST_MEMORY_GB = 3.0
"""What indexing on two cores takes at its peak (eval/README.md)."""
LEAST_DISK_GB = 1.0
PACKAGES = ("pymupdf", "pymupdf-layout", "faiss-cpu", "sqlite-utils", "sentence-transformers")


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `what_to_do` is empty where nothing needs doing."""

    name: str
    status: Literal["pass", "warn", "fail"]
    detail: str
    what_to_do: str = ""


def examine(settings: Settings) -> list[Check]:
    """All findings for a profile."""
    return [
        _python(),
        _sqlite(),
        *_packages(),
        _text_model(settings),
        _image_model(settings),
        _ocr(settings),
        _memory(settings),
        _disk(),
        _cores(),
    ]


def _python() -> Check:
    return Check("python", "pass", platform.python_version())


def _sqlite() -> Check:
    """SQLite with the full-text search that the keyword channel is made of."""
    with sqlite3.connect(":memory:") as connection:
        try:
            connection.execute("create virtual table t using fts5(a, tokenize = 'porter')")
        except sqlite3.OperationalError as error:
            return Check(
                "sqlite", "fail", f"{sqlite3.sqlite_version}: {error}",
                "use a Python whose SQLite has FTS5 (python.org, Debian and conda have it)",
            )  # fmt: skip
    return Check("sqlite", "pass", f"{sqlite3.sqlite_version} with FTS5")


def _packages() -> Iterator[Check]:
    for name in PACKAGES:
        try:
            yield Check(name, "pass", importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Check(name, "fail", "not installed", f"pip install {name}")


def _text_model(settings: Settings) -> Check:
    if settings.text.backend == "sentence-transformers":
        return Check("text vectors", "pass", f"sentence-transformers: {settings.text.model}")
    try:
        registry.query_encoder(settings)
    except ModelError as error:
        return Check("text vectors", "fail", "all-MiniLM-L6-v2", str(error))
    return Check("text vectors", "pass", "all-MiniLM-L6-v2, weights verified by SHA-256")


def _image_model(settings: Settings) -> Check:
    image = settings.image
    if image.backend == "none":
        return Check(
            "image vectors", "warn", "the profile has no image checkpoint",
            "search by picture stays off; set [image] in a profile, then run "
            "`mmrag index --channel image`",
        )  # fmt: skip
    if image.checkpoint and not Path(image.checkpoint).is_file():
        return Check(
            "image vectors", "fail", f"{image.checkpoint}: no such file",
            "give the path of a .safetensors checkpoint in [image] checkpoint",
        )  # fmt: skip
    return Check("image vectors", "pass", f"{image.backend}: {image.model} {image.pretrained}")


def _ocr(settings: Settings) -> Check:
    if settings.ocr.engine == "none":
        return Check(
            "OCR", "warn", "off in this profile", "pages without text stay so: set [ocr] engine"
        )  # fmt: skip
    spec = importlib.util.find_spec("rapidocr")
    places = spec.submodule_search_locations if spec else None
    models = sorted(Path(places[0]).rglob("*.onnx")) if places else []
    if not models:
        return Check("OCR", "fail", "rapidocr and its models are missing", "pip install rapidocr")
    return Check("OCR", "pass", f"rapidocr with {', '.join(model.stem for model in models)}")


def _memory(settings: Settings) -> Check:
    memory = psutil.virtual_memory()
    free, needed = memory.available / 2**30, max(LEAST_MEMORY_GB, settings.vlm.needs_gb)
    detail = f"{free:.1f} GB free of {memory.total / 2**30:.1f} GB"
    if free < needed:
        return Check(
            "memory", "warn", f"{detail}, and {needed:.1f} GB are wanted",
            "close other programs, set [ingest] workers = 1, or choose a smaller model",
        )  # fmt: skip
    return Check("memory", "pass", detail)


def _disk() -> Check:
    free = shutil.disk_usage(Path.cwd()).free / 2**30
    if free < LEAST_DISK_GB:
        return Check(
            "disk", "warn", f"{free:.1f} GB free here",
            "an index takes about 0.2 MB a page, pictures included: use --index elsewhere",
        )  # fmt: skip
    return Check("disk", "pass", f"{free:.0f} GB free here")


def _cores() -> Check:
    return Check("cores", "pass", f"{os.cpu_count()} ({platform.machine()})")
