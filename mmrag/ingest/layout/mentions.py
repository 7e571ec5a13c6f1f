"""The sentences that refer to a figure: "as Fig. 3 shows", "see Tables 2 and 3"."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from mmrag.ingest.layout import sentences

_KINDS = {
    "fig": "figure",
    "figs": "figure",
    "figure": "figure",
    "figures": "figure",
    "tab": "table",
    "tabs": "table",
    "table": "table",
    "tables": "table",
    "chart": "chart",
    "charts": "chart",
    "exhibit": "exhibit",
    "exhibits": "exhibit",
    "diagram": "diagram",
    "diagrams": "diagram",
    "scheme": "scheme",
    "schemes": "scheme",
    "plate": "plate",
    "plates": "plate",
    "box": "box",
    "map": "map",
    "algorithm": "algorithm",
    "algorithms": "algorithm",
}
_NUMBER = r"(?:[A-Z]{1,2}[.-]?)?\d+(?:[.-]\d+)*|[IVX]+\b"
_REFERENCE = re.compile(
    rf"\b(?P<kind>{'|'.join(sorted(_KINDS, key=len, reverse=True))})\b\.?\s*"
    rf"(?P<first>{_NUMBER})[a-z]?(?:\s*\([a-z]\))?"
    rf"(?P<more>(?:\s*(?:,|and|or|&|to|–|-|, and)\s*(?:{_NUMBER})[a-z]?\b)*)",
    re.IGNORECASE,
)
_ONE_NUMBER = re.compile(_NUMBER)
_RANGE = re.compile(r"(\d+)\s*(?:to|–|-)\s*(\d+)")
MAX_MENTIONS = 6
"""Sentences kept for one figure."""
_MAX_CHARS = 400


def key(label: str) -> tuple[str, str] | None:
    """What a label says, however it is written: `Fig. 3` and `FIGURE 3` are ("figure", "3")."""
    match = _REFERENCE.match(label.strip())
    if match is None:
        return None
    return _KINDS[match["kind"].lower()], match["first"].upper()


def find(
    texts: Iterable[str], labels: Sequence[str], captions: Sequence[str]
) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """For each label, the sentences of `texts` that refer to it, captions themselves left out."""
    wanted = {reference for label in labels if (reference := key(label)) is not None}
    if not wanted:
        return {}
    heads = {_head(caption) for caption in captions if caption}
    said: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for text in texts:
        for start, end in _segments(text):
            if _head(text[start:end]) in heads:
                continue
            for match in _REFERENCE.finditer(text, start, end):
                for reference in wanted.intersection(_references(match)):
                    if len(said[reference]) < MAX_MENTIONS:
                        said[reference].setdefault(_sentence(text, start, end, match.start()))
    return {reference: tuple(found) for reference, found in said.items()}


def _segments(text: str) -> list[tuple[int, int]]:
    spans = []
    start = 0
    for line in text.split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def _head(text: str) -> str:
    """The first letters and digits, to tell a caption from a sentence that mentions the figure."""
    return re.sub(r"[\W_]+", "", text)[:40].lower()


def _references(match: re.Match[str]) -> set[tuple[str, str]]:
    """Every figure that one reference names; "Tables 2 to 4" names three."""
    kind = _KINDS[match["kind"].lower()]
    numbers = {match["first"].upper()}
    numbers.update(number.upper() for number in _ONE_NUMBER.findall(match["more"] or ""))
    for low, high in _RANGE.findall(match["first"] + (match["more"] or "")):
        if int(low) < int(high) <= int(low) + 20:
            numbers.update(str(number) for number in range(int(low), int(high) + 1))
    return {(kind, number) for number in numbers}


def _sentence(text: str, start: int, end: int, at: int) -> str:
    for first, last in sentences.spans(text, start, end):
        if first <= at < last:
            return text[first:last][:_MAX_CHARS]
    return text[start:end][:_MAX_CHARS]
