"""The tokenizers that open_clip reads from repositories of their own, as SigLIP's."""

import importlib.util
from dataclasses import dataclass, replace
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

from mmrag.errors import ModelMissing
from mmrag.protocols import CheckedFile, FilesFound, ModelFiles
from mmrag.text.notation import from_json

PATTERNS = ("*.json", "*.txt", "*.model")
_FILES = ("tokenizer.json", "spiece.model", "sentencepiece.bpe.model", "vocab.txt", "vocab.json")
"""One of these is in every repository of a tokenizer that transformers reads."""


@dataclass(frozen=True, slots=True)
class WithTokenizer:
    """Weights together with the tokenizer, in `repository`, without which no text is encoded."""

    weights: ModelFiles
    repository: str

    @property
    def name(self) -> str:
        return self.weights.name

    @property
    def embedded(self) -> bool:
        return self.weights.embedded

    def find(self) -> FilesFound:
        """How both stand: whole weights are half a model where the tokenizer is missing."""
        found = self.weights.find()
        if found.state == "whole" and not self._is_here():
            detail = f"its tokenizer, {self.repository}, is not on this machine"
            return replace(found, state="half", detail=detail)
        return found

    def verify(self, *, offline: bool) -> list[CheckedFile]:
        """The weights, read through, and whether the tokenizer is there."""
        checked = self.weights.verify(offline=offline)
        return checked if self._is_here() else [*checked, CheckedFile(self.repository, "missing")]

    def fetch(self) -> None:
        """Fetch what is missing of either. Raises `ModelMissing`."""
        if self.weights.find().state != "whole":
            self.weights.fetch()
        try:
            snapshot_download(self.repository, allow_patterns=list(PATTERNS))
        except (OSError, ValueError) as error:  # the hub's errors and the network's are OSErrors
            reason = " ".join(str(error).split())[:300]
            raise ModelMissing(
                f"{self.repository}: the tokenizer of {self.name} cannot be fetched: {reason}"
            ) from error

    def _is_here(self) -> bool:
        try:
            folder = Path(snapshot_download(self.repository, local_files_only=True))
        except (HFValidationError, LocalEntryNotFoundError, OSError, ValueError):
            return False
        return any((folder / name).is_file() for name in _FILES)


def repository(architecture: str) -> str:
    """Where open_clip reads the tokenizer of an architecture from; empty where it has its own.

    Read from the architecture's file, so that open_clip is not imported.
    """
    spec = importlib.util.find_spec("open_clip")
    places = spec.submodule_search_locations if spec else None
    if not places:
        return ""
    file = Path(places[0]) / "model_configs" / f"{architecture.replace('/', '-')}.json"
    try:
        told = from_json(file.read_text(encoding="utf-8"))["text_cfg"].get("hf_tokenizer_name")
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return ""
    return str(told or "")
