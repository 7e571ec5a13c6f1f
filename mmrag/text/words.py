"""The words of a text, as they are written and as they are compared."""

import re
import unicodedata

from mmrag.text import scripts
from mmrag.text.characters import fold

_WORD = re.compile(r"\d+(?:[.,]\d+)*(?![^\W\d_])|[^\W_]+(?:[.&][^\W_]+)*")
_FISCAL_YEAR = re.compile(r"\b(?:[Ff][Yy]\s?['’]?(?=\d\d)|F(?=\d{4}))(\d{4}|\d\d)\b")
_QUOTED = re.compile(r"(?<!\w)[“\"'‘]([^“”\"'‘’]{3,80})[”\"'’](?!\w)")
_STOP_WORDS_TEXT = """
a about above according after again all also am among an and any are as at be because been before
being below between both but by can could did do does doing done down during each either etc few
for from further had has have having he hence her here hers herself him himself his how however i
if in into is it its itself just let may me might more most much must my nor no not now of off on
once only or other our out over own per please s same shall she should so some such t than that the
their theirs them then there therefore these they this those though through thus to too under
until up upon us using very via was we were what when where whether which while who whom whose why
will with within without would yes yet you your yours
"""
STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())
"""English words that serve the grammar: articles, pronouns, prepositions, auxiliaries, adverbs of
degree. Words that may be the matter of a text ("list", "page", "name") are none."""

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
MONTHS_ELSEWHERE = (
    "januar", "jänner", "februar", "märz", "mai", "juni", "juli", "oktober", "dezember",
    "janvier", "février", "mars", "avril", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
    "gennaio", "febbraio", "aprile", "maggio", "giugno", "luglio", "settembre", "ottobre",
    "dicembre",
    "janeiro", "fevereiro", "março", "maio", "junho", "julho", "setembro", "outubro", "novembro",
    "dezembro",
    "januari", "februari", "maart", "mei", "augustus",
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября",
    "октября", "ноября", "декабря",
    "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر",
    "نوفمبر", "ديسمبر",
)  # fmt: skip
"""Months in full as dates have them in German, French, Spanish, Italian, Portuguese, Dutch, Russian
and Arabic, where English has another word."""
MONTH = rf"(?:sept|{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)})"
"""Pattern for a month, in full or short, for use in a larger one that ignores case."""


def words(text: str) -> list[str]:
    """The words and numbers of `text` in order, as they are written; thousands separators go.

    `R&D`, `U.S` and `4.5` are one word each; `FY2018` and `FY18` are read as the year 2018. Chinese
    and Japanese are read by `scripts.units`.
    """
    return _words(_FISCAL_YEAR.sub(_year, fold(text)))


def plain_words(text: str) -> list[str]:
    """The words and numbers of `text` in order, in lower case and without accents."""
    folded = _FISCAL_YEAR.sub(_year, fold(text))
    if folded.isascii():  # most pages: at once what `plain` does word by word
        return _words(folded.lower())
    return [word.lower() if word.isascii() else plain(word) for word in _words(folded)]


def _words(folded: str) -> list[str]:
    if not folded.isascii():
        folded = scripts.RUN.sub(_apart, folded)
    return [word.replace(",", "") if word[0].isdigit() else word for word in _WORD.findall(folded)]


def _apart(run: re.Match[str]) -> str:
    return f" {' '.join(scripts.units(run[0]))} "


def content_words(text: str) -> list[str]:
    """The words of `text` that carry meaning of their own, in order, as they are written."""
    return [word for word in words(text) if is_content(word)]


def is_content(word: str) -> bool:
    """Whether a word carries meaning of its own: no stop word and no single small letter."""
    if scripts.RUN.match(word):
        return scripts.is_content(word)
    return word.lower() not in STOP_WORDS and (len(word) > 1 or word.isdigit() or word.isupper())


def plain(word: str) -> str:
    """A word in lower case and without the accents of Latin letters, as FTS5 compares it."""
    word = word.lower()
    return word if word.isascii() else "".join(map(_without_accent, word))


def quoted(text: str) -> tuple[str, ...]:
    """What stands in quotation marks in `text`, 3 to 80 characters each."""
    return tuple(_QUOTED.findall(text))


def fiscal_years(text: str) -> tuple[str, ...]:
    """The years of "FY2018", "FY '18" and "F2018" in `text`, in four digits; "18" is of 2018."""
    return tuple(_year(match).strip() for match in _FISCAL_YEAR.finditer(text))


def _year(match: re.Match[str]) -> str:
    return f" {match[1]}" if len(match[1]) == 4 else f" 20{match[1]}"


def _without_accent(char: str) -> str:
    if "\u0300" <= char <= "\u0362":  # an accent that stands by itself
        return ""
    base = unicodedata.normalize("NFD", char)[0]
    return base if base.isascii() else char
