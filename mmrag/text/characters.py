"""Characters that steer a terminal, hide text or reverse it are taken out of model output."""

import re
import unicodedata

_ESCAPE = "\x1b"
_BELL = "\x07"
_CSI = "\x9b"
_STRING_OPENERS = frozenset("]PX^_")  # OSC, DCS, SOS, PM, APC
_C1_STRINGS = frozenset("\x90\x98\x9d\x9e\x9f")
_STRING_LIMIT = 500  # characters swallowed while a control string does not end

_AS_SPACE = frozenset("\r\t\x0b\x0c")
_AS_NEWLINE = frozenset("\n\x85\u2028\u2029")
# Invisible, though Unicode does not call them format characters.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u3164\uffa0")
# Joiners and variation selectors: needed by scripts and emoji, an invisible wedge in ASCII.
_JOINERS = frozenset("\u200c\u200d" + "".join(map(chr, range(0xFE00, 0xFE10))))
_ARABIC_PREFIXES = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")
_DASHES = "‐‑‒–—―−﹘﹣－"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽"
_AFTER_NUMBER = re.compile(rf"(?<=\d)(?=[{_RAISED}])")
_AFTER_WORD = re.compile(rf"(?<=[^\W\d_{_RAISED}]{{3}})(?=[{_RAISED}])")
_MARKS_IN_A_ROW = 4  # more of them overflow the line above and below


class Cleaner:
    """Takes text in pieces; what comes out does not depend on where the pieces were cut."""

    def __init__(self) -> None:
        self._state = "text"  # "escape", "sequence" (CSI), "string" (OSC and the like)
        self._swallowed = 0
        self._last = ""
        self._marks = 0

    def feed(self, piece: str) -> str:
        """The harmless characters of `piece`, spaces and line ends made plain."""
        return "".join(kept for char in piece if (kept := self._one(char)))

    def _one(self, char: str) -> str:
        if self._state != "text" and self._swallows(char):
            return ""
        if char == _ESCAPE:
            self._state = "escape"
            return ""
        if char == _CSI:
            self._state = "sequence"
            return ""
        if char in _C1_STRINGS:
            self._begin_string()
            return ""
        kept = self._plain(char)
        self._last = kept or self._last
        return kept

    def _begin_string(self) -> None:
        self._state, self._swallowed = "string", 0

    def _swallows(self, char: str) -> bool:
        """Whether `char` belongs to the control sequence under way; ends the sequence if not."""
        if self._state == "escape":
            if char == "[":
                self._state = "sequence"
                return True
            if char in _STRING_OPENERS:
                self._begin_string()
                return True
            if not " " <= char <= "/":
                self._state = "text"
            return " " <= char <= "~"
        if self._state == "sequence":
            if "\x20" <= char <= "\x3f":
                return True
            self._state = "text"
            return "@" <= char <= "~"
        self._swallowed += 1
        if char == _BELL or char == "\x9c" or self._swallowed > _STRING_LIMIT:
            self._state = "text"
            return True
        if char == _ESCAPE:  # ESC \ ends the string
            self._state = "escape"
            return True
        if char in _AS_NEWLINE:
            self._state = "text"
            return False
        return True

    def _plain(self, char: str) -> str:
        if " " <= char <= "~":
            self._marks = 0
            return char
        if char in _AS_NEWLINE:
            return "\n"
        if char in _AS_SPACE:
            return " "
        if char in _JOINERS:
            return char if self._last > "\x7f" and self._last not in _JOINERS else ""
        category = unicodedata.category(char)
        if category == "Cs":
            return "\N{REPLACEMENT CHARACTER}"
        if category == "Cc" or char in _INVISIBLE:
            return ""
        if category == "Cf" and char not in _ARABIC_PREFIXES:
            return ""
        if "\U000e0100" <= char <= "\U000e01ef":  # further variation selectors
            return ""
        if category == "Zs":
            return " "
        self._marks = self._marks + 1 if category in ("Mn", "Me") else 0
        return "" if self._marks > _MARKS_IN_A_ROW else char


def fold(text: str) -> str:
    """`text` as it is compared: compatibility forms (NFKC) and dashes plain.

    Superscript digits stay apart from what they follow: `318²` is `318^2`, `revenue¹` is
    `revenue 1`, but `m²` is `m2`.
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", _AFTER_WORD.sub(" ", _AFTER_NUMBER.sub("^", text)))
    for dash in _DASHES:  # 40 times as fast as `translate`, which looks up each character
        text = text.replace(dash, "-")
    return text


def apart(text: str) -> str:
    """`text` with superscript digits as words of their own, but behind the letters of a unit."""
    return text if text.isascii() else _AFTER_WORD.sub(" ", _AFTER_NUMBER.sub(" ", text))


def clean(text: str) -> str:
    """`text` without control, escape, bidirectional and invisible characters.

    Lone surrogates become U+FFFD, every space a plain one, every line end a newline.
    """
    return Cleaner().feed(text)
