"""Other names for what a question asks for: reports say "net sales" where people say "revenue".

Accounts are where the two differ most: of the questions to annual reports that found no evidence
among the first five pages, nearly all named a ratio, a line or a statement in words that the
statement itself does not use (eval/README.md). The names are those of US GAAP and IFRS statements.
"""

import re

from mmrag.retrieve.snippets import stems
from mmrag.store import keywords

_OTHER_NAMES: tuple[tuple[str, str], ...] = (
    (r"capex|capital expenditures?", "purchases of property, plant and equipment"),
    (r"PP&E|PPNE|fixed assets?", "property, plant and equipment"),
    (
        r"P&L|profit and loss|income statement|statement of income",
        "statements of operations income",
    ),
    (r"statement of financial position", "balance sheets"),
    (r"balance sheets?", "financial position"),
    (r"cash ?flow statement", "statements of cash flows"),
    (r"revenues?", "net sales"),
    (r"net profit|net earnings", "net income"),
    (r"COGS", "cost of sales goods sold"),
    (r"return on (?:total )?assets|ROA", "net income total assets"),
    (r"return on equity|ROE", "net income total equity"),
    (r"SG&A", "selling, general and administrative"),
    (r"R&D", "research and development"),
    (r"D&A", "depreciation and amortization"),
    (r"EPS", "earnings per share"),
)
_PATTERNS = tuple(
    (re.compile(rf"(?<![\w&])(?:{names})(?!\w)", re.IGNORECASE), others)
    for names, others in _OTHER_NAMES
)
_FISCAL_YEAR = re.compile(r"(?<!\w)FY\s?'?(\d{4})(?!\d)", re.IGNORECASE)


def expanded(question: str) -> str:
    """The question, and after it the other names; "FY2018" is the year 2018, too."""
    years = _FISCAL_YEAR.findall(question)
    others = [others for pattern, others in _PATTERNS if pattern.search(question)]
    return " ".join([question, *years, *others])


def looked_for(question: str) -> tuple[str, ...]:
    """The stems of the words that are looked for, each once, in order."""
    terms = keywords.terms(expanded(question))
    return tuple(dict.fromkeys(stem for term in terms for stem in stems(term)))
