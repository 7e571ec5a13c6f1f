"""The numbers and dates that stand at the axes of charts."""

import re
from datetime import date, timedelta

from mmrag.text.words import MONTHS

_NUMBER = re.compile(
    r"(?P<sign>[-−–+]?)\s?(?P<open>\()?(?P<before>(?:US|Rs\.?)?\s?[$€£¥₹]?)\s?(?P<again>[-−–]?)"
    r"(?P<digits>\d[\d.,'\u00a0\u202f ]*|\.\d+)"
    r"(?:\s?[eE](?P<exponent>[-+−]?\d{1,3}))?\s?(?P<scale>bn|mn|[kKMBTGm])?\s?(?P<unit>%|°C?|€|\$)?\)?"
)
_POWER = re.compile(
    r"(?P<sign>[-−]?)(?:(?P<times>[\d.]+)\s?[×x·]\s?)?10(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+)"
)
_OFFSET = re.compile(r"(?:[×x]\s?)?(?:1e(?P<plain>[-+−]?\d{1,3})|10(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+))")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_SCALES = {"k": 1e3, "K": 1e3, "M": 1e6, "mn": 1e6, "m": 1e6, "B": 1e9, "bn": 1e9, "G": 1e9}
_SCALES["T"] = 1e12
_MONTHS = tuple(name[:3] for name in MONTHS)
_DATES = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2}))?"),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
    re.compile(r"(?P<d>\d{1,2})\s(?P<b>[A-Za-z]{3,9})\.?,?\s(?P<y>\d{4})"),
    re.compile(r"(?P<b>[A-Za-z]{3,9})\.?\s(?P<d>\d{1,2}),\s(?P<y>\d{4})"),
    re.compile(r"(?P<b>[A-Za-z]{3,9})\.?[\s-](?P<y>\d{4})"),
)


def number(text: str, decimal: str = ".") -> float | None:
    """The number that a label of an axis is; None where it is anything else."""
    text = text.strip()
    power = _POWER.fullmatch(text)
    if power:
        value = float(power["times"] or 1) * 10.0 ** int(power["raised"].translate(_RAISED))
        return -value if power["sign"] else value
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    digits = re.sub(r"['\u00a0\u202f ]", "", match["digits"])
    group = "," if decimal == "." else "."
    if group in digits and not re.fullmatch(
        rf"\d{{1,3}}(?:\{group}\d{{3}})+(?:\{decimal}\d*)?", digits
    ):
        return None
    digits = digits.replace(group, "").replace(decimal, ".")
    if digits.count(".") > 1:
        return None
    value = float(digits) * _SCALES.get(match["scale"] or "", 1.0)
    value *= 10.0 ** int((match["exponent"] or "0").replace("−", "-"))
    is_negative = match["sign"] in ("-", "−", "–") or match["again"] or match["open"]
    return -value if is_negative else value


def day(text: str) -> float | None:
    """The day since 1 January of year 1 that a label names, or begins with: `Mar 2020`."""
    for pattern in _DATES:
        match = pattern.fullmatch(text.strip())
        if match:
            parts = match.groupdict()
            name = (parts.get("b") or "").lower()[:3]
            if "b" in parts and name not in _MONTHS:
                continue
            month = _MONTHS.index(name) + 1 if name else int(parts["m"])
            try:
                return float(date(int(parts["y"]), month, int(parts.get("d") or 1)).toordinal())
            except ValueError:
                return None
    return None


def day_text(value: float, uncertainty: float) -> str:
    """A day as ISO 8601 writes it, to the month where no more can be told."""
    if not 1 <= value < date.max.toordinal():
        return ""
    told = date.fromordinal(1) + timedelta(days=round(value) - 1)
    return told.isoformat() if uncertainty < 8 else f"{told:%Y-%m}"


def is_power(text: str) -> bool:
    """Whether a label is written as a power of ten: `10³`."""
    return _POWER.fullmatch(text.strip()) is not None


def factor(text: str) -> float | None:
    """What the numbers of an axis are to be multiplied by, where a text says it: `1e6`."""
    match = _OFFSET.fullmatch(text.strip())
    if match is None:
        return None
    power = match["plain"] or match["raised"].translate(_RAISED)
    return 10.0 ** int(power.replace("−", "-"))
