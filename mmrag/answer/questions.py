"""What a question asks for: its terms, and the form that its answer takes."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from mmrag.answer.terms import is_content, stem, words

Wanted = Literal["number", "percentage", "date", "person", "place", "list", "yes or no", "text"]

_PATTERNS: tuple[tuple[Wanted, str], ...] = (
    (
        "yes or no",
        r"^\s*(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should)\b",
    ),
    ("percentage", r"\bper\s?cent(?:age)?s?\b|%|\bproportion\b|\bwhat share\b"),
    (
        "number",
        r"\bhow (?:many|much|long|old|far|often|large|big|high|tall|heavy|fast)\b"
        r"|\b(?:number|amount|total|average|ratio|rate|value|price|cost|score|sum|revenues?|income"
        r"|expenses?|profit|margin|capacity|weight|size|population|growth|accuracy|dividend|assets"
        r"|debt|liabilit(?:y|ies)|expenditure|sales|earnings|cash flow)\b.*\?"
        r"|\bin (?:USD|millions|rupees?)\b",
    ),
    ("date", r"\bwhen\b|\b(?:what|which) (?:\w+ )?(?:year|date|month|day|time)\b|\bdeadline\b"),
    ("person", r"\bwho\b|\bwhose\b|\bwhom\b|\bname of the (?:person|author|ceo|chair\w*)\b"),
    ("place", r"\bwhere\b|\b(?:what|which) (?:city|country|place|address|state|location)\b"),
    ("list", r"\blist\b|\bname all\b|\bwhat are\b|\bwhich (?:\w+ ){0,2}are\b|\brespectively\b"),
)
_COMPILED = tuple((wanted, re.compile(pattern, re.IGNORECASE)) for wanted, pattern in _PATTERNS)
_LABEL = re.compile(
    r"\b(fig(?:ure|\.)?|table|chart|exhibit|appendix|section)\s*(\d+(?:\.\d+)*|[IVX]+)\b"
    r"|\b(page|slide|p\.)\s*(\d+)\b",
    re.IGNORECASE,
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
_QUOTED = re.compile(r"(?<!\w)[“\"'‘]([^“”\"'‘’]{3,80})[”\"'’](?!\w)")
_THINGS = (
    "figures?|tables?|charts?|graphs?|slides?|pages?|pictures?|images?|photos?|icons?|bars?|lines?|"
    "arrows?|circles?|boxes|logos?|times|sections?|equations?|colou?rs?"
)
_LOOKS = re.compile(
    rf"\bcolou?r(?:s|ed)?\b|\bhow many (?:\w+ ){{0,2}}(?:{_THINGS})\b|\bfont\b|\bdepict",
    re.IGNORECASE,
)
# Words of asking rather than of the matter.
_FRAME_TEXT = """
according amount answer appear calculate chart column compare correspond define describe detail
different difference document exact example explain express figure find float following format image
information integer item kind line list locate main mean mention name number page paper percentage
percent picture please provide question refer report respective respectively result row section show
slide state survey table tell text title total type value write year decimal round calculate average
"""
_FRAME = frozenset(stem(word) for word in _FRAME_TEXT.split())
_FRAME_WEIGHT = 0.3
_OF = re.compile(r"\b(?:is|are|was|were) the (?P<asked>[\w-]+) (?:of|for)\b", re.IGNORECASE)
_NAME_WEIGHT = 1.5


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart. `weights` has its stems with how much each says of the matter."""

    text: str
    wanted: Wanted
    weights: dict[str, float]
    names: frozenset[str]  # stems of its names and numbers: without them it is another question
    pairs: frozenset[tuple[str, str]]  # neighbouring stems
    phrases: tuple[str, ...]  # what it puts in quotation marks
    of_looks: bool  # asks for what no text says: colours, how many figures there are
    labels: tuple[str, ...]  # "figure 3", "table 2": in lower case, arabic
    pages: frozenset[int]


def analyse(text: str) -> Question:
    """Take a question apart by rules for English; other languages get their terms alone."""
    wanted: Wanted = next((kind for kind, shape in _COMPILED if shape.search(text)), "text")
    labels = tuple(_label(match) for match in _LABEL.finditer(text) if match[1])
    pages = frozenset(int(match[4]) for match in _LABEL.finditer(text) if match[4])
    rest = _LABEL.sub(" ", text)
    found = words(rest)
    weights: dict[str, float] = {}
    names: set[str] = set()
    for at, word in enumerate(found):
        if not is_content(word):
            continue
        root = stem(word)
        is_name = any(char.isdigit() for char in word) or (word[0].isupper() and at > 0)
        if root in _FRAME:
            weights.setdefault(root, _FRAME_WEIGHT)
        else:
            weights[root] = _NAME_WEIGHT if is_name else max(1.0, weights.get(root, 1.0))
            if is_name:
                names.add(root)
    if asked := _OF.search(rest):  # "the total of the invoice" does not ask for the invoice
        weights[stem(asked["asked"])] = _NAME_WEIGHT
    stems = [stem(word) for word in found if is_content(word)]
    return Question(
        text=text,
        wanted=wanted,
        weights=weights,
        names=frozenset(names),
        pairs=frozenset(pairwise(stems)),
        phrases=tuple(phrase.lower() for phrase in _QUOTED.findall(text)),
        of_looks=bool(_LOOKS.search(text)),
        labels=labels,
        pages=pages,
    )


def _label(match: re.Match[str]) -> str:
    kind = "figure" if match[1].lower().startswith("fig") else match[1].lower()
    number = match[2]
    return f"{kind} {_ROMAN.get(number.upper(), number)}"
