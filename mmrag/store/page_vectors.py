"""The many vectors of each page, in 8 bits a number or 1: for re-ranking, and to find some pages.

8 bits: each vector is scaled by its largest number, kept as a float16 before it. 1 bit: signs;
Santhanam et al. 2022 (ColBERTv2, arXiv:2112.01488) keep those of what differs from a centroid.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mmrag.config import LateBits
from mmrag.errors import IndexUnusable, SpaceMismatch
from mmrag.store.session import Session
from mmrag.types import Float32, Space

if TYPE_CHECKING:
    from mmrag.reports import PageVectorStatus

_SPACE = "page_vectors"  # the key of a setting
_CHECKSUM = "checksum(page_id, bits, row)"
_SCALE = np.dtype("<f2")


class PageVectors:
    """The table of the vectors of pages."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def space(self) -> Space | None:
        """The space of all of them; None where there are none."""
        found = self._session.value("select value from settings where key = ?", [_SPACE])
        return None if found is None else msgspec.json.decode(str(found), type=Space)

    def check_space(self, space: Space) -> None:
        """Raise `SpaceMismatch` where those that are kept are of another space."""
        held = self.space()
        if held not in (None, space):
            raise SpaceMismatch(
                f"{self._session.layout.root}: the vectors of its pages are of {held.model}, "
                f"{held.preprocessing}, and the profile has {space.model}, {space.preprocessing}: "
                "use the profile that they were made with, or run `mmrag index --reencode` with "
                "this one"
            )

    def missing(self) -> list[str]:
        """Pages with a picture and without vectors, in order of their IDs."""
        rows = self._session.execute(
            "select id, picture from pages where picture is not null "
            "and id not in (select page_id from page_vectors) order by id"
        )
        return [row["id"] for row in rows]

    def put(
        self, pages: Sequence[str], rows: Sequence[Float32], space: Space, bits: LateBits
    ) -> None:
        """Keep the vectors of pages. Raises `SpaceMismatch`."""
        with self._session.transaction():
            self.check_space(space)
            self._session.execute(
                "insert or replace into settings (key, value) values (?, ?)",
                [_SPACE, msgspec.json.encode(space).decode()],
            )
            self._session.execute_many(
                f"""insert or replace into page_vectors (page_id, bits, count, row, checksum)
                select page_id, bits, count, row, {_CHECKSUM} from
                (select :page as page_id, :bits as bits, :count as count, :row as row)""",
                (
                    {"page": page, "bits": bits, "count": len(own), "row": packed(own, bits)}
                    for page, own in zip(pages, rows, strict=True)
                ),
            )

    def drop(self) -> None:
        """Forget all of them and their space."""
        with self._session.transaction():
            self._session.execute("delete from page_vectors")
            self._session.execute("delete from settings where key = ?", [_SPACE])

    def of(self, pages: Sequence[str], dimension: int) -> Iterator[tuple[str, Float32]]:
        """Those of the pages that have vectors, with them, of unit length but for rounding.

        Raises `IndexUnusable` for damaged ones.
        """
        rows = self._session.rows_of(
            f"select page_id, bits, count, row, checksum is {_CHECKSUM} as is_whole "
            "from page_vectors where page_id in",
            pages,
        )
        for row in rows:
            if not row["is_whole"]:
                raise IndexUnusable(
                    f"the vectors of page {row['page_id']} are damaged: "
                    "`mmrag check --repair` removes them"
                )
            yield row["page_id"], unpacked(row["row"], row["bits"], row["count"], dimension)

    def state(self) -> tuple[int, ...]:
        """What changes whenever pages come or go: how many have vectors, and the last of them."""
        row = self._session.execute(
            "select count(*) as pages, coalesce(max(rowid), 0) as last, coalesce((select checksum "
            "from page_vectors order by rowid desc limit 1), 0) as checksum from page_vectors"
        ).fetchone()
        return tuple(row)

    def count(self, documents: Sequence[str] | None = None) -> int:
        """How many pages of some documents, or of all, have vectors."""
        return self.state()[0] if documents is None else len(self.pages(documents))

    def pages(self, documents: Sequence[str] | None = None) -> list[str]:
        """The pages that have vectors, of some documents or all, in order of their IDs."""
        if documents is None:
            rows = self._session.execute("select page_id from page_vectors order by page_id")
            return [row["page_id"] for row in rows]
        of_documents = self._session.rows_of(
            "select page_id from page_vectors join pages on pages.id = page_id "
            "where pages.document_id in",
            documents,
        )
        return sorted(row["page_id"] for row in of_documents)

    def versions(self) -> dict[str, int]:
        """The pages that have vectors, each with the checksum of these."""
        rows = self._session.execute("select page_id, checksum from page_vectors")
        return {row["page_id"]: row["checksum"] for row in rows}

    def damaged(self) -> list[str]:
        """Pages whose vectors are not what was stored."""
        rows = self._session.execute(
            f"select page_id from page_vectors where checksum is not {_CHECKSUM} order by page_id"
        )
        return [row["page_id"] for row in rows]

    def remove(self, pages: Sequence[str]) -> None:
        """Forget the vectors of some pages."""
        with self._session.transaction():
            self._session.execute_many(
                "delete from page_vectors where page_id = ?", ([page] for page in pages)
            )

    def status(self) -> "PageVectorStatus | None":
        """How much is kept; None where nothing is."""
        from mmrag.reports import PageVectorStatus  # a search tells of none

        space = self.space()
        if space is None:
            return None
        row = self._session.execute(
            "select count(*) as pages, coalesce(sum(count), 0) as vectors, "
            "coalesce(sum(length(row)), 0) as bytes from page_vectors"
        ).fetchone()
        return PageVectorStatus(
            row["pages"], len(self.missing()), row["vectors"], row["bytes"], space
        )


def packed(rows: Float32, bits: LateBits) -> bytes:
    """Unit vectors in so many bits a number."""
    if bits == 1:
        return np.packbits(rows >= 0, axis=1).tobytes()
    scale = (np.abs(rows).max(axis=1, keepdims=True) / 127).astype(_SCALE)
    divisor = np.maximum(scale.astype(np.float32), np.finfo(_SCALE).tiny)
    numbers = np.clip(np.rint(rows / divisor), -127, 127).astype(np.int8)
    data: bytes = scale.tobytes() + numbers.tobytes()
    return data


def unpacked(data: bytes, bits: int, count: int, dimension: int) -> Float32:
    """The vectors again, shape `(count, dimension)`."""
    if bits == 1:
        packed_rows = np.frombuffer(data, np.uint8).reshape(count, -1)
        signs = np.unpackbits(packed_rows, axis=1, count=dimension).astype(np.float32)
        return np.asarray((2 * signs - 1) / np.sqrt(dimension), np.float32)
    scale = np.frombuffer(data, _SCALE, count).astype(np.float32)
    numbers = np.frombuffer(data, np.int8, offset=count * _SCALE.itemsize)
    return np.asarray(numbers.reshape(count, dimension) * scale[:, np.newaxis], np.float32)
