"""What one bracket, or one word, of model output holds: citations, rejected ones, and words."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mmrag.answer.markers import IMAGE_ID, NAMED_IMAGE, skeleton
from mmrag.text.characters import fold
from mmrag.types import MarkedEvidence

_BETWEEN_WORDS = re.compile(r"[\s,;|&+]+")
_AROUND_WORDS = "`*\"'“”‘’()#^@:.{}~«»‹›"
_NUMBER = re.compile(r"[1-9]\d{0,2}(?:-[1-9]\d{0,2})?")
_MARKER_MISSPELT = re.compile(r"(?=.*[A-Z])(?=.*\d)[A-Z0-9]{2,5}")
_FILLERS_TEXT = """
and page pages p pp evidence source sources marker markers ref refs reference see doc document image
img citation citations cite cited from passage excerpt no
"""
_FILLERS = frozenset(_FILLERS_TEXT.split())
_QUOTING = "`*_\"'“”‘’"


@dataclass(frozen=True, slots=True)
class Group:
    """What a bracket held. `words` is what remains as text."""

    cited: tuple[str, ...]  # valid markers
    rejected: tuple[str, ...]
    words: str


class KnownReferences:
    """The markers and image IDs of one question's evidence, and nothing else."""

    def __init__(self, evidence: Sequence[MarkedEvidence]) -> None:
        self._markers = {item.marker.upper(): item.marker for item in evidence}
        self._by_image: dict[str, str] = {}
        for item in evidence:
            self._by_image.setdefault(item.evidence.image_id.lower(), item.marker)
        shapes = [rf"(?<![^\W_]){re.escape(marker)}(?![^\W_])" for marker in self._markers]
        named = [IMAGE_ID.pattern, NAMED_IMAGE.pattern, *shapes]
        self._reference = re.compile("|".join(f"(?:{shape})" for shape in named), re.IGNORECASE)

    def marker(self, word: str) -> str | None:
        """The valid marker that `word` is, or that stands for the image ID that it is."""
        return self._markers.get(word.upper()) or self._by_image.get(word.lower())

    def group(self, content: str) -> Group:
        """Sort the content of a pair of square brackets."""
        cited: list[str] = []
        rejected: list[str] = []
        kept: list[str] = []
        numbers: list[str] = []
        filler = False
        for token in _BETWEEN_WORDS.split(content.strip()):
            word = fold(token).strip(_AROUND_WORDS)
            found = self._reference.search(word)
            if found:
                marker = self.marker(found[0])
                cited.append(marker) if marker else rejected.append(word)
            elif not word:
                continue
            elif word.lower() in _FILLERS:
                filler = True
            elif _NUMBER.fullmatch(word):
                numbers.append(token)
            elif _MARKER_MISSPELT.fullmatch(skeleton(word)):
                rejected.append(token)
            else:
                kept.append(token)
        if not cited and not rejected:
            if kept or not (numbers or filler):
                return Group((), (), content.strip())
            return Group((), (content.strip(),), "") if numbers else Group((), (), content.strip())
        return Group(tuple(cited), tuple(rejected), " ".join([*kept, *(numbers if kept else [])]))

    def word(
        self,
        word: str,
        text: Callable[[str], None],
        cite: Callable[[str], None],
        reject: Callable[[str], None],
    ) -> None:
        """Hand on a word of running text in parts: bare references, and what stands around them."""
        for written, is_reference in self._parts(word):
            plain = fold(written)
            parts = [(written, True)] if is_reference else list(self._parts(plain))
            if len(parts) == 1 and not parts[0][1]:
                text(written)
                continue
            for part, reference in parts:
                marker = self.marker(part) if reference else None
                if not reference:
                    text(part)
                elif marker:
                    cite(marker)
                else:
                    reject(part)

    def _parts(self, word: str) -> Iterator[tuple[str, bool]]:
        """The parts of a word in order, and whether each is a reference; its quotes go."""
        at = 0
        for found in self._reference.finditer(word):
            start, end = found.span()
            while start > at and end < len(word) and _pair(word[start - 1], word[end]):
                start, end = start - 1, end + 1
            if start > at:
                yield word[at:start], False
            yield found[0], True
            at = end
        if at < len(word):
            yield word[at:], False


def _pair(before: str, after: str) -> bool:
    return before in _QUOTING and after in _QUOTING
