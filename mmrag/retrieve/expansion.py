"""What the keyword channel looks for as a whole, beside the words of a question.

What stands in quotation marks; the question itself, where it is a caption or sentence that was
copied; and other names: reports say "net sales" where people say "revenue".

Accounts are where names differ most: of the questions to annual reports that found no evidence
among the first five pages, nearly all named a ratio, a line or a statement in words that the
statement itself does not use (eval/README.md). The names are those of US GAAP and IFRS statements.
"""

import re
from itertools import chain

from mmrag.text.scripts import count_words
from mmrag.text.words import fiscal_years, quoted

_OTHER_NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"capex|capital expenditures?",
        ("purchases of property", "capital expenditures", "property, plant and equipment"),
    ),
    (r"PP&E|PPNE|fixed assets?", ("property, plant and equipment", "property and equipment")),
    (
        r"P&L|income statement|statement of income",
        ("statements of operations", "statements of income", "statement of operations"),
    ),
    (r"statement of financial position", ("balance sheet", "balance sheets")),
    (r"balance sheets?", ("statement of financial position",)),
    (r"cash ?flow statement", ("statements of cash flows", "statement of cash flows")),
    (r"revenues?", ("net sales",)),
    (r"net profit|net earnings", ("net income",)),
    (r"COGS", ("cost of sales", "cost of goods sold")),
    (r"return on (?:total )?assets|ROA", ("net income", "total assets")),
    (r"return on equity|ROE", ("net income", "total equity")),
    (r"SG&A", ("selling, general and administrative",)),
    (r"R&D", ("research and development",)),
    (r"D&A", ("depreciation and amortization",)),
    (r"EPS", ("earnings per share",)),
)
_PATTERNS = tuple(
    (re.compile(rf"(?<![\w&])(?:{names})(?!\w)", re.IGNORECASE), others)
    for names, others in _OTHER_NAMES
)
_COPIED_WORDS = range(4, 65)
"""Shorter is found by its words; what is longer than a caption is not looked for as a whole."""


def phrases(question: str) -> tuple[str, ...]:
    """What a page that answers may well hold as a whole."""
    copied = [question] if count_words(question) in _COPIED_WORDS else []
    return (*other_names(question), *quoted(question), *copied)


def other_names(question: str) -> tuple[str, ...]:
    """Phrases that mean what the question names, each once; "FY2018" is the year 2018."""
    others = (names for pattern, names in _PATTERNS if pattern.search(question))
    return tuple(dict.fromkeys([*fiscal_years(question), *chain.from_iterable(others)]))
