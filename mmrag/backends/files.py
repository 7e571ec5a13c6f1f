"""The files of models: where they lie, whether they are whole and genuine, how they are fetched.

Each backend gives one of these for its settings. Nothing is loaded here, and no torch imported.
"""

from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open

from mmrag.errors import ModelMissing
from mmrag.ids import file_sha256
from mmrag.protocols import CheckedFile, FilesFound, FileState


@dataclass(frozen=True, slots=True)
class OneFile:
    """A file of weights that a profile gives by its path."""

    name: str
    path: str
    embedded: bool = False

    def find(self) -> FilesFound:
        """How the file stands."""
        file = Path(self.path).expanduser()
        if not file.is_file():
            return FilesFound("missing", "not on this machine")
        size = file.stat().st_size
        if not is_whole(file):
            return FilesFound("half", f"{file.name} is cut short or damaged", str(file), size)
        return FilesFound("whole", f"{size / 1e9:.2f} GB in {file}", str(file), size)

    def verify(self, *, offline: bool) -> list[CheckedFile]:
        """The file, read through; nothing says which SHA-256 it should have."""
        file = Path(self.path).expanduser()
        return [checked_file(file) if file.is_file() else CheckedFile(self.name, "missing")]

    def fetch(self) -> None:
        """Nothing can fetch it. Raises `ModelMissing`."""
        raise ModelMissing(f"{self.path}: a path of this machine, and not there")


@dataclass(frozen=True, slots=True)
class PackagedFiles:
    """Weights that come with a Python package, with their published SHA-256."""

    name: str
    folder: Path | None  # None where the package is not installed
    sha256: str
    install: str
    embedded: bool = True

    def find(self) -> FilesFound:
        """How the package's weights stand."""
        files = self._files()
        if not files:
            return FilesFound("missing", f"not on this machine: {self.install}")
        size = sum(file.stat().st_size for file in files)
        return FilesFound("whole", f"{size / 1e9:.2f} GB in {self.folder}", str(self.folder), size)

    def verify(self, *, offline: bool) -> list[CheckedFile]:
        """The weights, read through and compared with their published SHA-256."""
        files = self._files()
        if not files:
            return [CheckedFile(self.name, "missing")]
        return [checked_file(file, self.sha256) for file in files]

    def fetch(self) -> None:
        """It comes with its package. Raises `ModelMissing` with the command that installs it."""
        raise ModelMissing(f"{self.name}: comes with a package: {self.install}")

    def _files(self) -> list[Path]:
        return [] if self.folder is None else sorted(self.folder.glob("*.safetensors"))


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model behind a server: there are no files here."""

    name: str
    url: str
    embedded: bool = False

    def find(self) -> FilesFound:
        """Where it is."""
        return FilesFound("server", f"kept by the server at {self.url}")

    def verify(self, *, offline: bool) -> list[CheckedFile]:
        """None: the server keeps them."""
        return []

    def fetch(self) -> None:
        """The server fetches what it serves."""


def checked_file(file: Path, published: str = "") -> CheckedFile:
    """A file of weights, read through; `published` is the SHA-256 that it should have."""
    digest = file_sha256(file)
    state: FileState = "whole" if is_whole(file) else "half"
    if state == "whole" and published and digest != published:
        state = "damaged"
    return CheckedFile(str(file), state, file.stat().st_size, digest)


def is_whole(file: Path) -> bool:
    """Whether a safetensors file is as long as its header says."""
    try:
        with safe_open(file, framework="np"):
            return True
    except (SafetensorError, OSError):
        return False
