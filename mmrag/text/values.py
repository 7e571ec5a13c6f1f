"""What dates, amounts, addresses of the net and telephone numbers look like in a text."""

import re

from mmrag.text.words import MONTH, MONTHS_ELSEWHERE

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:(?:19|20)\d\d|\d\d)"
_ELSEWHERE = "|".join(MONTHS_ELSEWHERE)
DATE = re.compile(
    rf"(?<![\d/.-])(?:"
    rf"(?:19|20)\d\d(?P<a>[-/.])(?:0?[1-9]|1[0-2])(?P=a){_DAY}"
    rf"|{_DAY}\s?(?P<b>[-/.])\s?(?:0?[1-9]|1[0-2])\s?(?P=b)\s?{_YEAR}"
    rf"|(?:0?[1-9]|1[0-2])(?P<c>[-/.]){_DAY}(?P=c){_YEAR}"
    rf"|{_DAY}(?:st|nd|rd|th)?[\s.,/-]*(?:{MONTH})[a-z]*[\s.,'/-]*{_YEAR}"
    rf"|(?:{MONTH})[a-z]*\.?\s*{_DAY}(?:st|nd|rd|th)?[\s.,]+(?:19|20)\d\d"
    rf"|{_DAY}\.?\s+(?:de\s+)?(?:{_ELSEWHERE})\s+(?:de\s+|del\s+)?(?:19|20)\d\d"
    rf"|(?:19|20)\d\d\s?[年년]\s?(?:0?[1-9]|1[0-2])\s?[月월]\s?{_DAY}\s?[日일]"
    r")(?![\d/])",
    re.IGNORECASE,
)
AMOUNT = re.compile(
    r"(?<![\d.,/-])(?:RM|USD|EUR|GBP|[$€£¥₹])?\s?-?\d{1,3}(?:[,\s]\d{3})*[.,]\s?\d{2}(?![\d/%])"
    r"|(?<![\d.,/-])(?:RM|USD|EUR|GBP|[$€£¥₹])?\s?-?\d+[.,]\s?\d{2}(?![\d/%.,-])",
    re.IGNORECASE,
)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
URL = re.compile(r"(?:https?://|www\.)[^\s,;)>]*[\w/]", re.IGNORECASE)
PHONE = re.compile(r"\+?\(?\d[\d\s()/.-]{6,}\d")


def amount(text: str) -> float | None:
    """The value of an amount as it is written."""
    digits = re.sub(r"[^\d.,-]", "", text)
    if not any(char.isdigit() for char in digits):
        return None
    whole, point, cents = digits[:-3], digits[-3:-2], digits[-2:]
    if point not in (".", ","):
        return None
    return float(f"{re.sub(r'[.,]', '', whole) or '0'}.{cents}")
