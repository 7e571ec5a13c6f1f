"""What a thinking model writes before it answers, taken out of its reply.

Models mark their thoughts in the text (`<think> … </think>`, `[THINK]`, the analysis channel of
gpt-oss). Where the chat template opened them already, only the closing tag is in the reply; where
the tokens ran out, only the opening one.
"""

import re

_NAMES = ("think", "thinking", "thought", "thoughts", "reasoning", "reflection", "seed:think")
_OPEN = (
    *(f"<{name}>" for name in _NAMES),
    "[think]",
    "◁think▷",
    "<|begin_of_thought|>",
    "<|channel|>analysis<|message|>",
    "<|channel|>commentary<|message|>",
)
_CLOSE = (
    *(f"</{name}>" for name in _NAMES),
    "[/think]",
    "◁/think▷",
    "<|end_of_thought|>",
    "<|channel|>final<|message|>",
)
"""As DeepSeek-R1, Qwen3, QwQ, Magistral, Kimi-VL, Seed-OSS, Sky-T1 and gpt-oss write them."""
_TAGS = tuple(tag.lower() for tag in (*_OPEN, *_CLOSE))
_TAG = re.compile("|".join(map(re.escape, _TAGS)), re.IGNORECASE)
_IS_OPEN = frozenset(tag.lower() for tag in _OPEN)
_LONGEST = max(map(len, _TAGS))


class LateThought(Exception):
    """A closing tag came after text had been handed on that therefore was a thought."""


class ThoughtFilter:
    """Takes a reply in pieces and gives the text that is no thought.

    `holds`: nothing is handed on before the reply has ended or shown where its thoughts end, since
    a closing tag may still make a thought of all that came. `inside`: it begins within a thought.
    """

    def __init__(self, *, holds: bool = False, inside: bool = False) -> None:
        self._inside = inside
        self._holds = holds and not inside
        self._held: list[str] = []
        self._tail = ""
        self._told = False
        self.has_thought = inside
        self.closed_alone = False
        """Whether a thought ended that no tag had opened."""

    def settle(self) -> None:
        """Thoughts come apart from the text: what is text is none."""
        self._holds, self.has_thought = False, True

    def feed(self, piece: str) -> list[str]:
        """The text that is certain to be none after this piece. Raises `LateThought`."""
        text, self._tail, at = self._tail + piece, "", 0
        found: list[str] = []
        for tag in _TAG.finditer(text):
            self._text(text[at : tag.start()], found)
            self._turn(tag[0].lower() in _IS_OPEN, found)
            at = tag.end()
        cut = _tag_begins(text, at)
        self._tail = text[cut:]
        self._text(text[at:cut], found)
        return self._passed(found)

    def end(self) -> list[str]:
        """The rest; the reply is complete, or no more of it will come."""
        self._holds = False
        found: list[str] = []
        self._text(self._tail, found)
        self._tail = ""
        return self._passed(found)

    def _text(self, text: str, found: list[str]) -> None:
        if self._inside or not text:
            self.has_thought |= self._inside and bool(text.strip())
        else:
            found.append(text)

    def _turn(self, opens: bool, found: list[str]) -> None:
        """At a tag. A closing one alone makes thoughts of all that stands before it."""
        if opens:
            self._inside = self.has_thought = True
            self._holds = False
            return
        if not self._inside and not self.has_thought:
            self.closed_alone = self.has_thought = True
            if self._told:
                raise LateThought
            self._held.clear()
            found.clear()
        self._inside = self._holds = False

    def _passed(self, found: list[str]) -> list[str]:
        self._held += found
        if self._holds:
            return []
        passed, self._held = self._held, []
        if not self._told:  # a reply does not begin with the lines after its thoughts
            while passed and self.has_thought and not passed[0].strip():
                passed.pop(0)
            if passed and self.has_thought:
                passed[0] = passed[0].lstrip()
        self._told = self._told or bool(passed)
        return passed


def opens_thought(prompt: str) -> bool:
    """Whether a prompt, as its chat template made it, ends with the beginning of a thought."""
    return prompt.rstrip().lower().endswith(tuple(_IS_OPEN))


def _tag_begins(text: str, at: int) -> int:
    """Where, from `at` on, a tag begins that the end of `text` cuts off; its length for nowhere."""
    for start in range(max(at, len(text) - _LONGEST), len(text)):
        rest = text[start:].lower()
        if any(tag.startswith(rest) for tag in _TAGS):
            return start
    return len(text)
