"""The date of a document, which its first page prints: "When was this report released?".

Where that page has several, the line with the word of the question tells which; where that does
not tell, none is given.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mmrag.answer.computing.fields import DATE
from mmrag.answer.computing.makers import WHOLE
from mmrag.text.stems import content_stems, stem
from mmrag.text.words import MONTHS
from mmrag.types import OutlineItem, OutlinePage

_KINDS = (
    r"(?:(?:this|the)\s+(?:annual\s+|quarterly\s+|white\s*|press\s+|news\s+)?(?:report|release|paper"
    r"|letter|brochure|memo(?:randum)?|filing|order|notice|guide(?:line)?|newsletter|survey|agreement))"
)
_VERBS = r"publi|releas|issu|dat|fil|updat|revis|prepar|present|writ|creat|print|mad|sign"
_OF_DATE = re.compile(
    rf"^\W*what(?:'s|’s|\s+is|\s+was)\s+the\s+(?:(?P<verb>(?:{_VERBS})\w*)\s+)?date\s+(?:of|on|for)\s+"
    rf"(?:{WHOLE}|{_KINDS})\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_WHEN = re.compile(
    rf"^\W*(?:when|(?:in|on)\s+(?:what|which)\s+(?:date|day|month|year))\s+(?:is|was|were)\s+"
    rf"(?:{WHOLE}|{_KINDS})\s+(?P<verb>(?:{_VERBS})\w*)\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_NO_MORE = re.compile(
    r"\W*(?:[.?]\s*(?:please\s+)?(?:give|format|write|answer|use)\b.*)?", re.IGNORECASE
)
"""What stands behind such a question: nothing, or how to write the answer."""
_OF_DIGITS = re.compile(r"(?P<one>\d{1,2})[./](?P<other>\d{1,2})[./]\d{4}")
_PERIOD = re.compile(r"\b(?:end(?:ed|ing|s)?|as\s+of|until|since|from)\s*:?\s*$", re.IGNORECASE)
"""Behind it stands when a period ends, and not when a document was made."""
_OF_PERIOD = re.compile(r"\W*(?:quarter|half|year|financial|fiscal)\b", re.IGNORECASE)
"""And behind the month that it is called by: "June 2023 quarter"."""
_READ = re.compile(r"\b(?:download|retriev|access)ed\b", re.IGNORECASE)
"""In a line that tells when the document was read."""
_ISO = re.compile(r"\byyyy-mm(?:-dd)?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AskedDate:
    """The date of a document: of what, as the stem of a verb; empty for the only one."""

    verb: str
    in_order: bool  # it is wanted as year, month and day, so that these must be told apart


def read(question: str) -> AskedDate | None:
    """Which date of the document a question asks for; None where for something else."""
    found = _OF_DATE.search(question) or _WHEN.search(question)
    if found is None or not _NO_MORE.fullmatch(found["rest"]):
        return None
    return AskedDate(
        stem(found["verb"].lower()) if found["verb"] else "", bool(_ISO.search(question))
    )


def date(asked: AskedDate, pages: Sequence[OutlinePage]) -> OutlineItem | None:
    """The date on the first page, as the title of its page; None for none, or for several."""
    found = [one for page in pages[:1] for one in _dates(page)]
    beside = [item for item, line in found if asked.verb and asked.verb in content_stems(line)]
    dates = {" ".join(item.title.lower().split()): item for item in beside or [i for i, _ in found]}
    if len(dates) != 1:
        return None
    (item,) = dates.values()
    return None if asked.in_order and not _is_clear(item.title) else item


def _dates(page: OutlinePage) -> Iterator[tuple[OutlineItem, str]]:
    for line in page.text.splitlines():
        if _READ.search(line):
            continue
        for match in DATE.finditer(line):
            if _PERIOD.search(line[: match.start()]) or _OF_PERIOD.match(line, match.end()):
                continue
            yield replace(page.item, title=match["value"]), line


def _is_clear(text: str) -> bool:
    """Whether a date of digits can be read in one way alone: 13/05/2022, and not 01/05/2022."""
    digits = _OF_DIGITS.fullmatch(text)
    return digits is None or max(int(digits["one"]), int(digits["other"])) > len(MONTHS)
