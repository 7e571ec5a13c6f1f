"""Which task a free request is for: by rules, in the order in which they stand.

The first rule whose words the request has decides, and is told as the reason. A request that no
rule knows is for a model to route, or else a question about the picture.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

TaskName = Literal[
    "caption", "ask", "ocr", "table", "chart", "diagram", "document", "fields", "classify",
    "compare", "embed",
]  # fmt: skip
TASKS: tuple[TaskName, ...] = get_args(TaskName)


@dataclass(frozen=True, slots=True)
class Route:
    """A task, and why it fits."""

    task: TaskName
    reason: str


@dataclass(frozen=True, slots=True)
class _Rule:
    task: TaskName
    pattern: re.Pattern[str]


def _rule(task: TaskName, pattern: str) -> _Rule:
    return _Rule(task, re.compile(pattern, re.IGNORECASE))


_SHOWN = r"(?:image|picture|photo(?:graph)?|figure|screenshot|scan|page|drawing|this|it)"
_RULES: Sequence[_Rule] = (
    _rule(
        "embed",
        (
            r"\b(?:embed(?:ding)?s?|vectors?|near.?duplicates?|duplicates?|"
            r"similarit(?:y|ies) matrix)\b"
        ),
    ),
    _rule(
        "compare",
        (
            r"\b(?:compare|differences? between|what(?:'s| is| has)? (?:different|"
            r"changed)|spot the difference|same as|diff)\b"
        ),
    ),
    _rule(
        "classify",
        (
            r"\b(?:classify|categori[sz]e|which (?:category|label|class)|is (?:this|"
            r"it) (?:an? )?[\w ]+ or (?:an? )?[\w ]+\?)"
        ),
    ),
    _rule(
        "document",
        (
            r"\b(?:what (?:kind|type|sort) of (?:document|paper|form|page)|document "
            r"type|type of document|(?:document|page) (?:layout|structure)|where "
            r"(?:is|are) the (?:signatures?|stamps?|footnotes?|headings?|title)|"
            r"layout of)\b"
        ),
    ),
    _rule(
        "chart",
        (
            r"\b(?:(?:data|values?|numbers?|series|points?) (?:from|of|in|behind|"
            r"out of) (?:the|this|that) (?:\w+ )?(?:chart|graph|plot|diagram)|"
            r"(?:chart|graph|plot) (?:to|into|as) (?:csv|data|a table|json|numbers)|"
            r"digiti[sz]e|(?:read|extract) (?:the )?(?:\w+ )?(?:chart|graph|plot)\b)"
        ),
    ),
    _rule(
        "table",
        (
            r"\b(?:tables?\b.*\b(?:csv|data|excel|spreadsheet|markdown|html|json)|"
            r"(?:extract|read|parse|convert|copy|get) (?:me )?(?:the |this |all |"
            r"every )*(?:\w+ )?tables?|rows and columns|as (?:a )?(?:csv|"
            r"spreadsheet))\b"
        ),
    ),
    _rule(
        "diagram",
        (
            r"\b(?:mermaid|graphviz|dot format|flow.?chart (?:to|into|as)|(?:nodes?|"
            r"boxes) and (?:edges|arrows|connections)|(?:read|extract|convert) "
            r"(?:the |this )?(?:flow.?chart|diagram|org(?:ani[sz]ation)? chart)|"
            r"what is connected)\b"
        ),
    ),
    _rule(
        "fields",
        (
            r"\b(?:fields?|key.?values?|(?:extract|read|get|pull|list|find|give me) "
            r"(?:out )?(?:the |all )?(?:\w+[ ,]+(?:and )?){0,5}(?:date|total|amount|"
            r"vendor|company|seller|address|invoice (?:no|number)|names?|due date|"
            r"tax|iban|phone|e-?mail)s?\b)"
        ),
    ),
    _rule(
        "ocr",
        (
            r"\b(?:ocr|transcri(?:be|pt|ption)|all (?:the |of the )?text|(?:read|"
            r"extract|copy|get|type out|what does) (?:me )?(?:all )?(?:the "
            r")?(?:text|words|writing)|text (?:in|from|of) (?:the|this)|what "
            r"(?:does|do) (?:\w+ ){1,3}say\b|read (?:this|it)(?: out)?(?: aloud| to "
            r"me)?\W*$)"
        ),
    ),
    _rule(
        "caption",
        (
            rf"\b(?:caption|describe|description|alt(?:ernative)?.?text|summari[sz]e|"
            rf"what(?:'s| is| does) (?:in |shown (?:in|on) )?(?:the |this "
            rf")?{_SHOWN}(?: show| depict)?\W*$|tell me about|what (?:do|can) (?:you|"
            rf"we) see|explain (?:the|this))"
        ),
    ),
    _rule(
        "ask",
        (r"\?\s*$|^\W*(?:who|what|which|when|where|why|how|is|are|does|do|did|" r"was|were|can)\b"),
    ),
)


def by_rules(request: str) -> Route | None:
    """The task of the first rule that fits; None where none does."""
    for rule in _RULES:
        match = rule.pattern.search(request)
        if match is not None:
            return Route(rule.task, f"it says {' '.join(match[0].split())!r}")
    return None
