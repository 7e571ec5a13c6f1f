"""Where an open_clip model's files lie: an architecture with weights, a hub name, or a folder."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huggingface_hub import hf_hub_download
from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError, LocalEntryNotFoundError
from safetensors import SafetensorError, safe_open

from mmrag.backends import minilm_files, shipped_clip_files, tokenizer_files, weights
from mmrag.backends.files import OneFile
from mmrag.backends.repository_files import RepositoryFiles
from mmrag.backends.tokenizer_files import WithTokenizer
from mmrag.config import ImageSettings
from mmrag.errors import ConfigError, ModelMissing, ModelRefused
from mmrag.protocols import CheckedFile, FilesFound, ModelFiles
from mmrag.text.notation import from_json

HUB, FOLDER = "hf-hub:", "local-dir:"
CONFIG = "open_clip_config.json"
SAFE_WEIGHTS = "open_clip_model.safetensors"
PREFERRED = (SAFE_WEIGHTS, "open_clip_pytorch_model.safetensors", "model.safetensors")
"""In which order weights of a folder are taken where it holds several."""
HUB_FILES = ("*.json", "*.txt", "*.model", "open_clip*.safetensors")


@dataclass(frozen=True, slots=True)
class ClipFiles:
    """What an open_clip model is built from."""

    architecture: str  # as open_clip takes it: a built-in name, or `local-dir:FOLDER`
    name: str  # what the vectors' space is called
    weights: Path
    preprocess: Mapping[str, object] = field(default_factory=dict)  # of the pretrained tag
    quick_gelu: bool = False
    text: Path | None = None  # the folder of a locked text tower, which `weights` leaves out


def files(settings: ImageSettings) -> ModelFiles:
    """What `mmrag models` lists, verifies and pulls."""
    if settings.model == shipped_clip_files.NAME:
        return shipped_clip_files.files()
    if settings.checkpoint or settings.pretrained:
        found = (
            OneFile(settings.model, settings.checkpoint)
            if settings.checkpoint
            else TagFiles(settings)
        )
        tokenizer = tokenizer_files.repository(settings.model)
        return WithTokenizer(found, tokenizer) if tokenizer else found
    return RepositoryFiles(
        settings.model, settings.model.removeprefix(HUB).removeprefix(FOLDER), HUB_FILES
    )


@dataclass(frozen=True, slots=True)
class TagFiles:
    """The one file of weights that a pretrained tag of open_clip stands for.

    open_clip is imported, and torch with it, to learn which file that is.
    """

    settings: ImageSettings
    embedded: bool = False

    @property
    def name(self) -> str:
        return f"{self.settings.model} {self.settings.pretrained}"

    def find(self) -> FilesFound:
        """How the tag's file stands; a tag that open_clip does not know is missing."""
        try:
            return self._repository().find()
        except ConfigError as error:
            return FilesFound("missing", str(error))

    def verify(self, *, offline: bool) -> list[CheckedFile]:
        """The tag's file, read through. Raises `ConfigError` for an unknown tag."""
        return self._repository().verify(offline=offline)

    def fetch(self) -> None:
        """Fetch the tag's file. Raises `ModelMissing`, `ModelRefused` where it is pickle alone."""
        _tag_weights(self._place(), self.name, offline=False)

    def _place(self) -> str:
        architecture = self.settings.model.replace("/", "-")
        return str(_tag(architecture, self.settings)["hf_hub"])

    def _repository(self) -> RepositoryFiles:
        return RepositoryFiles(self.name, *_split(self._place()))


def find(settings: ImageSettings, offline: bool) -> ClipFiles:
    """The files that a profile names; downloads only when `offline` is False.

    A local checkpoint wins over the tag's weights; the tag then still says how pictures are
    prepared. Raises `ConfigError`, `ModelMissing`, `ModelRefused`.
    """
    model = settings.model
    if not model:
        raise ConfigError(
            '[image] model: backend = "open_clip" needs an architecture such as "ViT-B-32", '
            '"hf-hub:NAME", or a folder with ' + CONFIG
        )
    if model.startswith(HUB):
        name = model.removeprefix(HUB)
        return _in_folder(weights.locate(name, offline, HUB_FILES), Path(name).name, settings)
    if model == shipped_clip_files.NAME:
        return _in_folder(shipped_clip_files.FOLDER, model, settings)
    folder = Path(model.removeprefix(FOLDER)).expanduser()
    if model.startswith(FOLDER) or folder.is_dir():
        return _in_folder(folder, folder.absolute().name, settings)
    return _by_name(model.replace("/", "-"), settings, offline)


def _in_folder(folder: Path, name: str, settings: ImageSettings) -> ClipFiles:
    if not (folder / CONFIG).is_file():
        raise ModelMissing(
            f"{folder}: has no {CONFIG}: give the architecture as model and the .safetensors file "
            "as checkpoint"
        )
    if settings.checkpoint:
        chosen = Path(settings.checkpoint).expanduser()
    else:
        weights.check(folder)
        found = sorted(folder.glob("*.safetensors"))
        preferred = [folder / known for known in PREFERRED if folder / known in found]
        if not preferred and len(found) != 1:
            names = ", ".join(path.name for path in found) or "none"
            raise ConfigError(f"{folder}: which weights? Set checkpoint; there are: {names}")
        chosen = (preferred or found)[0]
    weights.check_file(chosen)
    return ClipFiles(f"{FOLDER}{folder}", name, chosen, text=_locked_text(folder, chosen))


def _locked_text(folder: Path, chosen: Path) -> Path | None:
    """The folder of MiniLM where it is the text tower, and the weights hold none of their own.

    What cannot be read is told by who loads it.
    """
    try:
        config = from_json((folder / CONFIG).read_text(encoding="utf-8"))
        if config["model_cfg"]["text_cfg"].get("hf_model_name") != minilm_files.HUB_NAME:
            return None
        with safe_open(chosen, framework="np") as stored:
            own = any(name.startswith("text.") for name in stored.keys())  # noqa: SIM118
    except (OSError, ValueError, LookupError, TypeError, AttributeError, SafetensorError):
        return None
    return None if own else minilm_files.verified_folder()


def _by_name(architecture: str, settings: ImageSettings, offline: bool) -> ClipFiles:
    open_clip = _open_clip()
    if open_clip.get_model_config(architecture) is None:
        near = difflib.get_close_matches(architecture, open_clip.list_models(), n=3)
        raise ConfigError(
            f"[image] model: open_clip knows no architecture {architecture!r} and there is no "
            "such folder" + (f"; did you mean {' or '.join(near)}?" if near else "")
        )
    tag = _tag(architecture, settings)
    if settings.checkpoint:
        chosen = Path(settings.checkpoint).expanduser()
    elif tag:
        chosen = _tag_weights(str(tag["hf_hub"]), f"{architecture} {settings.pretrained}", offline)
    else:
        raise ConfigError(
            f"[image] {architecture} needs weights: set checkpoint to a .safetensors file, or "
            f"pretrained to a tag: {_tags(architecture)}"
        )
    weights.check_file(chosen)
    tag = tag or _common(architecture)
    quick_gelu = bool(tag.get("quick_gelu"))
    suffix = "-quickgelu" if quick_gelu and not architecture.endswith("-quickgelu") else ""
    return ClipFiles(
        architecture,
        f"{architecture}{suffix}",
        chosen,
        {key: tag[key] for key in _PREPARATION if key in tag},
        quick_gelu,
    )


def _common(architecture: str) -> Mapping[str, object]:
    """What all pretrained tags of an architecture agree on; empty where it has none.

    Weights do not say how pictures are prepared for them: prepared otherwise, they find less, and
    nothing says so. Raises `ConfigError` where the tags differ, so that one has to be named.
    """
    open_clip = _open_clip()
    tags = open_clip.list_pretrained_tags_by_model(architecture)
    configs = [open_clip.get_pretrained_cfg(architecture, tag) for tag in tags]
    told = [{key: config.get(key) for key in (*_PREPARATION, "quick_gelu")} for config in configs]
    if any(one != told[0] for one in told):
        raise ConfigError(
            f"[image] pretrained: {architecture} has weights that want their pictures prepared in "
            f"different ways: name the tag that the checkpoint is of: {_tags(architecture)}"
        )
    return configs[0] if configs else {}


_PREPARATION = ("mean", "std", "interpolation", "resize_mode")


def _tag(architecture: str, settings: ImageSettings) -> Mapping[str, object]:
    """What open_clip knows of the pretrained tag; empty where none is set."""
    if not settings.pretrained:
        return {}
    known: Mapping[str, object] = _open_clip().get_pretrained_cfg(architecture, settings.pretrained)
    if not known:
        raise ConfigError(
            f"[image] pretrained: {architecture} has no tag {settings.pretrained!r}; it has: "
            + _tags(architecture)
        )
    return known


def _tags(architecture: str) -> str:
    return ", ".join(_open_clip().list_pretrained_tags_by_model(architecture)) or "none"


def _split(place: str) -> tuple[str, tuple[str]]:
    """The repository of a tag, and its file of weights by the name of its safe form."""
    repository, _, file = place.rpartition("/")
    return repository, (f"{Path(file).stem}.safetensors" if file else SAFE_WEIGHTS,)


def _tag_weights(place: str, what: str, offline: bool) -> Path:
    """The .safetensors file of a tag, whose place on the hub is `owner/name/` or with a file."""
    repository, (safe,) = _split(place)
    try:
        return Path(hf_hub_download(repository, safe, local_files_only=offline))
    except LocalEntryNotFoundError as error:
        raise ModelMissing(
            f"{what}: the weights ({repository}) are not on this machine: fetch them with "
            "`mmrag models pull <profile>`, or set checkpoint to a .safetensors file"
        ) from error
    except EntryNotFoundError as error:
        raise ModelRefused(
            f"{what}: {repository} has no {safe}, only pickle weights, which can run code when "
            "they are loaded: convert them, and set checkpoint to the .safetensors file"
        ) from error
    except (HfHubHTTPError, OSError) as error:
        raise ModelMissing(f"{what}: cannot be fetched from {repository}: {error}") from error


def _open_clip() -> Any:
    """open_clip, which takes seconds to import: only what asks for an architecture pays for it."""
    from mmrag.backends import torchvision_ops

    torchvision_ops.ensure()
    import open_clip

    return open_clip
