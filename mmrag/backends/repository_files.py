"""The files of a model that is a repository of the hub, or a folder laid out like one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import huggingface_hub
from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

from mmrag.backends.files import checked_file, is_whole
from mmrag.backends.weights import PATTERNS
from mmrag.errors import ModelMissing
from mmrag.protocols import CheckedFile, FilesFound
from mmrag.text.notation import from_json

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class RepositoryFiles:
    """A repository of the hub, looked for in its cache (`HF_HUB_CACHE`), or a folder.

    `patterns` are all that is ever fetched of it; those of weights end in `.safetensors`. Where
    none of them matches, any `.safetensors` file of the folder counts, unless a file is named.
    """

    name: str
    model: str  # the repository's name or a folder
    patterns: tuple[str, ...] = PATTERNS
    embedded: bool = False

    def find(self) -> FilesFound:
        """How the model stands on this machine."""
        place = self._place()
        if place is None:
            return FilesFound("missing", "not on this machine")
        files = self._weights(place)
        if not files:
            return FilesFound("half", f"half downloaded, no weights yet in {place}", str(place))
        size = sum(file.stat().st_size for file in files)
        lacking = [*_absent(place), *(file for file in files if not is_whole(file))]
        if lacking:
            names = ", ".join(file.name for file in lacking)
            return FilesFound("half", f"half downloaded, {names} missing", str(place), size)
        return FilesFound("whole", f"{size / 1e9:.2f} GB in {place}", str(place), size)

    def verify(self, *, offline: bool) -> list[CheckedFile]:
        """Each file of weights, read through.

        Its SHA-256 is compared with the one that came with it into the hub's cache, where a file is
        called by its hash, and, unless `offline`, with the one that the hub gives now.
        """
        place = self._place()
        files = [] if place is None else self._weights(place)
        if place is None or not files:
            return [CheckedFile(self.name, "missing")]
        damaged = set() if offline else self._damaged(place)
        checked = []
        for file in files:
            called = file.resolve().name
            published = called if _SHA256.fullmatch(called) else ""
            found = checked_file(file, published)
            if found.state == "whole" and file in damaged:
                found = CheckedFile(found.path, "damaged", found.size, found.sha256)
            checked.append(found)
        return checked + [CheckedFile(str(file), "missing") for file in _absent(place)]

    def fetch(self) -> None:
        """Fetch what is missing, going on where it stopped. Raises `ModelMissing`."""
        if Path(self.model).expanduser().is_absolute():
            raise ModelMissing(f"{self.model}: a path of this machine, and not there")
        try:
            huggingface_hub.snapshot_download(self.model, allow_patterns=list(self.patterns))
        except HFValidationError as error:
            raise ModelMissing(
                f"{self.model}: neither a folder here nor a name on the hub"
            ) from error
        except (OSError, ValueError) as error:  # the hub's errors and the network's are OSErrors
            reason = " ".join(str(error).split())[:300]
            raise ModelMissing(
                f"{self.model}: cannot be fetched: {reason}: what came is kept, and the same "
                "command goes on there; or copy the model's folder here and set its path in the "
                "profile"
            ) from error

    def _place(self) -> Path | None:
        folder = Path(self.model).expanduser()
        if folder.is_dir():
            return folder
        try:
            found = huggingface_hub.snapshot_download(
                self.model, local_files_only=True, allow_patterns=list(self.patterns)
            )
        except (HFValidationError, LocalEntryNotFoundError, OSError, ValueError):
            return None
        return Path(found)

    def _weights(self, place: Path) -> list[Path]:
        """The files that are loaded: of a model kept whole and in parts, the parts."""
        wanted = [pattern for pattern in self.patterns if pattern.endswith(".safetensors")]
        found = {file for pattern in wanted for file in place.rglob(pattern)}
        if not found and any("*" in pattern for pattern in wanted):
            found = set(place.glob("*.safetensors"))
        for index in place.rglob("*.safetensors.index.json"):
            parts = {index.parent / name for name in _parts(index)}
            if parts & found:
                found -= {file for file in found if file.parent == index.parent} - parts
        return sorted(found)

    def _damaged(self, place: Path) -> set[Path]:
        """Files that differ from those on the hub; none where it cannot be asked."""
        if Path(self.model).expanduser().is_dir():
            return set()
        try:
            found = huggingface_hub.HfApi().verify_repo_checksums(self.model)
        except (OSError, ValueError):
            return set()
        return {place / mismatch["path"] for mismatch in found.mismatches}


def _parts(index: Path) -> Sequence[str]:
    """The names of a model's parts; none where they cannot be read."""
    try:
        listed = from_json(index.read_text(encoding="utf-8"))["weight_map"]
        return sorted(set(listed.values()))
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return []


def _absent(place: Path) -> Iterator[Path]:
    """The files that an index of parts names and that are not there; an index without parts."""
    for index in sorted(place.rglob("*.safetensors.index.json")):
        parts = _parts(index)
        if not parts:
            yield index
        yield from (file for name in parts if not (file := index.parent / name).is_file())
