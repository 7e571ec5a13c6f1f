"""Texts as arrays of the numbers of their words: those of a question are found in many at once."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from threading import Lock
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmrag.text.stems import stem
from mmrag.text.words import STOP_WORDS, plain_words

CACHED_TEXTS = 8192
"""Texts that stay at hand for the next questions: 4 bytes a word beside the text itself. Questions
to 50 reports of 2,100 pages read 3,000 of them."""
MAX_WORDS = 1 << 18
"""Different words, some 200 bytes each, from which numbering begins anew. By hand."""

Numbers = NDArray[np.int32]


class NumberedText(NamedTuple):
    """The plain words of a text by their numbers, line by line."""

    words: Numbers
    ends: Numbers  # how many of them stand before the end of each line that has any
    telling: Numbers  # different words of each of these lines that do not serve the grammar


class Vocabulary:
    """The different words of texts, numbered as they come; any thread may use it."""

    _shared: ClassVar["Vocabulary | None"] = None

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._unstemmed: dict[str, list[str]] = {}  # by their first letters, as stems have them
        self._of_stem: dict[str, list[int]] = {}
        self._lock = Lock()
        self.read = lru_cache(maxsize=CACHED_TEXTS)(self._read)
        """The words of a text."""

    @classmethod
    def shared(cls) -> "Vocabulary":
        """That of all questions of this process; who has an older one may go on with it."""
        found = cls._shared
        if found is None or len(found._numbers) > MAX_WORDS:
            found = cls._shared = Vocabulary()
        return found

    def numbers(self, text: str) -> Numbers:
        """The numbers of the plain words of a text, in order."""
        return self.read(text).words

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

    def _read(self, text: str) -> NumberedText:
        lines = [found for line in text.splitlines() if (found := plain_words(line))]
        different = [frozenset(line) for line in lines]
        with self._lock:
            for word in frozenset[str]().union(*different).difference(self._numbers):
                self._numbers[word] = len(self._numbers)
                self._unstemmed.setdefault(_start(word), []).append(word)
            numbers = [self._numbers[word] for line in lines for word in line]
        return NumberedText(
            np.array(numbers, np.int32),
            np.fromiter(accumulate(map(len, lines)), np.int32, len(lines)),
            np.array([len(line - STOP_WORDS) for line in different], np.int32),
        )


def _start(word: str) -> str:
    """What stemming leaves as it is: Porter's algorithm takes and changes endings only."""
    return word[:2]
