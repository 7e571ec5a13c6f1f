"""A model's reply as it comes: pieces of text, or the fields of an object as each is whole."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydantic_core import from_json

MAX_CHARACTERS = 20_000
"""Of a reply: a model that loops is cut. Chosen by hand: a dense page has some 6,000."""
_FENCE = re.compile(r"^\s*```\w*\s*|\s*```\s*$")


@dataclass(frozen=True, slots=True)
class Heard:
    """What came: a piece of text; or a field of an object, with its value."""

    text: str = ""
    name: str = ""
    value: object = None


Listener = Callable[[Heard], None]
"""Is told of a reply while it comes; what it is told is not audited yet."""


def unfenced(reply: str) -> str:
    """A reply without the fence that models set around code, where it begins or ends with one."""
    return _FENCE.sub("", reply)


class PartialObject:
    """The fields of a JSON object that is still being written, each once, when it is whole.

    A field is whole when another follows it, or the object is closed. At most `MAX_CHARACTERS` are
    held; what comes behind them is not looked at.
    """

    def __init__(self) -> None:
        self._text = ""
        self._told: set[str] = set()

    def feed(self, piece: str) -> Iterator[Heard]:
        """The fields that have become whole with a piece."""
        self._text = (self._text + piece)[:MAX_CHARACTERS]
        if any(sign in piece for sign in ",}"):  # what ends a field
            yield from self._whole()

    def _whole(self) -> Iterator[Heard]:
        start = self._text.find("{")
        if start < 0:
            return
        body = self._text[start:]
        fields = _object(body[: body.rfind("}") + 1], partial=False)
        if fields is None:
            fields = _object(body, partial=True) or {}
            fields = dict(list(fields.items())[:-1])  # the last one may go on
        for name, value in fields.items():
            if name not in self._told:
                self._told.add(name)
                yield Heard(name=name, value=value)


def _object(text: str, *, partial: bool) -> dict[str, object] | None:
    try:
        value = from_json(text, allow_partial="trailing-strings" if partial else False)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
