"""The signs of each type of document, with their weights: chosen by hand, 3 names the type."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from mmrag.text import values
from mmrag.vision.seen_page import SeenPage

DocumentType = Literal[
    "invoice", "receipt", "contract", "form", "resume", "report", "letter", "handwritten note",
    "screenshot", "presentation", "newspaper article", "book page", "label", "certificate",
    "unknown",
]  # fmt: skip
_POINT = re.compile(r"\W*[•▪●–➢✓-]\s")
Holds = Callable[[SeenPage], bool]


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of a type: its weight, in words, and whether a page shows it."""

    weight: float
    told: str
    holds: Holds


def _says(pattern: str, *, within: Literal["head", "text"] = "text", least: int = 1) -> Holds:
    compiled = re.compile(pattern, re.IGNORECASE | re.MULTILINE)

    def holds(page: SeenPage) -> bool:
        text = page.head if within == "head" else page.text
        return len({match[0].casefold() for match in compiled.finditer(text)}) >= least

    return holds


def _has_contact(page: SeenPage) -> bool:
    head = page.head
    return bool(values.EMAIL.search(head) and values.PHONE.search(head))


def _has_labels(page: SeenPage) -> bool:
    return sum(line.text.rstrip().endswith(":") for line in page.lines) >= 5


def _is_hard_to_read(page: SeenPage) -> bool:
    is_read = page.reading.page.text_source == "ocr"
    return is_read and len(page.lines) >= 2 and page.confidence < 0.82


def _has_points(page: SeenPage) -> bool:
    return sum(bool(_POINT.match(line.text)) for line in page.lines) >= 3


def _has_large_title(page: SeenPage) -> bool:
    return max((line.size for line in page.lines[:3]), default=0.0) > 1.6 * page.body_size


def _has_headline(page: SeenPage) -> bool:
    largest = max((line.size for line in page.lines), default=0.0)
    return largest > 2.2 * page.body_size and page.paragraphs >= 8


def _is_one_column(page: SeenPage) -> bool:
    return page.columns == 1 and page.paragraphs >= 15 and page.amounts < 3


SIGNS: Mapping[DocumentType, Sequence[Sign]] = {
    "invoice": (
        Sign(
            3,
            'is headed "invoice"',
            _says(r"\binvoice\b|\brechnung\b|\bfactur[ae]\b", within="head"),
        ),
        Sign(2, "says whom to bill", _says(r"\b(?:bill(?:ed)?|invoice|sold|ship)\s*to\b")),
        Sign(
            2,
            "says when to pay",
            _says(
                r"\b(?:due date|payment (?:due|terms)|net \d+ days|pay(?:able)? (?:by|"
                r"within)|amount due|balance due)\b"
            ),
        ),
        Sign(1, "has a number of an invoice", _says(r"\binvoice\s*(?:no|number|#|id)\b")),
        Sign(
            1, "names a bank", _says(r"\b(?:iban|swift|bic|bank account|account (?:no|number))\b")
        ),
    ),
    "receipt": (
        Sign(
            2,
            "says what was paid and the change",
            _says(r"\b(?:cash|change|tender(?:ed)?|visa|mastercard|card)\b", least=2),
        ),
        Sign(1.5, "is narrow and long", lambda page: page.aspect < 0.62),
        Sign(
            1.5,
            "has short lines with amounts",
            lambda page: page.amounts >= 4 and page.words_a_line <= 5,
        ),
        Sign(
            1,
            "names a cashier or thanks",
            _says(r"\bcashier\b|\bthank you\b|\bplease come again\b|\bgoods sold\b"),
        ),
        Sign(
            2,
            'says "receipt"',
            _says(r"\breceipt\b|\bcash (?:bill|sale)\b|\btax invoice\b|\bsimplified tax\b"),
        ),
        Sign(1, "has a total", _says(r"\btotal\b")),
    ),
    "contract": (
        Sign(
            3,
            "is headed an agreement",
            _says(
                (
                    r"\b(?:agreement|contract|lease|deed|memorandum of understanding|terms "
                    r"and conditions)\b"
                ),
                within="head",
            ),
        ),
        Sign(
            2,
            "speaks of parties",
            _says(
                (r"\b(?:the parties|hereinafter|whereas|hereby|herein|thereof|party of " r"the)\b"),
                least=2,
            ),
        ),
        Sign(1, "says what shall be", lambda page: len(re.findall(r"\bshall\b", page.text)) >= 3),
        Sign(
            1,
            "is to be signed in witness",
            _says(r"\bin witness whereof\b|\bexecuted (?:as of|on|by)\b|\bgoverning law\b"),
        ),
    ),
    "form": (
        Sign(3, "has fields to fill in", lambda page: len(page.reading.fields) >= 3),
        Sign(2.5, "has boxes to tick", lambda page: len(re.findall("[☐☒☑□]", page.text)) >= 3),
        Sign(
            2,
            "has lines to write on",
            lambda page: len(re.findall(r"_{4,}|\.{8,}", page.text)) >= 3,
        ),
        Sign(
            2,
            "asks to fill in",
            _says(
                r"\b(?:please (?:print|complete|fill)|fill (?:in|out)|for "
                r"office(?:ial)? use only|applicant(?:'s)?|check (?:one|all that apply)|"
                r"form (?:no\.?\s*)?[a-z]?-?\d)"
            ),
        ),
        Sign(
            1,
            'is headed "form" or "application"',
            _says(
                r"\b(?:form|application|questionnaire|request for|registration)\b", within="head"
            ),
        ),
        Sign(1.5, "has many labels", _has_labels),
    ),
    "resume": (
        Sign(
            3,
            "is a curriculum vitae",
            _says(r"\b(?:curriculum vitae|r[ée]sum[ée])\b", within="head"),
        ),
        Sign(
            3,
            "has the sections of one",
            _says(
                (
                    r"^\W*(?:(?:work |professional )?experience|education|skills|"
                    r"employment(?: history)?|references|certifications|languages|summary|"
                    r"profile|publications|projects)\W*$"
                ),
                least=2,
            ),
        ),
        Sign(1, "has an e-mail address and a telephone number at its head", _has_contact),
    ),
    "report": (
        Sign(
            2,
            "says what it is",
            _says(
                (
                    r"\b(?:report|study|survey|analysis|review|annual|white paper|working "
                    r"paper|abstract|proceedings)\b"
                ),
                within="head",
            ),
        ),
        Sign(
            1.5,
            "has parts of one",
            _says(
                (
                    r"\b(?:executive summary|table of contents|introduction|methodology|"
                    r"conclusions?|appendix|references|findings|results)\b"
                ),
                least=2,
            ),
        ),
        Sign(
            1.5,
            "has labelled figures or tables",
            _says(r"\b(?:figure|fig\.|table|exhibit|chart)\s*\d+"),
        ),
        Sign(1, "has running text", lambda page: page.paragraphs >= 8),
        Sign(1, "has sections with numbers", _says(r"^\d+(?:\.\d+)*\.?\s+[A-Z][a-z]+", least=2)),
        Sign(0.5, "is paper of usual size", lambda page: 0.68 < page.aspect < 0.8),
    ),
    "letter": (
        Sign(
            3,
            "greets",
            _says(r"^\W*(?:dear\b|to whom it may concern|sehr geehrte|(?:hello|hi) [A-Z])"),
        ),
        Sign(
            3,
            "takes leave",
            _says(
                r"^\W*(?:(?:yours |very )?(?:sincerely|faithfully|truly)|(?:best|kind|"
                r"warm) regards|regards,|respectfully|mit freundlichen)"
            ),
        ),
        Sign(1, "is dated at its head", lambda page: bool(values.DATE.search(page.head))),
        Sign(1, "has a subject line", _says(r"^\W*(?:re|subject|ref)\s*:", within="head")),
    ),
    "handwritten note": (
        Sign(2.5, "is hard to read by OCR", _is_hard_to_read),
        Sign(1, "has few words", lambda page: 0 < page.words < 120),
        Sign(
            1,
            "says so",
            _says(r"\b(?:note to self|to do|reminder|don'?t forget|grocery|shopping " r"list)\b"),
        ),
    ),
    "screenshot": (
        Sign(
            3,
            "has words of a screen",
            _says(
                (
                    r"\b(?:file|edit|view|tools|window|help|settings|cancel|ok|save|search|"
                    r"log ?in|sign in|home|menu|inbox|reply|download|upload|share|tab|"
                    r"username|password|submit|click|dashboard|notifications?|profile|"
                    r"logout)\b"
                ),
                least=5,
            ),
        ),
        Sign(1.5, "has an address of the net", _says(r"https?://|\bwww\.|\.com/")),
        Sign(
            1,
            "is as wide as a screen or a phone",
            lambda page: 1.3 < page.aspect < 2.4 or 0.4 < page.aspect < 0.6,
        ),
        Sign(
            1,
            "shows a time of day or a percentage of a battery",
            _says(r"^\W*\d{1,2}:\d{2}(?:\s?[ap]m)?\b|\b\d{1,3}%"),
        ),
    ),
    "presentation": (
        Sign(2, "is as wide as a slide", lambda page: 1.25 < page.aspect < 1.9),
        Sign(
            1.5,
            "has few words in large type",
            lambda page: 5 <= page.words < 140 and page.body_size > 13,
        ),
        Sign(1, "has points", _has_points),
        Sign(
            1,
            "says so",
            _says(
                r"\b(?:agenda|thank you|questions\?|slide|outline|overview|q&a|"
                r"presentation)\b"
            ),
        ),
        Sign(0.5, "has a large title", _has_large_title),
    ),
    "newspaper article": (
        Sign(
            2.5,
            "has columns of running text",
            lambda page: page.columns >= 3 and page.paragraphs >= 6,
        ),
        Sign(2, "has a headline", _has_headline),
        Sign(
            1.5,
            "names its writer",
            _says(
                r"^\W*by [A-Z][a-z]+ [A-Z]|\b(?:reuters|associated press|staff "
                r"(?:writer|reporter)|correspondent)\b"
            ),
        ),
        Sign(
            2,
            "is of a paper",
            _says(
                (
                    r"\b(?:daily|times|gazette|herald|tribune|chronicle|newspaper|edition|"
                    r"vol\.? \w+,? no)\b"
                ),
                within="head",
            ),
        ),
    ),
    "book page": (
        Sign(
            2,
            "names a chapter",
            _says(
                r"^\W*chapter\s+(?:\d+|[ivxlc]+|one|two|three|four|five|six|seven|eight|"
                r"nine|ten)\b|\bpreface\b|\bprologue\b"
            ),
        ),
        Sign(1.5, "is one column of running text", _is_one_column),
        Sign(1, "has a number of a page alone", _says(r"^\W*(?:\d{1,3}|[ivxlc]{1,6})\W*$")),
        Sign(0.5, "is as small as a book", lambda page: 0.55 < page.aspect < 0.72),
        Sign(
            1,
            "tells",
            _says(r"[“\"][^”\"]{10,}[”\"],? (?:he|she|i|they|said)\b|\b(?:he|she) said\b"),
        ),
    ),
    "label": (
        Sign(
            3,
            "says what is in it",
            _says(
                (
                    r"\b(?:ingredients|net (?:wt|weight|content)|nutrition facts|best "
                    r"before|use by|exp(?:iry)?\.? date|lot no|batch no|made in|keep out of "
                    r"reach|storage|dosage|contains|shipper|tracking (?:no|number)|ship "
                    r"to)\b"
                ),
                least=2,
            ),
        ),
        Sign(
            1.5,
            "says one thing of a label",
            _says(
                r"\b(?:ingredients|net (?:wt|weight)|nutrition facts|best before|"
                r"exp(?:iry)? date|batch no|made in|warning|caution|keep out of reach|"
                r"barcode|sku)\b"
            ),
        ),
        Sign(1, "has few words", lambda page: 0 < page.words < 90),
    ),
    "certificate": (
        Sign(
            3, "is headed a certificate", _says(r"\b(?:certificate|diploma|award)\b", within="head")
        ),
        Sign(
            2,
            "certifies",
            _says(
                r"\b(?:this is to certify|hereby certif\w+|is awarded|presented to|has "
                r"(?:successfully )?completed|in recognition of|certifies that)\b"
            ),
        ),
        Sign(1, "is broad, with few words", lambda page: page.aspect > 1.2 and page.words < 150),
    ),
}
