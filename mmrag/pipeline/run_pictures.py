"""Where the pictures of a run lie: where they are kept, else in a spool until they are encoded.

Those that are kept in a bucket lie in the spool, too, until their document is stored.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from mmrag.closing import Closing
from mmrag.store.layout import IndexLayout
from mmrag.store.picture_files import FolderFiles
from mmrag.store.pictures import PictureStore
from mmrag.types import Figure, Page, ParsedDocument, Picture

if TYPE_CHECKING:
    from PIL import Image


class RunPictures(Closing):
    """Takes pictures as they are drawn. What is not kept lies in a spool, which a run empties."""

    def __init__(
        self, layout: IndexLayout, kept: PictureStore, *, keeps: bool, encodes: bool
    ) -> None:
        self.kept = kept
        spool = PictureStore(layout, FolderFiles(layout.spool))
        self._spool = None if keeps and kept.is_here else spool
        self._waiting: Counter[str] = Counter()  # times that a picture of the spool was saved
        self._folder = layout.spool
        self._is_wanted = keeps or encodes
        self.close()  # what a run that was killed has left

    def close(self) -> None:
        """Empty the spool."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def keeps_at_once(self) -> bool:
        """Whether pictures are kept as they are drawn, before their document is stored."""
        return self._spool is None

    @property
    def taker(self) -> Callable[[Picture], None] | None:
        """What takes a picture; None where nobody wants any."""
        return self._save if self._is_wanted else None

    def _save(self, picture: Picture) -> None:
        if self._spool is None:
            self.kept.save(picture)
        else:
            self._spool.save(picture)
            self._waiting[picture.sha256] += 1

    def open(self, sha256: str) -> "Image.Image":
        """A picture of a document under way. Raises `UsageError`."""
        return (self._spool or self.kept).open(sha256)

    def keep(self, documents: Iterable[ParsedDocument]) -> None:
        """Let the kept pictures of documents be where they are kept, before the documents are."""
        if self._spool is not None:
            for parsed in documents:
                for sha256 in _hashes(parsed) if parsed.document.keeps_pictures else ():
                    self.kept.save(self._spool.picture(sha256))
        self.kept.sync()

    def let_go(self, documents: Iterable[ParsedDocument]) -> None:
        """Take what documents had out of the spool, unless others under way have it, too."""
        if self._spool is None:
            return
        for sha256 in (name for parsed in documents for name in _hashes(parsed)):
            self._waiting[sha256] -= 1
            if self._waiting[sha256] <= 0:
                del self._waiting[sha256]
                self._spool.remove([sha256])


def _hashes(parsed: ParsedDocument) -> list[str]:
    items: tuple[Page | Figure, ...] = (*parsed.pages, *parsed.figures)
    return [item.picture for item in items if item.picture]
