"""Values beside, below or behind their labels, by the layout of a page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from mmrag import boxes
from mmrag.text.characters import fold
from mmrag.types import TextPiece
from mmrag.vision.rows import TextAt, TextRow

_PUNCTUATION = re.compile(r"[\s:.#_-]+")
_BEHIND = re.compile(r"^\s*[:#.=-]*\s*")
_PAIR = re.compile(r"^\s*([^\W\d_][\w /().#&'-]{0,38}?)\s*:\s*(.*)$")
_BELOW_HEIGHTS = 2.5  # of the label's height: a value below it is no further; chosen by hand


@dataclass(frozen=True)
class LabelledPage:
    """Rows of a page in which labels are looked for."""

    rows: tuple[TextRow, ...]

    @cached_property
    def pieces(self) -> list[tuple[int, int, TextPiece]]:
        """Each piece with its row and its place in it."""
        return [
            (at, place, piece)
            for at, row in enumerate(self.rows)
            for place, piece in enumerate(row.pieces)
        ]

    def labelled(self, label: str) -> TextAt | None:
        """The value behind, beside or below the first piece that begins with a label."""
        plain = plain_label(label)
        for at, place, piece in self.pieces:
            behind = _behind(piece.text, plain)
            if behind is None:
                continue
            if behind:
                return behind, piece.bbox
            row = self.rows[at]
            if place + 1 < len(row.pieces) and not self._heads_columns(at):
                beside = row.pieces[place + 1]
                value = _BEHIND.sub("", beside.text)
                if not value and place + 2 < len(row.pieces):
                    beside = row.pieces[place + 2]
                    value = beside.text
                if value and not value.endswith(":"):
                    return value, beside.bbox
            below = self._below(at, piece)
            if below is not None:
                return below.text, below.bbox
        return self._in_a_sentence(label)

    def _in_a_sentence(self, label: str) -> TextAt | None:
        """What stands behind a label in running text: a word with a digit, or all after a colon."""
        words = r"\W+".join(map(re.escape, label.split()))
        named = re.compile(
            rf"\b{words}\b\s*(?:[:#=]\s*(?P<told>[^,;.]+)|[.-]?\s*(?P<number>\S*\d\S*))",
            re.IGNORECASE,
        )
        for _, _, piece in self.pieces:
            match = named.search(piece.text)
            if match is not None:
                return (match["told"] or match["number"]).strip(" .,;"), piece.bbox
        return None

    def _heads_columns(self, at: int) -> bool:
        """Whether a row is labels, each with a value of its own below it."""
        row = self.rows[at].pieces
        below = self.rows[at + 1].pieces if at + 1 < len(self.rows) else ()
        if not 1 < len(row) == len(below) or any(char.isdigit() for p in row for char in p.text):
            return False
        return all(
            boxes.overlap_x(one.bbox, other.bbox) > 0 and not one.text.rstrip().endswith(":")
            for one, other in zip(row, below, strict=True)
        )

    def _below(self, at: int, label: TextPiece) -> TextPiece | None:
        """The piece right below a label, which is no label itself."""
        reach = label.bbox[3] + _BELOW_HEIGHTS * boxes.height(label.bbox)
        for row in self.rows[at + 1 : at + 3]:
            for piece in row.pieces:
                overlaps = boxes.overlap_x(piece.bbox, label.bbox) > 0
                if overlaps and piece.bbox[1] < reach and not piece.text.rstrip().endswith(":"):
                    return piece
        return None

    def pairs(self) -> Iterator[tuple[str, TextAt]]:
        """Each label with a colon, once, and the value that stands behind it."""
        found = set()
        for _, _, piece in self.pieces:
            match = _PAIR.match(piece.text)
            if match is None or match[1] in found:
                continue
            value = self.labelled(match[1])
            if value is not None:
                found.add(match[1])
                yield match[1], value


def _behind(text: str, label: str) -> str | None:
    """What stands behind a label at the beginning of a text; None where it begins otherwise."""
    words = text.split()
    for count in range(1, min(len(words), len(label.split()) + 2) + 1):
        head = " ".join(words[:count])
        whole, colon, rest = head.partition(":")
        if colon and plain_label(whole) == label:
            tail = " ".join([rest, *words[count:]]).strip()
            return _BEHIND.sub("", tail)
        if plain_label(head) == label:
            tail = " ".join(words[count:])
            is_set_off = not tail or tail[0] in ":#=-" or head[-1] in ":#.=" or tail[0].isdigit()
            return _BEHIND.sub("", tail) if is_set_off else None
    return None


def plain_label(text: str) -> str:
    """A label as it is compared: small letters, single spaces, no marks around its words."""
    return _PUNCTUATION.sub(" ", fold(text)).strip().casefold()
