"""Reading what an answerer says, as far as it is an answer.

Small models go on after their answer: they copy the frame in which the evidence came, or say the
same again and again. Reading stops there.
"""

import re
from collections.abc import Generator, Iterator

from mmrag.protocols import AnswerRequest

MAX_CHARACTERS = 20_000
"""Characters of raw output that are read: a model that goes on is stopped; chosen by hand."""
_HELD = re.compile(r"\[\w*\]?\s*\w{0,6}$")
"""The end of a text in which a line of the frame may have begun: `[K7Q] beg`."""
_SHORTEST_LOOP = 160  # characters that repeat: shorter runs occur in tables and lists
_FEWEST_TURNS = 4
_LONGEST_TURN = 400  # characters
_LOOKED_FOR = 40  # characters between two searches for a loop


class Reading:
    """The pieces of a reply. `raw` is what came; `notes` say how it ended, once it has."""

    def __init__(self, pieces: Iterator[str], request: AnswerRequest) -> None:
        self._pieces = pieces
        self._frame = _frame(request)
        self._passed = 0
        self._searched = 0
        self.raw = ""
        self.notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        try:
            yield from self._read()
        finally:
            if isinstance(self._pieces, Generator):
                self._pieces.close()

    def _read(self) -> Iterator[str]:
        while True:
            try:
                self.raw += next(self._pieces)
            except StopIteration as end:
                self.notes += end.value or ()
                yield self.raw[self._passed :]
                return
            if len(self.raw) >= MAX_CHARACTERS:
                self.raw = self.raw[:MAX_CHARACTERS]
                self.notes += (f"the answer was cut off after {MAX_CHARACTERS} characters",)
                yield self.raw[self._passed :]
                return
            if frame := self._frame.search(self.raw, self._passed):
                yield self.raw[self._passed : frame.start()]
                return
            held = _HELD.search(self.raw, self._passed)
            until = held.start() if held else len(self.raw)
            yield self.raw[self._passed : until]
            self._passed = max(self._passed, until)
            if self._loops():
                self.notes += ("the answer was cut off where the model began to repeat itself",)
                return

    def rest(self) -> str:
        """What was held back, where the model has failed."""
        return self.raw[self._passed :]

    def _loops(self) -> bool:
        """Whether the end is one stretch of text several times over."""
        if len(self.raw) < self._searched + _LOOKED_FOR:
            return False
        self._searched = len(self.raw)
        end = self.raw[-_LONGEST_TURN * _FEWEST_TURNS :]
        for turn in range(1, len(end) // _FEWEST_TURNS + 1):
            length = max(_FEWEST_TURNS * turn, _SHORTEST_LOOP)
            if length <= len(end) and end[-length:-turn] == end[turn - length :]:
                return True
        return False


def _frame(request: AnswerRequest) -> re.Pattern[str]:
    """Lines of the prompt that no answer holds: of its frame, its question and its rules."""
    markers = "|".join(re.escape(item.marker) for item in request.evidence)
    question = re.escape(" ".join(request.question.split())[:60])
    return re.compile(
        rf"\[\s*(?:{markers})\s*\]\s*(?:begins|ends)\b|^\s*Question:\s*{question}"
        r"|The markers are:|Use no other\.|Text:\n",
        re.IGNORECASE | re.MULTILINE,
    )
