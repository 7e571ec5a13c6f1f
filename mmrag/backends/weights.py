"""Where a model's weights lie, whether they are whole and safe to load, and their hash."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from huggingface_hub import constants, snapshot_download
from huggingface_hub.errors import (
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
)
from safetensors import SafetensorError, safe_open

from mmrag.backends import digests
from mmrag.errors import MmragError, ModelMissing, ModelRefused
from mmrag.text.notation import from_json

PATTERNS = ("*.json", "*.safetensors", "*.txt", "*.model", "*.jinja")
"""What is ever fetched of a repository: no pickle, no code."""
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_MODEL_PICKLE = re.compile(r".*(model|weights).*\.(bin|pt|pth|ckpt)")
_HALF = 0.5


def locate(model: str, offline: bool, patterns: Sequence[str] = PATTERNS) -> Path:
    """The folder of a model given by name or folder; downloads only when `offline` is False.

    Of a repository only the files that match `patterns` are fetched. Raises `ModelMissing` where
    the model is not there, `ModelRefused` where its weights are not safetensors.
    """
    folder = Path(model).expanduser()
    if not folder.is_dir():
        try:
            folder = Path(
                snapshot_download(model, allow_patterns=list(patterns), local_files_only=offline)
            )
        except (HFValidationError, LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
            raise ModelMissing(
                f"{model}: the model is not on this machine: give the path of a folder with its "
                "weights, or fetch it with `mmrag models pull <profile>`"
                + ("" if offline else f" ({_reason(error)})")
            ) from error
    check(folder)
    return folder


def check(folder: Path) -> None:
    """Raise `ModelMissing` where weights are absent, `ModelRefused` where a loader meets pickle."""
    for index in folder.rglob("*.safetensors.index.json"):
        try:
            listed = from_json(index.read_text(encoding="utf-8"))["weight_map"].values()
            shards = {str(name) for name in listed}
        except (OSError, ValueError, LookupError, AttributeError, TypeError) as error:
            raise ModelRefused(f"{index}: does not list the parts of a model: {error}") from error
        absent = sorted(name for name in shards if not (index.parent / name).is_file())
        if absent:
            raise ModelMissing(
                f"{folder}: half downloaded, without {', '.join(absent)}: fetch it again with "
                "`mmrag models pull <profile>`; it goes on where it stopped"
            )
    pickles = [path for path in sorted(folder.rglob("*")) if path.suffix in PICKLES]
    for path in pickles:
        beside = any(path.parent.glob("*.safetensors"))
        if _MODEL_PICKLE.fullmatch(path.name) and not beside:
            refuse_pickle(path)
    if not any(folder.rglob("*.safetensors")):
        if pickles:
            refuse_pickle(pickles[0])
        raise ModelMissing(
            f"{folder}: holds no .safetensors weights: the download may have been cut short"
        )


def refuse_pickle(path: Path) -> None:
    """Raise `ModelRefused` with the line that converts `path` without running what is in it."""
    raise ModelRefused(
        f"{path}: pickle weights can run code when they are loaded, and are refused: take the "
        "model's .safetensors, or convert them: python -c 'import torch; from safetensors.torch "
        f'import save_file; save_file(torch.load("{path.name}", weights_only=True), '
        f'"{path.stem}.safetensors")\''
    )


def check_file(path: Path) -> None:
    """Raise `ModelMissing` where `path` is no file, `ModelRefused` where it is no .safetensors."""
    if not path.is_file():
        raise ModelMissing(f"{path}: there is no such weights file")
    if path.suffix in PICKLES:
        refuse_pickle(path)
    if path.suffix != ".safetensors":
        raise ModelRefused(f"{path}: weights are read from .safetensors files only")


def digest(path: Path) -> str:
    """SHA-256 over the weights: of the one file, or of the hashes of all files in their order."""
    files = [path] if path.is_file() else sorted(path.rglob("*.safetensors"))
    hashes = [digests.sha256(name) for name in files]
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()


def check_names(folder: Path, names: Iterable[str]) -> None:
    """Raise `ModelRefused` where the files lack most of a model's tensors.

    transformers fills what is missing with random numbers and only warns. A few may rightly be
    missing (a pooler that is not used); that most are means another architecture.
    """
    endings: set[str] = set()
    for file in folder.rglob("*.safetensors"):
        with safe_open(file, framework="np") as stored:
            for name in stored.keys():  # noqa: SIM118 - no dictionary
                parts = name.split(".")
                endings.update(".".join(parts[start:]) for start in range(len(parts)))
    wanted = list(names)
    found = sum(name in endings or name.partition(".")[2] in endings for name in wanted)
    if found < _HALF * len(wanted):
        raise ModelRefused(
            f"{folder}: the weights are of another architecture than config.json says: only "
            f"{found} of {len(wanted)} tensors are there: fetch the model again"
        )


@contextmanager
def loading(path: Path | str, *, offline: bool = True) -> Iterator[None]:
    """Say which weights failed to load, and why; offline, no library may ask the hub meanwhile.

    Raises `ModelMissing` where a file would have to be fetched, else `ModelRefused`.
    """
    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = before or offline
    try:
        yield
    except MmragError:
        raise
    except MemoryError as error:
        raise ModelRefused(f"{path}: not enough memory to load the model") from error
    except ImportError as error:
        raise ModelMissing(f"{path}: needs a package that is not here: {_reason(error)}") from error
    except Exception as error:  # a damaged folder makes the libraries raise nearly anything
        if _asked_the_hub(error):
            raise ModelMissing(
                f"{path}: a part of the model is not on this machine: fetch it with "
                f"`mmrag models pull <profile>` ({_reason(error)})"
            ) from error
        if "trust_remote_code" in str(error):
            raise ModelRefused(
                f"{path}: the model wants code of its own to be run, which mmrag never does: "
                "choose one that its library reads without"
            ) from error
        raise ModelRefused(
            f"{path}: cannot be loaded: {_reason(error)}: the files may be cut short or of "
            "another architecture; `mmrag models verify <profile>` reads them through"
        ) from error
    finally:
        constants.HF_HUB_OFFLINE = before


def _asked_the_hub(error: BaseException | None) -> bool:
    """Whether an error began with a file that is not in the hub's cache."""
    while error is not None:
        if isinstance(error, (OfflineModeIsEnabled, LocalEntryNotFoundError, HfHubHTTPError)):
            return True
        error = error.__cause__ or error.__context__
    return False


def _reason(error: Exception) -> str:
    """What an error says, on one line of bearable length."""
    text = " ".join(str(error).split()) or repr(error)
    if isinstance(error, SafetensorError):
        text = f"not a whole .safetensors file: {text}"
    return text if len(text) <= 300 else f"{text[:300]}..."
