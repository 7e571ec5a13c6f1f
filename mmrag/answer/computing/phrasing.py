"""How questions phrase operations, in English: each reader takes one kind of question apart.

A part is the text of a look-up of its own: "profit 2024". What is left of a question when its
years and the words of the operation are taken out belongs to all of its parts.
"""

import re
from dataclasses import dataclass

from mmrag.answer.computing.periods import latest_first, part_of, periods, without_periods
from mmrag.answer.computing.terms import years
from mmrag.types import Operation

RISES = r"(?:increas(?:e[sd]?|ing)|gr[eo]w(?:s|n|ing)?|ris(?:es?|en|ing)|rose)"
FALLS = (
    r"(?:decreas(?:e[sd]?|ing)|f[ae]ll(?:s|en|ing)?|drop(?:s|ped|ping)?|declin(?:e[sd]?|ing)"
    r"|shr[iau]nk(?:s|ing)?)"
)
"""Words of going up and down."""
MOVES = rf"(?:{RISES}|{FALLS}|chang(?:e[sd]?|ing)|improv(?:e[sd]?|ing))"
_DOWN = re.compile(rf"\b(?:{FALLS}|lower|less|smaller|fewer|below)\b", re.IGNORECASE)
MORE = r"(?:higher|lower|more|less|greater|larger|smaller|bigger|fewer)"
IMPROVES = re.compile(r"\bimprov", re.IGNORECASE)
_UP_OR_DOWN = re.compile(rf"\b{MOVES}\s+or\s+{MOVES}\b", re.IGNORECASE)
_THAN = (
    r"(?:\bthan\b|\bcompared\s+(?:to|with)\b|\b(?:in|as)\s+compar\w+\s+(?:to|with)\b|\bversus\b"
    r"|\bvs\b\.?)"
)
_CHANGE = re.compile(
    r"\b(?:how\s+(?:much|many)|(?:by\s+)?what\s+(?:amount|percent(?:age)?|per\s+cent|%))\b.*?"
    rf"\b(?:{MOVES}|differ)\b"
    r"|\b(?:difference|(?:in|de)crease|growth|change|rise|fall|drop|decline)(?:\s+rate)?\s+"
    r"(?:in|of|between)\b|\b(?:growth\s+rate|rate\s+of\s+growth)\b"
    r"|\bhow\s+(?:do|does|did)\b.*?\bcompared?\s+(?:to|with)\b",
    re.IGNORECASE,
)
_HOW_MUCH_MORE = re.compile(rf"\bhow\s+(?:much|many)\s+{MORE}\b.*?{_THAN}", re.IGNORECASE)
_OTHERWISE = re.compile(
    r"\b(?:why|which|who|average|respectively|expected|forecast)\b", re.IGNORECASE
)
"""Words of questions that ask for more than a difference."""
PERCENT = re.compile(
    r"\bper\s?cent(?:age)?s?\b(?!\s+points?)|(?<!\d)(?<!\d\s)%|\bgrowth\s+rate\b", re.IGNORECASE
)
_PART = re.compile(r"(?:\bper\s?cent(?:age)?|%)\s+of\b", re.IGNORECASE)
"""A part of something, which changes by points."""
_AS_PART = re.compile(r"\bas\s+(?:an?\s+)?(?:percent(?:age)?|%)\s+of\b", re.IGNORECASE)
POINTS = re.compile(r"\bpercent(?:age)?\s+points?\b", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\bbetween\s+(?:the\s+)?(?P<a>[^?,;]+?)\s+and\s+(?:the\s+)?(?P<b>[^?;]+)", re.IGNORECASE
)
_PLACE = re.compile(r"\s(?:on|in|at)\s+(?:the\s+)?(?P<place>[^?;]+?)\W*$", re.IGNORECASE)
POLAR = r"^\W*(?:is|are|was|were|did|does|do|has|have|had)\s+"
_YES_NO = re.compile(rf"{POLAR}(?P<rest>.+)", re.IGNORECASE)
_RATIO = re.compile(
    r"\bratio\s+of\s+(?:the\s+)?(?P<a>[^?,;]+?)\s+to\s+(?:the\s+)?(?P<b>[^?,;]+)", re.IGNORECASE
)
_SHARE = re.compile(
    r"\bwhat\s+(?:percent(?:age)?|per\s+cent|share|proportion|fraction|part)\s+of\s+(?:the\s+)?"
    r"(?P<b>[^?,;]+?)\s+(?:is|was|were|are|did|does|do|c[ao]mes?\s+from|made\s+up)\s+"
    r"(?:(?:comprised|composed|made\s+up)\s+(?=of|by))?(?:by\s+|of\s+)?(?:the\s+)?(?P<a>[^?;]+)"
    r"|\b(?P<a2>[^?,;]+?)\s+as\s+an?\s+(?:percent(?:age)?|share|proportion|%)\s+of\s+(?:the\s+)?"
    r"(?P<b2>[^?;]+)"
    r"|\b(?:percent(?:age)?|share|proportion)(?:\s+(?!points?\b)[a-z]+)?\s+of\s+(?:the\s+)?"
    r"(?P<a3>[^?,;]+?)\s+(?:among|out\s+of|relative\s+to|within)\s+(?:the\s+)?(?P<b3>[^?;]+)",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\b(?:sum|combined|together|altogether|in\s+total|in\s+all)\b(?=\s*(?:\W*$|,|(?:in|for|of|by|between|from)\b))",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"\b(?:sum|total|combined(?:\s+(?:total|value|amount))?)\s+(?:of|for)\s+(?:the\s+)?(?P<all>[^?;]+)"
    rf"|(?P<before>[^?;]+?)\s+{_TOGETHER.pattern}",
    re.IGNORECASE,
)
_HEAD = re.compile(r"(?P<head>.+?)\s+(?:for|of|in|from)\s+(?P<rest>.+)", re.IGNORECASE)
"""What the things that are added have in common: `staff for` of `staff for north and south`."""
_MEAN = re.compile(r"\b(?:average|mean)\b", re.IGNORECASE)
_RANGE = re.compile(
    r"\b(?P<a>(?:19|20)\d\d)\s*(?:to|through|until|till|and|-)\s*(?P<b>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"\b(?P<a>(?:19|20)\d\d)\s*(?:to|through|until|till|[-–/])?\s*(?P<b>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
"""A year of accounts; its two years stand side by side once `1999-00` is made plain."""
_IN_TURN = re.compile(r"\brespectively\b|\bfor\s+each\s+(?:of\s+the\s+)?years?\b", re.IGNORECASE)
"""Of several numbers each is asked for."""
MOST = r"(?:highest|largest|most|greatest|biggest|maximum|strongest|longest|deepest)"
LEAST = r"(?:lowest|smallest|least|fewest|minimum|weakest|shortest)"
RANKS = {
    word: rank
    for rank, words in enumerate(("second 2nd", "third 3rd", "fourth 4th", "fifth 5th"), start=2)
    for word in words.split()
}
RANK = "|".join(RANKS)
_OTHER_RANK = re.compile(rf"\b(?:{RANK})\b", re.IGNORECASE)
_SOURCE = re.compile(
    r"^\W*(?:(?:according\s+to|based\s+on|as\s+shown\s+in|from|in)\s+(?:the\s+|this\s+)?"
    r"(?:[\w-]+\s+){0,3}?(?:report|document|paper|article|table|chart|figure|graph|slides?|survey)\b"
    r"[^,?]{0,40},\s*)",
    re.IGNORECASE,
)
"""What says where to look, before a question."""
_EXTREME = re.compile(
    r"^\W*(?:in\s+)?(?:which|what)\s+(?P<noun>[\w-]+(?:\s+[\w-]+)?)\s+"
    r"(?:(?:has|had|have|is|was|were|with|shows?|showed|reports?|reported|recorded|saw|did|reached)\s+)"
    rf"(?P<first>[^?;]*?)\b(?:the\s+|a\s+)?(?:(?P<rank>{RANK})[\s-]+)?"
    rf"(?:(?P<most>{MOST})|(?P<least>{LEAST})|(?P<of_two>{MORE}))\b(?P<rest>[^?;]*)",
    re.IGNORECASE,
)
_EXTREME_OF = re.compile(
    rf"^\W*(?:which|what)\s+(?:is|was|are|were)\s+(?:the\s+)?(?:(?P<rank>{RANK})[\s-]+)?"
    rf"(?:(?P<most>{MOST})|(?P<least>{LEAST}))\s+(?:single\s+)?(?P<noun>[\w-]+(?:\s+[\w-]+)?)\s+"
    r"(?P<rest>(?:in|on|of|for|at|by)\b[^?;]*)",
    re.IGNORECASE,
)
"""Which of a group of rows is the most: "the largest liability on the balance sheet"."""
_EXTREME_CUES = re.compile(r"\b(?:among|amount|number|value|its|their)\b", re.IGNORECASE)
_NOT_A_NUMBER = re.compile(
    r"^\W*(?:who|whom|whose|when|where|why|is|are|was|were|does|do|did|has|have|had|can|could|will"
    r"|would|should|describe|explain|list|name)\b|\b(?:why|which|reasons?|drove|driven|caused?|main"
    r"|respectively|how\s+(?:did|does|do|is|are|was|were))\b",
    re.IGNORECASE,
)
"""Questions that ask for something else than one number, or for more than one."""
_ASKS_NUMBER = re.compile(
    r"\bhow\s+(?:much|many)\b"
    r"|\bwhat(?:'s|’s)?\s+(?:is|was|were|are|will|percent(?:age)?|share|amount|number|value)\b"
    r"|\bwhat(?:'s|’s)\b|\bwhat\s+[^?]{1,60}?\b(?:did|does|do|is|was|has|have)\b"
    r"|^\W*(?:give|tell|state|find)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"^\W*what\s+(?:is|are|was|were)\s+(?:the\s+)?", re.IGNORECASE)
_CUES = re.compile(
    r"\b(?:how\s+(?:much|many|does|do|did)|by|from|to|compared?|comparison|than|versus|vs|between|over|since"
    r"|absolute|difference|year[- ]o(?:ver|n)[- ]year|yoy|what"
    r"|per\s?cent(?:age)?s?(?:\s+points?)?)\b|%",
    re.IGNORECASE,
)
_RATE_OF_CHANGE = re.compile(
    rf"\b(?:{MOVES}|growth)\s+rate\b|\brate\s+of\s+(?:{MOVES}|growth)\b", re.IGNORECASE
)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,\s*and|,|\band\b|\bplus\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phrased:
    """An operation over parts.

    `less` asks whether the first is less, `noun` which of what, and `rank` 2 the second largest;
    `of_group` says that the noun is of a group of rows, rather than of all, and `of_two` that there
    are two.
    """

    operation: Operation
    parts: tuple[str, ...]
    less: bool = False
    noun: str = ""
    rank: int = 1
    of_group: bool = False
    of_two: bool = False


def phrased(text: str) -> Phrased | None:
    """The operation that a question asks for; None where it asks for something else."""
    readers = (_comparison, _extreme, _change, _share, _ratio, _mean, _sum, _in_turn, _number)
    return next((found for reader in readers if (found := reader(text)) is not None), None)


def _number(text: str) -> Phrased | None:
    """One number that stands in a table."""
    if _NOT_A_NUMBER.search(text) or not _ASKS_NUMBER.search(text):
        return None
    if len(years(text)) > 1 and (_CHANGE.search(text) or not _is_one_period(text)):
        return None
    if _TOGETHER.search(text) and _AND.search(text):
        return None
    return Phrased("look-up", (PERCENT.sub(" ", text),))


def _is_one_period(text: str) -> bool:
    """Whether the two years that a text names are those of one year of accounts: `1999 to 2000`."""
    found = _PERIOD.search(text)
    named = years(text)
    return found is not None and len(named) == 2 and int(found["b"]) - int(found["a"]) == 1


def _change(text: str) -> Phrased | None:
    """How much one number differs from another: of two years, or of two things."""
    compared = _HOW_MUCH_MORE.search(text)
    if not (compared or _CHANGE.search(text)) or _OTHERWISE.search(text) or _PART.search(text):
        return None
    if _YES_NO.search(text) and not _OR.search(text):
        return None
    is_percent = PERCENT.search(text) and not POINTS.search(text)
    parts = _two(text, ordered=bool(compared))
    return Phrased("percent change" if is_percent else "difference", parts) if parts else None


def _comparison(text: str) -> Phrased | None:
    """Whether one number is more than another, or rose."""
    asked = _YES_NO.search(text)
    if asked is None or _OTHERWISE.search(text) or PERCENT.search(_AS_PART.sub(" ", text)):
        return None
    rest = asked["rest"]
    compared = re.search(rf"\b{MORE}\b.*?{_THAN}", rest, re.IGNORECASE)
    if not compared and not re.search(rf"\b{MOVES}\b", rest, re.IGNORECASE):
        return None
    if _UP_OR_DOWN.search(rest):
        either = _two(_UP_OR_DOWN.sub(" ", rest), ordered=False)
        return Phrased("difference", either) if either else None
    if re.search(r"\b(?:or|but|because|by)\b", rest, re.IGNORECASE):
        return None
    parts = _two(rest, ordered=bool(compared))
    return Phrased("comparison", parts, less=bool(_DOWN.search(rest))) if parts else None


def _two(text: str, *, ordered: bool) -> tuple[str, str] | None:
    """The two numbers that a text compares: as `ordered` in it, else the later year first."""
    told = periods(text)
    if len(told) == 2 and any(map(part_of, told)):
        first, second = told if ordered else latest_first(told)
        rest = without_cues(without_periods(text), [])
        return f"{rest} {first}", f"{rest} {second}"
    named = years(text)
    if len(named) == 2:
        first, second = named if ordered else sorted(named, reverse=True)
        rest = without_cues(text, named)
        return f"{rest} {first}", f"{rest} {second}"
    between = _BETWEEN.search(text)
    if between and len(named) < 2:
        return _sides(text[: between.start()], between["a"], between["b"], named)
    if ordered and len(named) < 2:
        before, _, after = re.sub(_THAN, "\0", text, count=1, flags=re.IGNORECASE).partition("\0")
        own, common = _PLACE.search(before), _PLACE.search(after)
        if own and common and not after[: common.start()].strip():  # "hives in A than in B"
            return _sides(before[: own.start()], own["place"], common["place"], named)
        if common and not own:  # "A compared to B on the road": both on it
            return _sides(common["place"], before, after[: common.start()], named)
        if own and not common and not years(own["place"]):  # "bees on A compared to B"
            return _sides(before[: own.start()], own["place"], after, named)
        return _sides("", before, after, named)
    if len(named) == 1 and not ordered and not between:
        rest = without_cues(text, named)
        return f"{rest} {named[0]}", f"{rest} {int(named[0]) - 1}"
    return None


def _sides(common: str, a: str, b: str, named: list[str]) -> tuple[str, str]:
    rest = without_cues(common, named)
    one, other = (f"{rest} ; {without_cues(x, named)} ; {' '.join(named)}" for x in (a, b))
    return one, other


def _share(text: str) -> Phrased | None:
    found = _SHARE.search(text)
    named = years(text)
    if found is None or len(named) > 1 or _OTHERWISE.search(text) or _NOT_A_NUMBER.search(text):
        return None
    a = found["a"] or found["a2"] or found["a3"]
    b = found["b"] or found["b2"] or found["b3"]
    return Phrased("share", _sides("", a, b, named))


def _ratio(text: str) -> Phrased | None:
    found = _RATIO.search(text)
    named = years(text)
    if found is None or len(named) > 1 or _OTHERWISE.search(text):
        return None
    return Phrased("ratio", _sides("", found["a"], found["b"], named))


def _mean(text: str) -> Phrased | None:
    """The mean over several years."""
    named = _each_year(text)
    if (
        not _MEAN.search(text)
        or len(named) < 2
        or _CHANGE.search(text)
        or _NOT_A_NUMBER.search(text)
    ):
        return None
    return Phrased("mean", _by_year(_MEAN.sub(" ", _RANGE.sub(" ", text)), named))


def _sum(text: str) -> Phrased | None:
    """The sum over several years, or of several things."""
    found = _SUM.search(text)
    if found is None or _OTHERWISE.search(text) or _NOT_A_NUMBER.search(text) or _MEAN.search(text):
        return None
    named = _each_year(text)
    if len(named) > 1:
        return Phrased("sum", _by_year(_TOGETHER.sub(" ", _RANGE.sub(" ", text)), named))
    whole = found["all"] or found["before"]
    if not _AND.search(whole):
        whole = _TOGETHER.sub(" ", text)
    parts = _each_thing(whole, named)
    return Phrased("sum", parts) if parts else None


def _each_thing(text: str, named: list[str]) -> tuple[str, ...]:
    """The things that a text joins by "and", each in the years named; empty for one alone."""
    sides = [part for part in _AND.split(text) if any(map(str.isalnum, part))]
    if len(sides) < 2:
        return ()
    first = _HEAD.match(sides[0])
    head, sides[0] = (first["head"], first["rest"]) if first else ("", sides[0])
    parts = (without_cues(f"{head} ; {side}", named) for side in sides)
    return tuple(f"{part} ; {' '.join(named)}" for part in parts)


def _in_turn(text: str) -> Phrased | None:
    """Several numbers, each as it stands: of every year that is named, or of every thing."""
    bare = _IN_TURN.sub(" ", text)
    if bare == text or _CHANGE.search(text) or not _ASKS_NUMBER.search(text):
        return None
    if _NOT_A_NUMBER.search(bare) or _MEAN.search(text):
        return None
    bare = PERCENT.sub(" ", bare)
    named = _each_year(bare)
    if len(named) > 1:
        parts = _by_year(_RANGE.sub(" ", bare), named)
    else:
        parts = _each_thing(_ASKS.sub("", bare), named)
    return Phrased("list", parts) if parts else None


def _extreme(text: str) -> Phrased | None:
    bare = _SOURCE.sub("", text)
    found, own = _EXTREME.search(bare), _EXTREME_OF.search(bare)
    if own is not None and _is_of_group(own):
        size: Operation = "largest" if own["most"] else "smallest"
        rank = RANKS.get((own["rank"] or "").lower(), 1)
        rest = _EXTREME_CUES.sub(" ; ", own["rest"])
        return Phrased(size, (rest,), noun=own["noun"], rank=rank, of_group=True)
    if found is None or re.search(r"\b(?:and|or|between)\b", text, re.IGNORECASE):
        return None
    rest = _EXTREME_CUES.sub(" ; ", f"{found['first']} ; {found['rest']}")
    if _OTHER_RANK.search(rest):
        return None
    if re.search(rf"\b(?:{MOVES}|difference|{MORE})\b", rest, re.IGNORECASE):
        return None
    is_least = found["least"] or (found["of_two"] and _DOWN.search(found["of_two"]))
    operation: Operation = "smallest" if is_least else "largest"
    rank = RANKS.get((found["rank"] or "").lower(), 1)
    of_two = bool(found["of_two"])
    return Phrased(operation, (rest,), noun=found["noun"], rank=rank, of_two=of_two)


def _is_of_group(found: re.Match[str]) -> bool:
    """Whether one of the rows of a group is asked for, of one year, and nothing else."""
    rest = found["rest"]
    return len(years(rest)) < 2 and not re.search(
        rf"\b(?:and|or|between|{MOVES}|difference|{MORE})\b", rest, re.IGNORECASE
    )


def _each_year(text: str) -> list[str]:
    """The years that a text names, those within a range too."""
    found = _RANGE.search(text)
    if found is None or " and " in found[0]:
        return years(text)
    return [str(year) for year in range(int(found["a"]), int(found["b"]) + 1)]


def _by_year(text: str, named: list[str]) -> tuple[str, ...]:
    rest = without_cues(text, named)
    return tuple(f"{rest} {year}" for year in named)


def without_cues(text: str, named: list[str]) -> str:
    """A text without its years and the words that say what is to be done with its numbers."""
    for year in named:
        text = re.sub(rf"\b{year}\b", " ", text)
    text = _RATE_OF_CHANGE.sub(" ", text)
    text = re.sub(rf"\b(?:{MOVES}|growth|differ|{MORE})\b", " ", text, flags=re.IGNORECASE)
    return _CUES.sub(" ; ", text)
