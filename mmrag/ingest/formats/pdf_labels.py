"""The labels that a PDF gives its pages (ISO 32000-2, section 12.4.2): "iii", "A-4"."""

from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_uppercase

from mmrag.ingest.characters import clean
from mmrag.ingest.mupdf import pymupdf
from mmrag.text import romans
from mmrag.text.page_numbers import MAX_LABEL_CHARS


@dataclass(frozen=True, slots=True)
class _Rule:
    """How the pages from `start` on are labelled, up to the next rule. Pages count from 0."""

    start: int
    style: str  # D, R, r, A, a, or nothing: no number
    prefix: str
    first: int  # the number of its first page


def read(document: pymupdf.Document, pages: int) -> tuple[str, ...]:
    """A label for each of the pages; none at all where the file gives none."""
    rules = sorted(_rules(document), key=lambda rule: rule.start)
    if not rules:
        return ()
    labels = [""] * pages
    for rule, stop in zip(rules, [*(rule.start for rule in rules[1:]), pages], strict=True):
        for page in range(max(rule.start, 0), min(stop, pages)):
            number = _number(rule.style, rule.first + page - rule.start)
            labels[page] = f"{rule.prefix}{number}"[:MAX_LABEL_CHARS].strip()
    return tuple(labels)


def _rules(document: pymupdf.Document) -> Iterator[_Rule]:
    for rule in document.get_page_labels():
        yield _Rule(
            int(rule["startpage"]),
            str(rule.get("style", "")),
            " ".join(clean(str(rule.get("prefix", ""))).split()),
            int(rule.get("firstpagenum") or 1),
        )


def _number(style: str, number: int) -> str:
    if style in ("R", "r") and 0 < number <= romans.MAX_ROMAN:
        numeral = romans.numeral(number)
        return numeral if style == "R" else numeral.lower()
    if style in ("A", "a") and 0 < number <= len(ascii_uppercase) * MAX_LABEL_CHARS:
        times, letter = divmod(number - 1, len(ascii_uppercase))
        letters = ascii_uppercase[letter] * (times + 1)  # Z, AA, BB
        return letters if style == "A" else letters.lower()
    return str(number) if style else ""
