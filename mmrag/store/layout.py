"""Where the parts of an index lie in its folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FeedbackFile = Literal["queries.jsonl", "qrels.tsv", "unanswerable.jsonl", "wrong.jsonl"]
"""A file in `feedback`: a server writes it, and a backup takes it along."""


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
    def spool(self) -> Path:
        """The same of documents under way whose pictures are not kept, until they are encoded."""
        return self.root / "spool"

    @property
    def vectors(self) -> Path:
        """FAISS files, derived from the database."""
        return self.root / "vectors"

    @property
    def answers(self) -> Path:
        """Answers that a server gave, for their addresses; no part of the index itself."""
        return self.root / "answers.db"

    @property
    def feedback(self) -> Path:
        """The dataset of answers that readers called right."""
        return self.root / "feedback"

    @property
    def uploads(self) -> Path:
        """Files that were uploaded to a server, as they came."""
        return self.root / "uploads"

    def engine(self, name: str) -> Path:
        """What a vector database holds of this index, or the notes on what it holds elsewhere."""
        return self.root / name

    @property
    def writer_lock(self) -> Path:
        """Held by the one process that changes the index."""
        return self.root / "writer.lock"

    @property
    def publish_lock(self) -> Path:
        """Held, for a moment, by the process that replaces a FAISS file."""
        return self.vectors / "publish.lock"
