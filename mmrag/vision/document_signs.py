"""The signs of each type of document, with their weights and bounds, all chosen by hand.

A weight of 3 names the type.
"""

import re
from collections.abc import Mapping, Sequence

from mmrag.text import values
from mmrag.vision.signs import (
    DocumentType,
    Sign,
    any_of,
    has_contact,
    has_headline,
    has_labels,
    has_large_title,
    has_points,
    is_hard_to_read,
    is_headed,
    is_much_running_text,
    is_one_column,
    says,
    says_apart,
)

SIGNS: Mapping[DocumentType, Sequence[Sign]] = {
    "invoice": (
        Sign(
            3,
            'is headed "invoice"',
            any_of(
                is_headed(r"\binvoice\b|\brechnung\b|\bfactur[ae]\b"),
                says(
                    r"\b(?:invoice|rechnung|factur[ae])s?\s*(?:no\b|nr\b|n[°º]|num|#)",
                    within="head",
                ),
            ),
        ),
        Sign(2, "says whom to bill", says(r"\b(?:bill(?:ed)?|invoice|sold|ship)\s*to\b")),
        Sign(
            2,
            "says when to pay",
            says(
                r"\b(?:due date|payment (?:due|terms)|net \d+ days|pay(?:able)? (?:by|"
                r"within)|amount due|balance due)\b"
            ),
        ),
        Sign(1, "has a number of an invoice", says(r"\binvoice\s*(?:no|number|#|id)\b")),
        Sign(1, "names a bank", says(r"\b(?:iban|swift|bic|bank account|account (?:no|number))\b")),
    ),
    "receipt": (
        Sign(
            2,
            "says what was paid and the change",
            says(r"\b(?:cash|change|tender(?:ed)?|visa|mastercard|card)\b", least=2),
        ),
        Sign(1.5, "is narrow and long", lambda page: page.aspect < 0.62, is_of_paper=True),
        Sign(
            1.5,
            "has short lines with amounts",
            lambda page: page.amounts >= 4 and page.words_a_line <= 5,
        ),
        Sign(
            1,
            "names a cashier or thanks",
            says(r"\bcashier\b|\bthank you\b|\bplease come again\b|\bgoods sold\b"),
        ),
        Sign(
            2,
            'says "receipt"',
            says(r"\breceipt\b|\bcash (?:bill|sale)\b|\btax invoice\b|\bsimplified tax\b"),
        ),
        Sign(1, "has a total", says(r"\btotal\b")),
    ),
    "contract": (
        Sign(
            3,
            "is headed an agreement",
            is_headed(
                r"\b(?:agreement|contract|lease|deed|indenture|memorandum of "
                r"understanding|terms and conditions)\b"
            ),
        ),
        Sign(
            2,
            "speaks of parties",
            says(
                (
                    r"\b(?:the parties|hereinafter|whereas|hereby|herein|thereof|party of the|"
                    r"this (?:\w+ )?(?:agreement|contract)|enter(?:ed)? into)\b"
                ),
                least=2,
            ),
        ),
        Sign(1, "says what shall be", lambda page: len(re.findall(r"\bshall\b", page.text)) >= 3),
        Sign(
            1,
            "is to be signed in witness",
            says(r"\bin witness whereof\b|\bexecuted (?:as of|on|by)\b|\bgoverning law\b"),
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
            3,
            "has places that say what to enter",
            says(r"\bclick (?:or tap )?(?:here )?to enter\b|\bchoose an item\b"),
        ),
        Sign(
            2,
            "asks to fill in",
            says(
                r"\b(?:please (?:print|complete|fill)|fill (?:in|out)|for "
                r"office(?:ial)? use only|applicant(?:'s)?|check (?:one|all that apply))\b"
            ),
        ),
        Sign(
            1,
            'is headed "form" or "application"',
            says(r"\b(?:form|application|questionnaire|request for|registration)\b", within="head"),
        ),
        Sign(1.5, "has many labels", has_labels),
    ),
    "resume": (
        Sign(
            3,
            "is a curriculum vitae",
            says(r"\b(?:curriculum vitae|r[ée]sum[ée])\b", within="head"),
        ),
        Sign(
            3,
            "has the sections of one",
            says(
                (
                    r"^\W*(?:(?:work |professional )?experience|education|skills|"
                    r"employment(?: history)?|references|certifications|languages|summary|"
                    r"profile|publications|projects)\W*$"
                ),
                least=2,
            ),
        ),
        Sign(1, "has an e-mail address and a telephone number at its head", has_contact),
    ),
    "report": (
        Sign(
            4,
            "is headed a report of a period, a study or a hearing",
            says(
                r"\b(?:(?:annual|quarterly|interim|semi-annual|current|research|technical|working) "
                r"(?:report|paper)|white paper|proceedings|hearing before|press release|"
                r"news release|user(?:'s)? (?:manual|guide)|owner(?:'s)? manual|handbook|"
                r"(?:student|help|care|installation|reference) guide|dissertation|thesis)\b",
                within="head",
            ),
        ),
        Sign(
            3,
            "speaks of accounts",
            says(
                r"\b(?:consolidated|financial statements|balance sheets?|cash flows?|fiscal|"
                r"net (?:income|revenues?|sales|earnings)|shareholders|stockholders|"
                r"(?:interest|operating|other) (?:expenses?|income)|income tax(?:es)?|"
                r"in (?:millions|thousands)|quarter)\b",
                least=2,
            ),
        ),
        Sign(
            2,
            "says who publishes it, or where",
            says(
                r"\b(?:for release|recommended citation|research center|prepared (?:for|by)|"
                r"published (?:by|as|in)|submitted (?:in|to)|exchange commission|arxiv:|"
                r"corresponding author)",
            ),
        ),
        Sign(
            2,
            "says what it is",
            says(
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
            says(
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
            says(r"\b(?:figure|fig\.|table|exhibit|chart)\s*\d+"),
        ),
        Sign(1, "has running text", lambda page: page.paragraphs >= 8),
        Sign(1, "has much running text", is_much_running_text),
        Sign(1, "has sections with numbers", says(r"^\d+(?:\.\d+)*\.?\s+[A-Z][a-z]+", least=2)),
        Sign(
            0.5, "is paper of usual size", lambda page: 0.68 < page.aspect < 0.8, is_of_paper=True
        ),
    ),
    "letter": (
        Sign(
            3,
            "greets",
            says(r"^\W*(?:dear\b|to whom it may concern|sehr geehrte|(?:hello|hi) [A-Z])"),
        ),
        Sign(
            3,
            "takes leave",
            says(
                r"^\W*(?:(?:yours |very )?(?:sincerely|faithfully|truly)|(?:best|kind|"
                r"warm) regards|regards,|respectfully|mit freundlichen)"
            ),
        ),
        Sign(1, "is dated at its head", lambda page: bool(values.DATE.search(page.head))),
        Sign(1, "has a subject line", says(r"^\W*(?:re|subject|ref)\s*:", within="head")),
    ),
    "handwritten note": (
        Sign(2.5, "is hard to read by OCR", is_hard_to_read),
        Sign(1, "has few words", lambda page: 0 < page.words < 120),
        Sign(
            1,
            "says so",
            says(r"\b(?:note to self|to do|reminder|don'?t forget|grocery|shopping " r"list)\b"),
        ),
    ),
    "screenshot": (
        Sign(
            3,
            "has words of a screen",
            says_apart(
                (
                    r"\b(?:file|edit|view|tools|window|help|settings|cancel|ok|save|search|"
                    r"log ?in|sign in|home|menu|inbox|reply|download|upload|share|tab|"
                    r"username|password|submit|click|dashboard|notifications?|profile|"
                    r"logout)\b"
                ),
                least=5,
            ),
        ),
        Sign(1, "has an address of the net", says(r"https?://|\bwww\.|\.com/")),
        Sign(
            1,
            "is as wide as a screen or a phone",
            lambda page: 1.3 < page.aspect < 2.4 or 0.4 < page.aspect < 0.6,
            is_of_paper=True,
        ),
        Sign(
            0.5,
            "shows a time of day or a percentage of a battery",
            says(r"^\W*\d{1,2}:\d{2}(?:\s?[ap]m)?\b|\b\d{1,3}%"),
        ),
    ),
    "presentation": (
        Sign(2, "is as wide as a slide", lambda page: 1.25 < page.aspect < 1.9, is_of_paper=True),
        Sign(
            1.5,
            "has few words in large type",
            lambda page: page.spoken >= 5 and page.words < 140 and page.body_size > 13,
        ),
        Sign(1, "has points", has_points),
        Sign(
            1,
            "says so",
            says(
                r"\b(?:agenda|thank you|questions\?|slide|outline|overview|q&a|"
                r"presentation)\b"
            ),
        ),
        Sign(0.5, "has a large title", has_large_title),
    ),
    "newspaper article": (
        Sign(
            2.5,
            "has columns of running text",
            lambda page: page.columns >= 3 and page.paragraphs >= 6,
        ),
        Sign(2, "has a headline", has_headline),
        Sign(
            1.5,
            "names its writer",
            says(
                r"^\W*by [A-Z][a-z]+ [A-Z]|\b(?:reuters|associated press|staff "
                r"(?:writer|reporter)|correspondent)\b"
            ),
        ),
        Sign(
            2,
            "is of a paper",
            says(
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
            says(
                r"^\W*chapter\s+(?:\d+|[ivxlc]+|one|two|three|four|five|six|seven|eight|"
                r"nine|ten)\b|\bpreface\b|\bprologue\b"
            ),
        ),
        Sign(
            2,
            "names its edition or its number",
            says(
                r"\bisbn\b|\b(?:first|second|third|\d+(?:st|nd|rd|th)|revised) edition\b|"
                r"\b\d+\. (?:auflage|aufl\.|édition|edición|edizione)"
            ),
        ),
        Sign(1, "is one column of running text", is_one_column),
        Sign(0.5, "has a number of a page alone", says(r"^\W*(?:\d{1,3}|[ivxlc]{1,6})\W*$")),
        Sign(
            0.5, "is as small as a book", lambda page: 0.55 < page.aspect < 0.72, is_of_paper=True
        ),
        Sign(
            1,
            "tells",
            says(r"[“\"][^”\"]{10,}[”\"],? (?:he|she|i|they|said)\b|\b(?:he|she) said\b"),
        ),
    ),
    "label": (
        Sign(
            3,
            "says what is in it",
            says(
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
            says(
                r"\b(?:ingredients|net (?:wt|weight)|nutrition facts|best before|"
                r"exp(?:iry)? date|batch no|made in|warning|caution|keep out of reach|"
                r"barcode|sku)\b"
            ),
        ),
        Sign(1, "has few words", lambda page: 0 < page.words < 90),
    ),
    "certificate": (
        Sign(3, "is headed a certificate", is_headed(r"\b(?:certificate|diploma|award)\b")),
        Sign(
            2,
            "certifies",
            says(
                r"^this (?:certificate|diploma)\b|\b(?:this is to certify|hereby certif\w+|"
                r"is awarded|presented to|has "
                r"(?:successfully )?completed|in recognition of|certifies that)\b"
            ),
        ),
        Sign(1, "is broad, with few words", lambda page: page.aspect > 1.2 and page.words < 150),
    ),
}
