"""Labels: "Figure 3", "Fig. 3a", "Table IV.2", "Tables 2 to 4", "Section 3", "Abbildung 3", "图 3".

One parser for captions, for sentences that mention a figure, and for questions, so that what one of
them reads the others find. It knows the words of English, German, French, Spanish, Italian,
Portuguese, Chinese and Japanese; those of one meaning are one kind.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from mmrag.text import romans, scripts

_FORMS = {  # kind: forms that begin a caption, then those that name several
    "figure": (
        "figure fig abbildung abb bild figura illustration ilustración ilustração illustrazione "
        "imagen imagem 图 圖 図 附图 附圖 付図",
        "figures figs abbildungen bilder figuras illustrations ilustraciones ilustrações",
    ),
    "table": (
        "table tab tabelle tableau tabl tabla cuadro tabella tavola tabela quadro 表 附表 付表",
        "tables tabs tabellen tableaux tablas cuadros tabelle tavole tabelas quadros",
    ),
    "algorithm": ("algorithm algorithmus algorithme algoritmo", "algorithms algorithmes"),
    "chart": ("chart diagramm 图表 圖表 図表", "charts"),
    "diagram": ("diagram diagramme diagrama diagramma", "diagrams diagrammes diagramas diagrammi"),
    "exhibit": ("exhibit", "exhibits"),
    "graph": (
        "graph grafik graphique gráfico gráfica grafico グラフ",
        "graphs grafiken graphiques gráficos gráficas grafici",
    ),
    "map": ("map karte carte mapa mappa 地图 地圖 地図", "maps karten cartes mapas mappe"),
    "plate": ("plate tafel planche lámina 写真 照片", "plates tafeln planches láminas"),
    "scheme": ("scheme schema schéma esquema", "schemes schemata schémas esquemas"),
}
_PARTS = {
    "appendix": "appendix appendices anhang annexe annexes anexo anexos allegato allegati",
    "chapter": "chapter chapters kapitel chapitre chapitres capítulo capítulos capitolo capitoli",
    "item": "item items",
    "note": "note notes",
    "section": "section sections sec secs abschnitt sección seção sezione",
}
FIGURES = frozenset(_FORMS)
"""Kinds that have a caption; the others are parts of a text."""
_CAPTIONED = [form for single, _ in _FORMS.values() for form in single.split()]
_FIGURE_FORMS = {
    form: kind for kind, forms in _FORMS.items() for form in " ".join(reversed(forms)).split()
}
_KIND_OF = _FIGURE_FORMS | {form: kind for kind, text in _PARTS.items() for form in text.split()}
FORMS = frozenset(_KIND_OF)
"""Words that a label may begin with, in lower case."""

MARKS = ".:|\u2013\u2014-：．。・｜、"
"""What sets a label off from the words of its caption."""
_RANGE_LIMIT = 20
"""Labels of one range, chosen by hand: "Exhibits 10-200" is a number with a dash in it."""


_WORD_BEFORE = rf"(?<![^\W{scripts.LETTERS}])"
"""A letter before, other than of a script without spaces, makes it the end of another word."""
_UNSPACED_WORD_BEFORE = "(?<![代地试試企意年列报報图圖図手仪儀发発公])"
"""Characters that make words with "图" and "表": "代表3" is no table."""


def _any(forms: Collection[str]) -> str:
    """A pattern for one of the forms, not within a longer word."""
    spaced = sorted((f for f in forms if not scripts.RUN.match(f)), key=len, reverse=True)
    others = sorted((f for f in forms if scripts.RUN.match(f)), key=len, reverse=True)
    both = rf"{_WORD_BEFORE}(?:{'|'.join(spaced)})"
    if others:
        both += rf"|{_UNSPACED_WORD_BEFORE}(?:{'|'.join(others)})"
    return f"(?i:{both})"


_AFTER_KIND = r"(?:\.\s*|\s+|(?=\d))"
_END = rf"(?![^\W{scripts.LETTERS}]|%|[.-]\d|\s?%|,\d)"
_PART = r"(?:[a-z]|\s?\([a-z]\))?"
_DIGITS = (
    r"(?:[A-Z]{1,2}[.-]?)?\d{1,4}(?:[.\-．－]\d{1,3})*"  # "3", "1.2", "4-1", "A.2", "S1", "IV.2"
)
_LATER_DIGITS = _DIGITS.replace("{1,4}", "{1,3}")  # "Table 2 and 2019": the latter is a year
_ROMAN = r"(?:[IVXL]+|[ivx]{2,})"  # of small letters, one alone is a word or a part
_BETWEEN = (
    r"(?:\s*,?\s*(?:and|or|und|oder|et|ou|y|e|&|和|与|與|及|と)\s*|\s*[,、]\s*"
    r"|\s*(?:to|through|bis|à|至|到|から)\s*|\s*[-–—~～]\s*)"
)


def _pattern(forms: Collection[str]) -> str:
    kind = rf"{_any(forms)}{_AFTER_KIND}"
    again = rf"{_BETWEEN}(?:{kind})?"
    return (
        rf"{kind}(?:{_DIGITS}{_PART}{_END}(?:{again}{_LATER_DIGITS}{_PART}{_END})*"
        rf"|{_ROMAN}{_END}(?:{again}{_ROMAN}{_END})*)"
    )


PATTERN = _pattern(_KIND_OF)
"""Pattern for a label, or a list or range of labels, for use within a larger one.

It minds case, except in the kind: "table I" may be a label, "table i" is none.
"""
FIGURE_PATTERN = _pattern(_FIGURE_FORMS)
"""`PATTERN` for labels of figures alone."""
_LETTERS = re.compile(r"[^\W\d_]+")
_CACHED_TEXTS = 4096  # pages, and labels of figures, that stay at hand for questions; by hand
_NUMBER = re.compile(rf"(?P<number>{_DIGITS}|{_ROMAN})(?P<part>[a-z](?!\w)|\s?\([a-z]\))?")
_IS_RANGE = re.compile(r"\s*(?:to|through|bis|à|至|到|から|[-–—~～])\s*")
_LEADING_ROMAN = re.compile(r"(?P<roman>[IVXL]+)(?P<rest>(?:[.-]\d+)*)", re.IGNORECASE)


# These are long, and compiled when a text first needs them: together they take 0.1 s.
@cache
def _reference() -> re.Pattern[str]:
    return re.compile(PATTERN)


@cache
def _caption_start() -> re.Pattern[str]:
    number = rf"(?P<number>(?:{_DIGITS}[a-z]?|{_ROMAN}){_END})"
    return re.compile(rf"(?P<kind>{_any(_CAPTIONED)}){_AFTER_KIND}{number}")


@cache
def _line_start() -> re.Pattern[str]:
    return re.compile(rf"^[^\S\n]*({PATTERN})", re.MULTILINE)


@cache
def _kind() -> re.Pattern[str]:
    return re.compile(_any(_KIND_OF) + r"\b|" + _any(_KIND_OF) + r"(?=\d)")


@dataclass(frozen=True, slots=True)
class Label:
    """A label however it is written: "Fig. 3a" and "FIGURE 3(a)" are `("figure", "3", "a")`.

    `number` has Arabic digits: "IV.2" is "4.2". `part` is the letter of a part of the figure.
    """

    kind: str
    number: str
    part: str = ""

    @property
    def whole(self) -> "Label":
        """The label of the figure that this is a part of."""
        return Label(self.kind, self.number)

    def __str__(self) -> str:
        return f"{self.kind} {self.number}{self.part}"


@dataclass(frozen=True, slots=True)
class Reference:
    """Labels named together in a text, and where: "Tables 2 to 4" names three."""

    start: int
    end: int
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class CaptionStart:
    """What a caption begins with: its label in a plain form ("Figure 3"), and where that ends."""

    name: str
    label: Label
    end: int


def find(text: str, start: int = 0, end: int | None = None) -> Iterator[Reference]:
    """Every label, list and range of labels in `text[start:end]`, in order."""
    end = len(text) if end is None else end
    if not _has_kind(text, start, end):
        return
    for match in _reference().finditer(text, start, end):
        yield Reference(match.start(), match.end(), tuple(dict.fromkeys(_labels(_plain(match[0])))))


@lru_cache(maxsize=_CACHED_TEXTS)
def read(text: str) -> Label | None:
    """The label that a text begins with; None where it begins with none."""
    match = _reference().match(text.strip())
    return next(_labels(_plain(match[0]))) if match else None


@lru_cache(maxsize=_CACHED_TEXTS)
def at_line_starts(text: str) -> frozenset[Label]:
    """The labels that lines of a text begin with; the first of each."""
    return frozenset(next(_labels(_plain(match[1]))) for match in _line_start().finditer(text))


def caption_start(text: str) -> CaptionStart | None:
    """The label of a figure that a text begins with, as a caption does."""
    match = _caption_start().match(text)
    if match is None:
        return None
    kind = _KIND_OF[match["kind"].lower()]
    written = _plain(match["number"])
    number, part = _one(written)
    return CaptionStart(f"{kind.capitalize()} {written}", Label(kind, number, part), match.end())


def meant(label: Label, available: Collection[Label]) -> tuple[Label, ...]:
    """Which of the labels that there are a reference means.

    The label itself; else the whole figure of the part that it names; else, where it names a whole
    figure that stands in parts, all of these.
    """
    if label in available:
        return (label,)
    if label.part:
        return (label.whole,) if label.whole in available else ()
    return tuple(other for other in available if other.whole == label)


def _has_kind(text: str, start: int, end: int) -> bool:
    """Whether a word of `text[start:end]` may begin a label: most texts have none."""
    part = text[start:end]
    found = _LETTERS.findall(part.casefold())
    return not FORMS.isdisjoint(found) or scripts.RUN.search(part) is not None


def _plain(text: str) -> str:
    """A label with full-width digits and letters made plain."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _labels(text: str) -> Iterator[Label]:
    """The labels of one reference; a list has the kind of its first, where it names no other."""
    kind, at = "", 0
    before: str | None = None  # the number before, where a range may begin
    while at < len(text):
        if named := _kind().match(text, at):
            kind, at = _KIND_OF[named[0].lower()], named.end()
        elif match := _NUMBER.match(text, at):
            number, part = _one(match[0])
            if before is not None:
                yield from (Label(kind, str(n)) for n in _between(before, number))
            yield Label(kind, number, part)
            if "-" in number and not part:
                yield from (Label(kind, str(n)) for n in _ends(*number.split("-", 1)))
            before, at = None, match.end()
            if (dash := _IS_RANGE.match(text, at)) and not part:
                before, at = number, dash.end()
        else:
            at += 1


def _one(written: str) -> tuple[str, str]:
    """Number, in Arabic digits, and part of what a label says behind its kind."""
    match = _NUMBER.fullmatch(written.strip())
    assert match is not None
    number = match["number"]
    roman = _LEADING_ROMAN.fullmatch(number)
    part = (match["part"] or "").strip(" ()")
    if roman is None:
        return number.upper(), part
    return f"{romans.value(roman['roman'])}{roman['rest']}", part


def _between(first: str, last: str) -> range:
    """The numbers within a range, its ends left out."""
    return _ends(first, last)[1:-1]


def _ends(first: str, last: str) -> range:
    """The numbers of a range with both its ends; empty where it is none."""
    if not (first.isdecimal() and last.isdecimal()):
        return range(0)
    low, high = int(first), int(last)
    return range(low, high + 1) if low < high <= low + _RANGE_LIMIT else range(0)
