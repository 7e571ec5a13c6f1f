"""Text put together out of model output from which things are taken out."""

_CLOSING = ".,;:!?)"
_OPENING = "([{“‘‹«"
_SEPARATORS = ",;"
_GLUE = "-_"
_EMPHASIS = frozenset("*_`\"'")


class TextBuilder:
    """Joins words, citations and gaps to text; what it releases is final.

    A gap leaves no double space, no space before punctuation, no empty parentheses and no empty
    line, and never joins what stood on either side of it into one word.
    """

    def __init__(self) -> None:
        self._newlines = 0
        self._space = ""
        self._open = ""  # an opening parenthesis that may turn out to hold nothing
        self._separator = ""  # a comma that may turn out to separate nothing
        self._last = ""  # last character of the line; "" at its beginning
        self._emphasis = False  # the last text was `**` or the like
        self._gap = False
        self._cited: set[str] = set()  # markers that stand side by side right here
        self._started = False
        self._released: list[str] = []

    def take(self) -> str:
        """What is final since the last call."""
        released, self._released = "".join(self._released), []
        return released

    def newline(self) -> None:
        """The line ends; a line that held gaps alone is left out."""
        empty_by_gap = self._gap and not self._last and not self._open
        self.end()
        if self._started and not empty_by_gap:
            self._newlines = min(self._newlines + 1, 2)
        self._space, self._last, self._gap = "", "", False
        self._cited.clear()

    def space(self, spaces: str) -> None:
        """Spaces between words: one of them, or the indentation of a line."""
        if self._last or self._open or self._separator:
            self._space = " "
        elif not self._gap:
            self._space = spaces[:8]

    def gap(self) -> None:
        """Something was taken out here."""
        self._gap = True

    def cite(self, marker: str) -> None:
        """A valid citation, with one space before it; side by side, each marker stands once."""
        if marker in self._cited:
            self._gap = True
            return
        beside = bool(self._cited)
        self._flush_open()
        if self._separator:
            self._space = " "
        elif beside or self._emphasis or (self._last and self._last in _OPENING):
            self._space = ""
        elif self._last:
            self._space = " "
        self._release(f"[{marker}]")
        self._cited.add(marker)

    def text(self, text: str) -> None:
        """Words or punctuation, without spaces at either end."""
        if text == "(":
            self._flush_open()
            self._separate(text)
            self._open = self._space + text
            self._space, self._gap = "", False
            return
        if text == ")" and self._open and self._gap:
            self._space = self._open[:-1]
            self._open = ""
            return
        if self._gap:
            text = self._after_gap(text)
            if not text:
                return
        if text in _SEPARATORS and not self._separator and (self._gap or self._cited):
            self._flush_open()
            self._separator, self._space = text, ""
            return
        self._flush_open()
        self._separate(text)
        self._release(text)
        self._cited.clear()

    def end(self) -> None:
        """No more text follows on this line."""
        if self._separator and self._gap:
            self._separator = ""
        self._flush_open()
        if self._separator:
            self._space = ""
            self._release("")

    def _after_gap(self, text: str) -> str:
        """`text` without the punctuation that belonged to what was taken out."""
        if self._open or not self._last or self._last in _SEPARATORS:
            text = text.lstrip(_SEPARATORS)
        if text and self._last in ".!?" and self._last and text[0] in ".,;":
            text = text[1:]
        if text and text[0] in _CLOSING:
            self._space = self._separator = ""
        return text

    def _separate(self, text: str) -> None:
        """A space where leaving something out, or a citation, would glue two words together."""
        if self._space or self._separator or not self._last:
            return
        first = text[0]
        after_citation = first.isalnum() or first in _OPENING
        glued = self._last == "<" or (
            (self._last.isalnum() or self._last in _GLUE) and (first.isalnum() or first in _GLUE)
        )
        if (self._cited and after_citation) or (self._gap and (glued or first == "(")):
            self._space = " "

    def _flush_open(self) -> None:
        if self._open:
            held, self._open = self._open, ""
            after, self._space = self._space, ""
            gap, self._gap = self._gap, False
            self._release(held)
            self._space, self._gap = ("" if gap else after), gap
            self._cited.clear()

    def _release(self, text: str) -> None:
        if self._newlines:
            self._released.append("\n" * self._newlines)
            self._newlines = 0
        piece = self._separator + (self._space if self._started else "") + text
        self._released.append(piece)
        self._separator, self._space, self._gap, self._started = "", "", False, True
        self._last = piece[-1]
        self._emphasis = _EMPHASIS.issuperset(text)
