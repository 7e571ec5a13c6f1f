"""What a document is for, where its first pages say so: "The purpose of this report is to ..."."""

import re
from collections.abc import Sequence
from dataclasses import replace

from mmrag.text import sentences
from mmrag.types import OutlineItem, OutlinePage

_WHOLE = (
    r"(?:this|the\s+present)\s+(?:[\w-]+\s+){0,2}?(?:document|paper|article|report|book|booklet|brochure|leaflet|manual"
    r"|guide|guidebook|handbook|presentation|study|thesis|survey|white\s?paper|policy|guideline|notice|work)"
)
_ASKED = re.compile(
    r"^\W*what(?:['’]s|\s+is|\s+are)\s+(?:the|its)\s+(?:main\s+|overall\s+)?(?:purposes?|aims?|goals?|objectives?|intent(?:ion)?)"
    r"(?:\s+(?:of|behind)\s+(?:it|(?:this|the)\s+(?:\w+\s+)?(?:document|paper|article|report|book|booklet|brochure"
    r"|leaflet|manual|guide|guidebook|handbook|presentation|slides?|deck|study|thesis|survey)))?\W*$",
    re.IGNORECASE,
)
_SAYS = re.compile(
    rf"\b(?:purpose|aim|goal|objective)s?\s+of\s+{_WHOLE}\s+(?:is|are|was)\b"
    rf"|\b{_WHOLE}\s+(?:aims?|seeks?|is\s+(?:intended|designed|meant|written)|intends|has\s+been\s+(?:written|prepared|designed)"
    r"|was\s+(?:written|prepared|designed))\b",
    re.IGNORECASE,
)
_TELLS = re.compile(
    rf"\b(?:{_WHOLE})\s+(?:also\s+)?(?:describes|presents|provides|explains|examines|explores|introduces|investigates"
    r"|outlines|proposes|reviews|summari[sz]es|surveys|studies|analy[sz]es|looks\s+at|sets\s+out|covers|gives|offers)\b"
    rf"|\bin\s+{_WHOLE},?\s+we\s+(?:\w+\s+)?(?:describe|present|propose|introduce|study|investigate|explore|examine|address|show)\b",
    re.IGNORECASE,
)
"""What it does, which is told for what it is for where nothing says that."""
_FIRST_PAGES = 6  # on which a document says what it is for; chosen by hand


def asks(question: str) -> bool:
    """Whether a question asks what the document is for."""
    return _ASKED.search(question) is not None


def purpose(pages: Sequence[OutlinePage]) -> OutlineItem | None:
    """The sentence that says what the document is for, as the title of its page; None for none."""
    told = [
        replace(page.item, title=sentence)
        for page in pages[:_FIRST_PAGES]
        for sentence in sentences.split(page.text)
    ]
    return next(
        (item for form in (_SAYS, _TELLS) for item in told if form.search(item.title)), None
    )
