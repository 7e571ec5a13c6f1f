"""Scales and units that a text names for the numbers beside it, or that stand at a number.

told("Revenue (in millions of euros)")    Units(scale=6, currency="€")
told("Earnings per share")                Units(unit="per share")
behind("bn")                              Units(scale=9)
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mmrag.text.characters import fold

_CURRENCIES: Mapping[str, str] = {
    name: names.split()[0]
    for names in (
        "$ us$ usd dollar dollars",
        "€ eur euro euros",
        "£ gbp sterling",
        "¥ jpy yen",
        "₹ inr rupee rupees",
        "CAD c$",
        "AUD a$",
        "HKD hk$",
        "CNY rmb",
    )
    for name in names.split()
}
"""Signs and names as one unit each; other codes (ISO 4217) stay. `$` is any country's dollar."""
_LISTED = """
pp bps % x days hours minutes months tonnes tons t Mt kt kg km m2 km2 ha MW GW kW MWh GWh kWh TWh
GJ TJ PJ litres gallons barrels bbl boe °C employees people shares
"""
_UNITS: Mapping[str, str] = {
    **{unit.lower(): unit for unit in _LISTED.split()},
    **dict.fromkeys(("percent", "per cent", "percentage"), "%"),
}
"""Units behind a number, or behind the name of a row or column: `12.5 km`, `Output (GWh)`."""
_SCALES: Mapping[int, str] = {
    2: "hundred",
    3: "thousand k 000 tausend millier migliaia milhare",
    5: "lakh lac",
    6: "million mn m 000,000 mio millionen millone milioni milhões",
    7: "crore",
    9: "billion bn b mrd milliarden milliard miliardi bilhões",
    12: "trillion tn",
}
SCALE_NAMES: Mapping[int, str] = {power: words.split()[0] for power, words in _SCALES.items()}
"""The word of each power of ten that is a scale."""
POWERS: Mapping[str, int] = {
    word: power for power, words in _SCALES.items() for word in words.split()
}
"""The power of ten of each word of a scale, in small letters and in the singular."""
_CODES = "USD|EUR|GBP|JPY|INR|CAD|AUD|HKD|NZD|SGD|RMB|CNY|CHF|SEK|NOK|DKK|PLN|ZAR|BRL|MXN|KRW"
_SIGN = rf"(?:(?:(?<!\w)(?:US|C|A|HK))?[$€£¥₹]|\b(?:{_CODES})(?![a-z]))"
_NAME = r"\b(?:dollars?|euros?|sterling|yen|rupees)\b"
_CURRENCY = re.compile(rf"{_SIGN}(?!\s?\d)|{_NAME}", re.IGNORECASE)
_WORDS = "|".join(
    word for word, power in POWERS.items() if power > 2 and len(word) > 2 and word.isalpha()
)
"""Scales that a table may count in, whatever stands around them; short ones need a sign before."""
_WORD = rf"(?<!\d\s)(?<!\d)(?<!per\s)\b({_WORDS})s?\b"
_SCALE = re.compile(
    rf"(?:\b(?:in|en|em)\s[^.;()]{{0,25}}?|\([^();]{{0,25}}?|{_SIGN}\s?|^){_WORD}"
    rf"|{_WORD}(?=\s(?:of\s)?(?:US\s|U\.S\.\s)?{_NAME}|$)"
    rf"|(?:{_SIGN}\s?|\()(mn|bn|tn|m|b|k)\b"
    rf"|(?:{_SIGN}\s?'?|['(]|\bin\s)(000(?:,000)?)(?!,?\d)|\b(000)'?s\b",
    re.IGNORECASE,
)
"""A scale of the numbers below or beside: `in millions`, `($ thousand)`, `Output (mn)`, `£'000`."""
_METRES = re.compile(
    r"\b(?:length|height|width|depth|distance|altitude|elevation|diameter|radius|thickness|span|draught)s?"
    r"\b[^();]{0,25}?(?:\(|,\s)m\)?$",
    re.IGNORECASE,
)
"""The name of a measure in metres: `Length (m)` counts no millions."""
_MILES = re.compile(r"\bmil(?:es\sde)?\s(?P<more>millones|milhões)\b|\bmiles\sde\b", re.IGNORECASE)
"""Scales of Spanish and Portuguese in two words, or in one that is a unit of English."""
_SHARES_SCALE = re.compile(rf"\bshares\b[^();]{{0,40}}?\bin\s{_WORD}", re.IGNORECASE)
_EXCEPT = re.compile(r"\bexcept(?:ing)?\b[^()]*", re.IGNORECASE)
_PER = re.compile(
    r"\bper[\s-](?:(?:basic|diluted|common|ordinary|class|[ab]|depositary)\s)*"
    r"(?!cent|annum|year|quarter|month|week|day|capita)([a-z]+)\b|\b(EPS)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(?<!\d)(?<!\d\s)(?:%|\bper\s?cent(?:ages?)?\b)", re.IGNORECASE)
_POINTS = re.compile(r"\b(percentage|basis)[\s-]points?\b", re.IGNORECASE)
_SHARES = re.compile(
    r"\bshares?\s(?:outstanding|issued|authori[sz]ed|used)\b|\b(?:weighted|number)\b.*\bshares\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\bnumber\sof\b|\bheadcount\b|^(?:total\s)?employees$", re.IGNORECASE)
_RATIO = re.compile(r"\bratios?\b", re.IGNORECASE)
_UNIT_BEHIND = re.compile(
    rf"(?:\(|,\s|^)(?:in\s)?(?:{_WORD}\s(?:of\s)?)?([^\s()]+|per\scent)\)?$", re.IGNORECASE
)

_UNIT_LINE_WORDS = """
a all amounts and are as audited billion billions cad chf common crore data dollar dollars eur
euro euros except excepting excluding expressed figures for gbp in indicated inr jpy lac lacs lakh
lakhs million millions mn noted number of omitted otherwise per percentages pounds presented ratios
reflected rmb rupees share shareholder shares stated sterling table tabular thousand thousands
the trillion trillions u.s unaudited unit units unless us usd values where which yen yuan
tausend millionen milliarden mio mrd milliers milliards millones milioni miliardi d de en
mil miles migliaia milhares milhões bilhões di em
"""
_OF_UNIT_LINES = frozenset(_UNIT_LINE_WORDS.split())
_LINE_WORD = re.compile(r"[a-z]+(?:\.s)?(?=[.\W]|$)", re.IGNORECASE)

COUNT, RATIO, SHARES = "count", "ratio", "shares"


@dataclass(frozen=True, slots=True)
class Units:
    """A power of ten, a currency, and another unit; None where a text says nothing of it.

    Of the units `COUNT` and `RATIO` say that there is none, in a table of amounts.
    """

    scale: int | None = None
    currency: str | None = None
    unit: str | None = None


def told(text: str) -> Units:
    """What the name of a row, a column or a table says of the numbers in it."""
    text = " ".join(fold(text).replace("’", "'").replace("‘", "'").split())
    if _METRES.search(text):
        return Units(unit="m")
    plain = _MILES.sub(
        lambda found: "milliards" if found["more"] else "milliers", _EXCEPT.sub("", text)
    )
    return Units(_scale(_SCALE.search(plain)), _currency(plain), _unit(plain))


def is_unit_line(text: str) -> bool:
    """Whether a line says in what scale or currency a table counts, and nothing else."""
    said = told(text)
    if said.scale is None and said.currency is None:
        return False
    return all(word.lower() in _OF_UNIT_LINES for word in _LINE_WORD.findall(text))


def of_shares(text: str) -> int | None:
    """The scale of numbers of shares, where a text that names one for amounts excepts them.

    `in millions, except shares, which are in thousands` gives 3, `except share and per share data`
    gives 0, and `in millions, except per share data` None: the scale holds for them too.
    """
    text = fold(text)
    own = _SHARES_SCALE.search(text)
    if own:
        return _scale(own)
    excepted = _EXCEPT.search(text)
    if excepted and re.search(r"(?<!per\s)(?<!per-)\bshares?\b", excepted[0], re.IGNORECASE):
        return 0
    return None


def behind(text: str) -> Units | None:
    """What stands around a number that is a cell of its own, signs and all; None where it is words.

    `$ bn` gives a scale and a currency, `%` a unit, and "of 5" nothing that a number could carry.
    """
    text = fold(text)
    sign = re.search(_SIGN, text, re.IGNORECASE)
    left = re.sub(rf"{_SIGN}|[\s()+-]", " ", text, flags=re.IGNORECASE).split()
    scale = next((POWERS[word] for word in map(_singular, left) if word in POWERS), None)
    others = [word for word in left if _singular(word) not in POWERS]
    unit = _UNITS.get(" ".join(others).lower())
    if len(left) - len(others) > 1 or (others and unit is None):
        return None
    return Units(scale, sign and _canonical(sign[0]), unit)


def _scale(match: re.Match[str] | None) -> int | None:
    if match is None:
        return None
    return POWERS[next(word for word in reversed(match.groups()) if word).lower()]


def _singular(word: str) -> str:
    return word.lower().removesuffix("s")


def _currency(text: str) -> str | None:
    match = _CURRENCY.search(text)
    return _canonical(match[0]) if match else None


def _canonical(name: str) -> str:
    return _CURRENCIES.get(name.lower(), name.upper())


def _unit(text: str) -> str | None:
    if points := _POINTS.search(text):
        return "pp" if points[1].lower() == "percentage" else "bps"
    if per := _PER.search(text):
        return f"per {(per[1] or 'share').lower()}"
    if _SHARES.search(text):
        return SHARES
    if _PERCENT.search(text):
        return "%"
    if (named := _UNIT_BEHIND.search(text)) and named[2].lower() in _UNITS:
        return _UNITS[named[2].lower()]
    if _COUNT.search(text):
        return COUNT
    return RATIO if _RATIO.search(text) else None
