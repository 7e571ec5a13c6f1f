"""Formulas that a question spells out: "365 * (average inventory between 2030 and 2031) / COGS"."""

import re
from functools import lru_cache

from mmrag.statements import formulas, names
from mmrag.statements.definitions import load
from mmrag.statements.formulas import Formula
from mmrag.statements.names import Name

_YEAR = r"(?:19|20)\d\d"
_PERIOD = re.compile(rf"\b(?:between|from|of)\s+{_YEAR}\s+(?:and|to)\s+{_YEAR}\b", re.IGNORECASE)
_IN_YEAR = re.compile(rf"\b(?:(?:in|for|of|at\s+the\s+end\s+of)\s+)?({_YEAR})\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.?!;](?=\s|$)")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+)|(?P<sign>[()*/+×÷]|[-–−](?=\s|\())"
    r"|(?P<phrase>[^\W\d_](?:(?!\s[-–−]\s)[^()*/+×÷])*))"
)
_SIGNS = str.maketrans("×÷–−", "*/--")
_READING = re.compile(
    r"(?:the\s+)?(?:(?P<average>average|mean)|(?P<change>change\s+in))\s+(?:the\s+)?", re.IGNORECASE
)


def find(definition: str) -> Formula | None:
    """The formula that a text is, years aside; None where it is none, or of accounts unknown.

    All of it must be of one year, with the year before where it says average or change.
    """
    text = _PERIOD.sub(" ", _SENTENCE_END.split(definition.strip(" :"))[0])
    if len(set(_IN_YEAR.findall(text))) > 1:
        return None
    text, at, parts = _IN_YEAR.sub(" ", text).strip(), 0, []
    while at < len(text):
        token = _TOKEN.match(text, at)
        written = None if token is None else _written(token)
        if token is None or written is None:
            return None
        parts.append(written)
        at = token.end()
    try:
        found = formulas.parse(" ".join(parts))
    except ValueError:
        return None
    return found if any(formulas.operands(found)) else None


def _written(token: re.Match[str]) -> str | None:
    """A part of a formula as `formulas.parse` reads it; None for an account that is not known."""
    if token["phrase"] is None:
        return token[0].strip().translate(_SIGNS)
    reading = _READING.match(token["phrase"])
    rest = token["phrase"][reading.end() :] if reading else token["phrase"]
    account = _accounts().get(names.of_label(rest))
    if account is None or reading is None:
        return account
    return f"{'avg' if reading['average'] else 'change'}({account})"


@lru_cache(maxsize=1)
def _accounts() -> dict[Name, str]:
    """The accounts by all names that have one alone."""
    named = names.grouped(
        (name, item.key)
        for item in load().accounts.values()
        for name in (*item.names, *item.asked, item.title)
    )
    return {name: keys[0] for name, keys in named.items() if len(set(keys)) == 1}
