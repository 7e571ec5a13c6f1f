"""Whom to contact, as the first and last pages of a document say: numbers and addresses below a
word for it, "For inquiries:", or beside it, "Telephone: ...".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mmrag.types import OutlineItem, OutlinePage

_ASKED = re.compile(
    r"^\W*(?:how\s+(?:can|do|could|should)\s+(?:i|we|you|one)\s+(?:contact|reach|get\s+in\s+touch\s+with)"
    r"\s+(?:them|you|(?:the|its|this)\s+(?:authors?|company|firm|publisher|manufacturer|organi[sz]ation))"
    r"|(?:what|who)\s+(?:is|are)\s+the\s+contacts?(?:\s+(?:details|information|data|person))?)\W*$",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"\b(?:contacts?|inquir(?:y|ies)|enquir(?:y|ies)|telephone|phone|tel|fax|e-?mail|customer\s+(?:service|care)|support|hotline)\b",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}|\bwww\.\S+\.\w+"
    r"|\b[a-z][\w-]+\.(?:com|org|net|edu|gov|int)\b|(?<![\d.,])\+?\(?\d{2,4}\)?(?:[\s./-]{0,2}\(?\d{2,5}\)?){2,4}(?![\d,])",
    re.IGNORECASE,
)
"""An e-mail address, one of the web, or a number of a telephone."""
_OTHER = re.compile(
    r"\b(?:I\.?D\.?|(?<!telephone\s)(?<!phone\s)No\.?|Nr\.?|#)\s*:?\s*$", re.IGNORECASE
)
"""Before a number of another kind."""
_DIGITS = range(9, 16)  # of a number of a telephone (ITU-T E.164 has no more than 15)
_NEAR = 4  # lines below a word for it; chosen by hand
_EDGES = 3  # pages at the beginning, and at the end; chosen by hand
_MOST = 4  # contacts: more are a directory; chosen by hand


def asks(question: str) -> bool:
    """Whether a question asks whom to contact, and nothing else."""
    return _ASKED.search(question) is not None


def contacts(pages: Sequence[OutlinePage]) -> list[OutlineItem]:
    """The numbers and addresses, each once, as titles of their pages; empty for none, or many."""
    edges = dict.fromkeys((*pages[:_EDGES], *pages[-_EDGES:]))
    found = {item.title.lower(): item for page in edges for item in _of_page(page)}
    return list(found.values()) if len(found) <= _MOST else []


def _of_page(page: OutlinePage) -> Iterator[OutlineItem]:
    lines = [line.strip() for line in page.text.splitlines() if line.strip()]
    for at, line in enumerate(lines):
        if not any(map(_CUE.search, lines[max(0, at - _NEAR) : at + 1])):
            continue
        for match in _VALUE.finditer(line):
            value = match[0].strip(" .")
            digits = sum(map(str.isdigit, value))
            if _OTHER.search(line[: match.start()]):
                continue
            if not value[-1:].isdigit() or digits in _DIGITS:
                yield replace(page.item, title=value)
