"""What a question asks for: its terms, and the form that its answer takes."""

import re
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Literal

from mmrag.text import labels, page_numbers
from mmrag.text.labels import Label
from mmrag.text.page_numbers import NamedPages
from mmrag.text.stems import stem
from mmrag.text.words import is_content, quoted, words

Wanted = Literal[
    "summary",
    "shown",
    "number",
    "percentage",
    "date",
    "person",
    "place",
    "list",
    "steps",
    "figure",
    "yes or no",
    "reason",
    "text",
]

_WHOLE = r"(?:document|report|paper|article|file|pdf|book|manual|presentation|slides|deck|letter)"
_PATTERNS: tuple[tuple[Wanted, str], ...] = (
    (
        "summary",
        r"^\W*(?:please |can you |could you )*(?:summari[sz]e|outline)\b(?:.*\b"
        + _WHOLE
        + r"\b|\W*$)"
        r"|\b(?:summary|outline|overview) of (?:this|the|that) (?:\w+ ){0,3}?" + _WHOLE + r"\b"
        r"|^\W*what(?:'s| is| does) (?:this|the) (?:\w+ ){0,3}?" + _WHOLE + r" (?:about|say)\W*$",
    ),
    (
        "yes or no",
        r"^\s*(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should)\b",
    ),
    (
        "reason",
        r"^\W*why\b|, why (?:is|was|were|did|does|do|has|have)\b"
        r"|\bwhat (?:drove|drives|caused|causes|led to|explains|explained)\b"
        r"|\bwhat (?:is|are|was|were) the (?:\w+ )?(?:reasons?|causes?|drivers?)"
        r" (?:of|for|behind|why)\b",
    ),
    (
        "figure",
        r"\b(?:what|which) (?:figure|table|chart|graph|diagram|picture|slide|page)s?\b"
        r"|\bwhere .*\bshown\b",
    ),
    ("percentage", r"\bper\s?cent(?:age)?s?\b|%|\bproportion\b|\bwhat share\b"),
    (
        "number",
        r"\bhow (?:many|much|long|old|far|often|large|big|high|tall|heavy|fast)\b"
        r"|^(?!\W*(?:which|who)\b|.*\bname of\b).*\b(?:number|amount|total|average"
        r"|ratio|rate|value|price|cost|score|sum|revenues?|income"
        r"|age|depth|distance|duration|height|length|speed|temperature|width"
        r"|expenses?|profit|margin|capacity|weight|size|population|growth|accuracy|dividend|assets"
        r"|debt|liabilit(?:y|ies)|expenditure|sales|earnings|cash flow)\b.*\?"
        r"|\bin (?:thousands|millions|billions|dollars|euros|pounds|(?-i:[A-Z]{3}))\b",
    ),
    (
        "date",
        r"^\W*(?:(?:since|until|by) )?when\b|, when (?:is|was|were|did|does|will)\b"
        r"|\b(?:what|which) (?:\w+ )?(?:year|date|month|day|time)\b|\bdeadline\b",
    ),
    ("person", r"\bwho\b|\bwhose\b|\bwhom\b|\bname of the (?:person|author|ceo|chair\w*)\b"),
    ("place", r"\bwhere\b|\b(?:what|which) (?:city|country|place|address|state|location)\b"),
    (
        "steps",
        r"\bhow (?:to|do (?:i|you|we)|(?:can|should|must) (?:i|you|we|one))\b"
        r"|\bhow (?:is|are) .*\b(?:done|made|removed|replaced|installed|cleaned|changed)\b"
        r"|\b(?:steps|procedure|instructions?) (?:to|for|of)\b",
    ),
    ("list", r"\blist\b|\bname all\b|\bwhat are\b|\bwhich (?:\w+ ){0,2}are\b|\brespectively\b"),
)
_ASKS = re.compile(r"\W*(?:what|how)\b", re.IGNORECASE)
"""What asks without a question mark, too."""
_SHOWN = re.compile(
    r"\bwhat (?:do|does|is|are|can)\b"
    r".*\b(?:shows?|shown|depict(?:s|ed)?|illustrate[sd]?|seen|about)\b"
    r"|^\W*(?:please )?(?:describe|explain)\b",
    re.IGNORECASE,
)
_COMPILED = tuple((wanted, re.compile(pattern, re.IGNORECASE)) for wanted, pattern in _PATTERNS)
_SHOWN_FRAME = re.compile(
    r"\b(?:what|do|does|is|are|can|be|show[sn]?|depict(?:s|ed)?|illustrate[sd]?|seen|about|in|on|the"
    r"|please|describe|explain|me|of|and)\b",
    re.IGNORECASE,
)
"""Words of a question that asks for all that a figure shows."""
_NAMED_PLACE = re.compile(rf"{labels.PATTERN}|{page_numbers.PATTERN}")
_THINGS = (
    "figures?|tables?|charts?|graphs?|slides?|pages?|pictures?|images?|photos?|icons?|bars?|lines?|"
    "arrows?|circles?|boxes|logos?|times|sections?|equations?|colou?rs?"
)
_VISUAL = re.compile(
    rf"\bcolou?r(?:s|ed)?\b|\bhow many (?:\w+ ){{0,2}}(?:{_THINGS})\b|\bfont\b|\bdepict"
    r"|\b(?:logos?|icons?|cartoon|mascot|legends?|wear(?:s|ing)?|background)\b"
    r"|\bin the (?:\w+ ){0,2}(?:picture|photo|photograph|image)s?\b",
    re.IGNORECASE,
)
_COMPUTED = re.compile(
    r"\bhow (?:much|many)\b.*\b(?:more|less|fewer|higher|lower|greater|smaller|larger|older)\b"
    r"|\bdifferen(?:ce|t)\b|\bsum\b|\baveraged?\b|\bcombined\b|\bratio\b|\bgrowth rate\b"
    r"|\b(?:percent(?:age)?|absolute) (?:\w+ )?(?:change|drop|increase|decrease|growth|shortfall)\b"
    r"|\bby (?:how much|what percent\w*)\b|\bin total\b|\bcalculate\b|\bturnover\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:most|least|fewest|more|less|fewer|largest|biggest|greatest|smallest|highest|lowest"
    r"|second|longest|shortest|than|compar\w+|both|same|common|exactly|except)\b",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"\bhow many\b(?! (?:percent|per cent|%))", re.IGNORECASE)
_OF_SETS = re.compile(
    r"\bbut (?:is |are |was |were )?not\b|\bnot (?:included|mentioned|listed|shown|present|named)\b"
    r"|\bin common\b|\boverlap\w*\b|\b(?:appear|occur|stand|mention|list|name)\w* in both\b",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:what|which|whose|how (?:many|much))\s+(?P<noun>[^\W\d_][\w-]+)", re.IGNORECASE
)
_AMOUNT_OF = re.compile(
    r"\b(?:amount|value|number|total|size|level|cost|price|sum|volume|count)s?\s+of\s+"
    r"(?:the\s+|its\s+|their\s+|all\s+)?(?P<of>[^,;:.?!()]+)",
    re.IGNORECASE,
)
_MOST_MEASURED = 3  # words of the name of what is measured; chosen by hand
_FRAME_TEXT = """
answer appear calculate compare define describe explain find follow give identify include know list
locate mean mention name provide refer report say show state tell use write
chapter chart column document figure image item line page paper paragraph picture row section slide
table text title
amount average detail difference example information kind main number percentage percent question
result total type value year
"""
FRAME = frozenset(stem(word) for word in _FRAME_TEXT.split())
"""Stems of words of asking rather than of the matter: what to do, where to look, what to expect."""
FRAME_WEIGHT = 0.3
_OF = re.compile(r"\b(?:is|are|was|were) the (?P<asked>[\w-]+) (?:of|for)\b", re.IGNORECASE)
NAME_WEIGHT = 1.5


@dataclass(frozen=True, slots=True)
class AnalysedQuestion:
    """A question taken apart. `weights` has its stems with how much each says of the matter."""

    text: str
    wanted: Wanted
    weights: dict[str, float]
    names: frozenset[str]  # stems of its names and numbers: without them it is another question
    pairs: frozenset[tuple[str, str]]  # neighbouring stems
    phrases: tuple[str, ...]  # what it puts in quotation marks
    visual: bool  # asks for what no text says: colours, how many figures there are
    computed: bool  # asks for what must be worked out: a sum, a difference, an average
    compared: bool  # asks which of several is the most, or what they have in common
    counts: bool  # asks how many of something there are
    of_sets: bool  # asks what two lists have in common, or what is in one of them alone
    asked: str | None  # stem of the noun that it asks for: "dataset" of "which dataset"
    measured: frozenset[str]  # stems of what it asks the amount or the number of
    labels: tuple[Label, ...]
    pages: NamedPages


def analyse(text: str) -> AnalysedQuestion:
    """Take a question apart by rules for English; other languages get their terms alone."""
    written = text if "?" in text or not _ASKS.match(text) else f"{text}?"
    wanted: Wanted = next((kind for kind, shape in _COMPILED if shape.search(written)), "text")
    rest = _NAMED_PLACE.sub(" ", text)
    found = words(rest)
    if (
        _SHOWN.search(text)
        and next(labels.find(text), None)
        and not words(_SHOWN_FRAME.sub(" ", rest))
    ):
        wanted = "shown"
    weights: dict[str, float] = {}
    names: set[str] = set()
    shouts = text.isupper()  # all of it in capitals: they name nothing
    for at, word in enumerate(found):
        if not is_content(word):
            continue
        root = stem(word)
        is_capital = word[0].isupper() and at > 0 and not shouts
        is_name = is_capital or any(char.isdigit() for char in word)
        if root in FRAME:
            weights.setdefault(root, FRAME_WEIGHT)
        else:
            weights[root] = NAME_WEIGHT if is_name else max(1.0, weights.get(root, 1.0))
            if is_name:
                names.add(root)
    if asked := _OF.search(rest):  # "the total of the invoice" does not ask for the invoice
        weights[stem(asked["asked"])] = NAME_WEIGHT
    return AnalysedQuestion(
        text=text,
        wanted=wanted,
        weights=weights,
        names=frozenset(names),
        pairs=frozenset(pairwise(stem(word) for word in found if is_content(word))),
        phrases=tuple(phrase.lower() for phrase in quoted(text)),
        visual=bool(_VISUAL.search(text)),
        computed=bool(_COMPUTED.search(text)),
        compared=bool(_COMPARED.search(text)),
        counts=bool(_COUNTS.search(text)),
        of_sets=bool(_OF_SETS.search(text)),
        asked=_asked(rest),
        measured=_measured(rest),
        labels=tuple(label for named in labels.find(text) for label in named.labels),
        pages=page_numbers.find(text),
    )


def _asked(text: str) -> str | None:
    found = _ASKED.search(text)
    return stem(found["noun"]) if found and is_content(found["noun"]) else None


def _measured(text: str) -> frozenset[str]:
    """What an amount is asked of: words up to the first that serves grammar, without numbers."""
    match, named = _AMOUNT_OF.search(text), ""
    while match is not None:  # "the value of the number of bees"
        named = match["of"]
        match = _AMOUNT_OF.search(named)
    told = list(takewhile(is_content, words(named)))[:_MOST_MEASURED]
    return frozenset(stem(word) for word in told if not any(map(str.isdigit, word))) - FRAME
