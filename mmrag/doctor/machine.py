"""What the machine offers: Python, SQLite, packages, the models in packages, memory, disk, GPU."""

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from mmrag import models
from mmrag.config import Settings
from mmrag.doctor import needs
from mmrag.doctor.check import Check
from mmrag.ingest.formats import soffice

LEAST_MEMORY_GB = 3.0
"""What indexing on two cores takes at its peak (eval/README.md)."""
LEAST_DISK_GB = 1.0
_RAPIDOCR_READS = "Chinese, Japanese, English and 47 more languages in Latin letters"
"""What PP-OCRv6 (small) was made for, as rapidocr lists it (default_models.yaml)."""
PACKAGES = ("pymupdf", "pymupdf-layout", "faiss-cpu", "sqlite-utils", "sentence-transformers")
_SMI = ("nvidia-smi", "--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits")


@dataclass(frozen=True, slots=True)
class Gpu:
    """An NVIDIA GPU as its driver reports it; memory in GB."""

    name: str
    total: float
    free: float


def examine(settings: Settings) -> list[Check]:
    """The findings about the machine; memory is judged by what the profile needs of it."""
    return [
        Check("python", "pass", platform.python_version()),
        _sqlite(),
        *_packages(),
        _ocr(settings),
        _layout(settings),
        _office(),
        _memory(settings),
        _disk(),
        Check("cores", "pass", f"{os.cpu_count()} ({platform.machine()})"),
    ]


def gpus() -> list[Gpu]:
    """The NVIDIA GPUs, asked of the driver's own tool; none where there is no driver."""
    if shutil.which(_SMI[0]) is None:
        return []
    try:
        run = subprocess.run(_SMI, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    found = []
    for line in run.stdout.splitlines():
        name, _, numbers = line.partition(", ")
        try:
            total, free = (float(number) / 1024 for number in numbers.split(", "))
        except ValueError:  # "[N/A]" on some integrated GPUs
            continue
        found.append(Gpu(name, total, free))
    return found


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


def _office() -> Check:
    """LibreOffice, which makes pages of Office documents."""
    program = soffice.program()
    if program is None:
        what = "not installed: DOCX and PPTX are read as text alone, older kinds not at all"
        return Check("LibreOffice", "warn", what, soffice.ADVICE)
    if old := soffice.outdated(program):
        return Check("LibreOffice", "warn", f"{program}: {old}", soffice.newer_is_needed(old))
    return Check("LibreOffice", "pass", str(program))


def _ocr(settings: Settings) -> Check:
    if settings.ocr.engine == "none":
        return Check(
            "OCR", "warn", "off in this profile", "pages without text stay so: set [ocr] engine"
        )  # fmt: skip
    packs, advice = models.tesseract_packs()
    without = f"no Tesseract: for Arabic, Cyrillic, Korean and others, {advice}"
    beside = f"Tesseract with {', '.join(packs)}" if packs else without
    if settings.ocr.engine == "tesseract":
        return Check("OCR", "pass" if packs else "fail", beside, "" if packs else advice)
    found = _package_models("rapidocr")
    if not found:
        return Check("OCR", "fail", "rapidocr and its models are missing", "pip install rapidocr")
    told = f"rapidocr with {', '.join(model.stem for model in found)} ({_RAPIDOCR_READS})"
    return Check("OCR", "pass", f"{told}; {beside}" if settings.ocr.engine == "auto" else told)


def _layout(settings: Settings) -> Check:
    if settings.ingest.layout == "never":
        return Check("layout model", "pass", "off in this profile")
    models = _package_models("pymupdf.layout")
    if not models:
        return Check(
            "layout model", "warn", "PyMuPDF's layout model is missing: figures by rules alone",
            "pip install pymupdf-layout",
        )  # fmt: skip
    return Check("layout model", "pass", f"PyMuPDF's, {len(models)} files")


def _package_models(package: str) -> list[Path]:
    """The .onnx files that come with a package, which is not imported."""
    parent = importlib.util.find_spec(package.partition(".")[0])
    places = parent.submodule_search_locations if parent else None
    if not places:
        return []
    folder = Path(places[0]).joinpath(*package.split(".")[1:])
    return sorted(folder.rglob("*.onnx")) if folder.is_dir() else []


def _memory(settings: Settings) -> Check:
    """Memory against what indexing takes, and against the models that run in memory."""
    memory = psutil.virtual_memory()
    free, total = memory.available / 2**30, memory.total / 2**30
    needed, what = LEAST_MEMORY_GB, f"{LEAST_MEMORY_GB:.1f} GB are wanted"
    there, in_memory = gpus(), []
    if settings.vlm.backend == "transformers" and not (settings.vlm.device != "cpu" and there):
        in_memory.append(needs.foretell(settings, on_gpu=False))
    if not there:
        in_memory.append(needs.of_encoders(settings, on_gpu=False))
    for need in in_memory:
        if need.gb > needed:
            needed, what = need.gb, str(need)
    detail = f"{free:.1f} GB free of {total:.1f} GB"
    if free >= needed:
        return Check("memory", "pass", detail)
    return Check(
        "memory", "fail" if needed > total else "warn", f"{detail}, and {what}",
        "close other programs, set [ingest] workers = 1, or choose a smaller model",
    )  # fmt: skip


def _disk() -> Check:
    free = shutil.disk_usage(Path.cwd()).free / 2**30
    if free < LEAST_DISK_GB:
        return Check(
            "disk", "warn", f"{free:.1f} GB free here",
            "an index takes about 0.03 MB a page, 0.15 with pictures kept: use --index elsewhere",
        )  # fmt: skip
    return Check("disk", "pass", f"{free:.0f} GB free here")
