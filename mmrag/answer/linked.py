"""An answer as Markdown: its citations are links to their evidence, and nothing else is markup.

A document could say `![](http://elsewhere/?...)`, and a reader of Markdown would load it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mmrag.answer.claims import MARK
from mmrag.text import page_numbers
from mmrag.types import MarkedEvidence

_MARKUP = re.compile(r"[\\\[\]<>]")
_BEGUN = re.compile(r"\[[A-Z0-9]*$")
"""A marker may go on in the next piece."""


@dataclass(frozen=True, slots=True)
class Link:
    """A citation in the text: characters `start` to `end` of it lead to `url`."""

    start: int
    end: int
    url: str
    title: str
    number: int  # under which the text shows it


class LinkedText:
    """Takes an answer in pieces; evidence is added before the text that cites it."""

    def __init__(self, url_of: Callable[[str], str]) -> None:
        self._url_of = url_of  # of an image ID
        self._evidence: dict[str, MarkedEvidence] = {}
        self._waiting = ""
        self._length = 0
        self._numbers: dict[str, int] = {}
        self.links: list[Link] = []

    def add(self, item: MarkedEvidence) -> None:
        """Know what a marker stands for."""
        self._evidence[item.marker] = item

    def feed(self, piece: str) -> str:
        """More of the answer, as far as it is certain."""
        text = self._waiting + piece
        begun = _BEGUN.search(text)
        until = begun.start() if begun else len(text)
        self._waiting = text[until:]
        return self._out(text[:until])

    def end(self) -> str:
        """What waited."""
        text, self._waiting = self._waiting, ""
        return self._out(text)

    def _out(self, text: str) -> str:
        made, at = "", 0
        for match in MARK.finditer(text):
            made += inert(text[at : match.start()])
            at = match.end()
            item = self._evidence.get(match[1])
            if item is None:
                made += inert(match[0])
                continue
            number = self._numbers.setdefault(item.marker, len(self._numbers) + 1)
            url = self._url_of(item.evidence.image_id)
            link = f"[\\[{number}\\]]({url})"
            start = self._length + len(made)
            self.links.append(Link(start, start + len(link), url, _title(item), number))
            made += link
        made += inert(text[at:])
        self._length += len(made)
        return made


def inert(text: str) -> str:
    """Text in which nothing is a link, a picture or HTML."""
    return _MARKUP.sub(r"\\\g<0>", text)


def _title(item: MarkedEvidence) -> str:
    evidence = item.evidence
    return f"{evidence.document}, {page_numbers.shown(evidence.page, evidence.page_label)}"
