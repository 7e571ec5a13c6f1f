"""Texts as arrays of the numbers of their words: those of a question are found in many at once."""

from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mmrag.text.stems import stem
from mmrag.text.words import plain_words

CACHED_TEXTS = 8192
"""Texts that stay at hand for the next questions: 4 bytes a word beside the text itself. Questions
to 50 reports of 2,100 pages read 3,000 of them."""
MAX_WORDS = 1 << 18
"""Different words, some 200 bytes each, from which numbering begins anew. By hand."""

Numbers = NDArray[np.int32]


class Vocabulary:
    """The different words of texts, numbered as they come; any thread may use it."""

    _shared: ClassVar["Vocabulary | None"] = None

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._unstemmed: dict[str, list[str]] = {}  # by their first letters, as stems have them
        self._of_stem: dict[str, list[int]] = {}
        self._lock = Lock()
        self.numbers = lru_cache(maxsize=CACHED_TEXTS)(self._read)
        """The numbers of the plain words of a text, in order."""

    @classmethod
    def shared(cls) -> "Vocabulary":
        """That of all questions of this process; who has an older one may go on with it."""
        found = cls._shared
        if found is None or len(found._numbers) > MAX_WORDS:
            found = cls._shared = Vocabulary()
        return found

    def stemmed(self, wanted: Sequence[str]) -> NDArray[np.int16]:
        """By number of a word, the place of its stem among those `wanted`, from 1; 0 for none.

        Of all words that were read before.
        """
        with self._lock:
            for start in {_start(root) for root in wanted}:
                for word in self._unstemmed.pop(start, ()):
                    self._of_stem.setdefault(stem(word), []).append(self._numbers[word])
            places = np.zeros(len(self._numbers), np.int16)
            for place, root in enumerate(wanted, start=1):
                places[self._of_stem.get(root, [])] = place
        return places

    def _read(self, text: str) -> Numbers:
        words = plain_words(text)
        with self._lock:
            for word in set(words).difference(self._numbers):
                self._numbers[word] = len(self._numbers)
                self._unstemmed.setdefault(_start(word), []).append(word)
            return np.fromiter(map(self._numbers.__getitem__, words), np.int32, len(words))


def _start(word: str) -> str:
    """What stemming leaves as it is: Porter's algorithm takes and changes endings only."""
    return word[:2]
