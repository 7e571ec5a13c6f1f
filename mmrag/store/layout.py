"""Where the parts of an index lie in its folder."""

from dataclasses import dataclass
from pathlib import Path

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
"""Modes of what is made here: an index holds what its documents say. Those of others stay."""


@dataclass(frozen=True, slots=True)
class IndexLayout:
    """The folder of one index. Nothing here touches the disk."""

    root: Path

    @property
    def db(self) -> Path:
        """SQLite: the only truth."""
        return self.root / "index.db"

    @property
    def pictures(self) -> Path:
        """Page images and crops, named by the SHA-256 of their bytes."""
        return self.root / "pictures"

    @property
    def vectors(self) -> Path:
        """FAISS files, derived from the database."""
        return self.root / "vectors"

    @property
    def writer_lock(self) -> Path:
        """Held by the one process that changes the index."""
        return self.root / "writer.lock"

    @property
    def publish_lock(self) -> Path:
        """Held, for a moment, by the process that replaces a FAISS file."""
        return self.vectors / "publish.lock"
