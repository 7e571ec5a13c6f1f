"""Citations: model output in which only the markers of this question's evidence survive.

Whatever a model writes, `resolve` returns text in which square brackets stand around markers of
this question's evidence and nowhere else. Anything else that claims to be a citation - markers of
another question, image IDs, `img_999`, `[3]` - is taken out and listed. Links lose their target,
tags and control characters go. A look-alike of a marker in letters of another script is not it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mmrag.answer.groups import KnownReferences
from mmrag.answer.markers import AS_BRACKETS
from mmrag.answer.text_builder import TextBuilder
from mmrag.text.characters import Cleaner
from mmrag.types import Citation, MarkedEvidence

# Longest content of each, in characters: what is longer is text. Chosen by hand; together they
# bound how much output waits until it can be released.
_LONGEST_BRACKET = 240
_LONGEST_LINK_TARGET = 2000
_LONGEST_TAG = 300
_LONGEST_PARENTHESIS = 120
_WORD = re.compile(r"[^\s\[\]<()]+")
_SPACE = re.compile(r"[^\S\n]+")
_BRACKET_END = re.compile(r"[\[\]\n]")
_LINK_END = re.compile(r"[()\n]")
_PARENTHESIS_END = re.compile(r"[^\w\s,;&/-]")
_TAG_END = re.compile(r"[<>\n]")
_IS_TAG = re.compile(
    r"/?(?:a|abbr|article|audio|b|base|big|blockquote|body|br|button|center|cite|code|dd|del|div|dl"
    r"|dt|em|embed|footer|font|form|frame|h[1-6]|head|header|hr|html|i|iframe|image|img|input|ins"
    r"|kbd|li|link|mark|math|meta|noscript|object|ol|p|pre|q|s|script|section|small|source|span"
    r"|strike|strong|style|sub|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|title|tr|tt"
    r"|u|ul|unk|video)(?:[\s/].*)?|!.*|\?.*|\|.*",
    re.IGNORECASE,
)
_IS_ADDRESS = re.compile(r"(?:https?://|mailto:)?[^\s<>\"]+[.@:/][^\s<>\"]+", re.IGNORECASE)
_LONGEST_REJECTED = 100  # characters of a false citation that are listed; chosen by hand


@dataclass(frozen=True, slots=True)
class Resolved:
    """Model output made safe. `rejected` holds each false citation as often as it occurred."""

    text: str
    citations: tuple[Citation, ...]  # in order of their first appearance; support unchecked
    rejected: tuple[str, ...]


def resolve(raw_text: str, evidence: Sequence[MarkedEvidence]) -> Resolved:
    """Model output with its citations validated against `evidence`."""
    resolver = Resolver(evidence)
    text = resolver.feed(raw_text) + resolver.end()
    return Resolved(text, resolver.citations, resolver.rejected)


class Resolver:
    """`resolve` for output that comes in pieces: releases text as soon as it is safe.

    However the output is cut into pieces, the released text adds up to what `resolve` returns.
    """

    def __init__(self, evidence: Sequence[MarkedEvidence]) -> None:
        self._evidence = {item.marker: item for item in reversed(evidence)}
        self._known = KnownReferences(evidence)
        self._cleaner = Cleaner()
        self._builder = TextBuilder()
        self._pending = ""
        self._at = 0
        self._ended = False
        self._cited: dict[str, None] = {}
        self._rejected: list[str] = []

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The valid citations so far."""
        return tuple(_citation(self._evidence[marker]) for marker in self._cited)

    @property
    def rejected(self) -> tuple[str, ...]:
        """The false citations so far, as they were written."""
        return tuple(self._rejected)

    def feed(self, piece: str) -> str:
        """The text that became safe with this piece of output."""
        self._pending += self._cleaner.feed(piece.translate(AS_BRACKETS))
        return self._advance()

    def end(self) -> str:
        """The rest; the output is complete."""
        self._ended = True
        rest = self._advance()
        self._builder.end()
        return rest + self._builder.take()

    def _advance(self) -> str:
        while self._at < len(self._pending) and self._token(self._pending[self._at]):
            pass
        self._pending = self._pending[self._at :]
        self._at = 0
        return self._builder.take()

    def _token(self, char: str) -> bool:
        """Take one token; False where it may go on in the next piece."""
        if char == "\n":
            self._builder.newline()
            self._at += 1
            return True
        if char == "[":
            return self._bracket(self._at)
        if char == "<":
            return self._tag()
        if char == "(":
            return self._parenthesis()
        if char in ")]":
            self._builder.text(char) if char == ")" else self._builder.gap()
            self._at += 1
            return True
        pattern = _WORD if not char.isspace() else _SPACE
        match = pattern.match(self._pending, self._at)
        assert match is not None
        if match.end() == len(self._pending) and not self._ended:
            return False
        if match[0] == "!" and self._pending[match.end() : match.end() + 1] == "[":
            return self._bracket(match.end())
        if pattern is _SPACE:
            self._builder.space(match[0])
        else:
            self._known.word(match[0], self._builder.text, self._cite, self._reject)
        self._at = match.end()
        return True

    def _find(self, end: re.Pattern[str], start: int, limit: int) -> int | None:
        """Where `end` first matches within `limit` characters; -1 for nowhere, None for not yet."""
        match = end.search(self._pending, start, start + limit)
        if match:
            return match.start()
        return -1 if self._ended or len(self._pending) >= start + limit else None

    def _bracket(self, start: int) -> bool:
        """`[...]`, `[...](...)` and `![...](...)`, from the opening bracket at `start`."""
        end = self._find(_BRACKET_END, start + 1, _LONGEST_BRACKET)
        if end is None:
            return False
        if end < 0 or self._pending[end] != "]":
            self._builder.gap()
            self._at = start + 1
            return True
        content = self._pending[start + 1 : end]
        after = end + 1
        if after == len(self._pending) and not self._ended:
            return False
        target = None
        if self._pending[after : after + 1] == "(":
            close = self._find(_LINK_END, after + 1, _LONGEST_LINK_TARGET)
            if close is None:
                return False
            if close > 0 and self._pending[close] == ")":
                target = self._pending[after + 1 : close]
                if self._is_target(target):
                    after = close + 1
                else:
                    target = None
        self._emit_group(content, linked=target is not None)
        self._at = after
        return True

    def _is_target(self, target: str) -> bool:
        """Whether parentheses after a bracket hold an address, a title allowed, and no marker."""
        parts = target.split(maxsplit=1)
        if not parts or self._known.marker(parts[0]):
            return not parts
        return len(parts) == 1 or parts[1][0] in "\"'"

    def _emit_group(self, content: str, *, linked: bool) -> None:
        group = self._known.group(content)
        words = group.words.replace("<", "‹").replace(">", "›")
        if words and not linked:
            words = f"({words})"
        self._builder.gap()
        if words:
            for at, word in enumerate(words.split()):
                if at:
                    self._builder.space(" ")
                self._builder.text(word)
        self._builder.gap()
        for marker in group.cited:
            self._cite(marker)
        for rejected in group.rejected:
            self._reject(rejected)

    def _parenthesis(self) -> bool:
        """`(K7Q)` and `(K7Q, M2X)` are citations; any other parenthesis is text."""
        end = self._find(_PARENTHESIS_END, self._at + 1, _LONGEST_PARENTHESIS)
        if end is None:
            return False
        if end > 0 and self._pending[end] == ")":
            group = self._known.group(self._pending[self._at + 1 : end])
            if group.cited and not group.words and not group.rejected:
                for marker in group.cited:
                    self._cite(marker)
                self._at = end + 1
                return True
        self._builder.text("(")
        self._at += 1
        return True

    def _tag(self) -> bool:
        """Known tags go, addresses lose their angle brackets, any other `<name` becomes `‹name`."""
        if self._at + 1 == len(self._pending) and not self._ended:
            return False
        following = self._pending[self._at + 1 : self._at + 2]
        if not (following.isalnum() or following in ("/", "!", "?", "|")):
            self._builder.text("<")
            self._at += 1
            return True
        end = self._find(_TAG_END, self._at + 1, _LONGEST_TAG)
        if end is None:
            return False
        closed = end > 0 and self._pending[end] == ">"
        content = self._pending[self._at + 1 : end] if closed else ""
        if closed and _IS_TAG.fullmatch(content):
            self._builder.gap()
            self._at = end + 1
        elif closed and _IS_ADDRESS.fullmatch(content):
            self._builder.gap()
            self._pending = self._pending[: self._at] + content + self._pending[end + 1 :]
        else:
            self._builder.text("‹" if following.isalpha() or following in "/!?|" else "<")
            self._at += 1
        return True

    def _cite(self, marker: str) -> None:
        self._cited.setdefault(marker)
        self._builder.cite(marker)

    def _reject(self, written: str) -> None:
        self._rejected.append(written[:_LONGEST_REJECTED])
        self._builder.gap()


def _citation(marked: MarkedEvidence) -> Citation:
    item = marked.evidence
    return Citation(
        marker=marked.marker,
        image_id=item.image_id,
        document=item.document,
        path=item.path,
        page=item.page,
        bbox=item.bbox,
        kind=item.kind,
        sha256=item.sha256,
        page_label=item.page_label,
    )
