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
_TAKE = (
    r"(?:extract|read|get|give|pull|take|fetch|grab|copy|convert|turn|make|export|parse|save|list|"
    r"show|find|return|translate|transform|digiti[sz]e|type|put|write (?:down|out)|i (?:need|want))"
)
"""What one does to get something out of a picture."""
_FORM = r"(?:csv|tsv|json|excel|spreadsheet|markdown|html|numbers|data)"
_GRAPH = r"(?:flow.?charts?|diagrams?|org(?:ani[sz]ation(?:al)?)?.?charts?|process maps?)"
_CHART = r"(?:charts?|graphs?|plots?|histograms?)"
_PART = (
    r"(?:signatures?|stamps?|footnotes?|headings?|title|sections?|page numbers?|running heads?|"
    r"headers?|footers?)"
)
_FIELD = (
    r"(?:date|total|amount|vendor|supplier|company|seller|address|"
    r"(?:invoice|receipt|passport|order) "
    r"(?:no|number)|names?|due date|tax|iban|phone|e-?mail)s?"
)
_RULES: Sequence[_Rule] = (
    _rule(
        "embed",
        r"\b(?:embed(?:ding)?s?|vectors?|(?:near.?)?duplicates?|similarit(?:y|ies) matrix)\b",
    ),
    _rule(
        "compare",
        r"\b(?:compare|differences? between (?:the (?:two|first)|these|those|both|two)|"
        r"what(?:'s| is| has)? (?:different|changed)|spot the difference|diff|"
        r"(?:are|do) (?:these|those|both|the two)\b.{0,30}\b(?:same|alike|identical|differ))\b",
    ),
    _rule(
        "document",
        r"\b(?:(?:kind|type|sort) of (?:document|paper|form|page)|document type|"
        r"(?:document|page) (?:layout|structure)|(?:layout|structure) of|"
        rf"(?:where|find|locate|mark|box|show)\b.{{0,30}}\b{_PART})\b",
    ),
    _rule(
        "classify",
        r"\b(?:classify|categori[sz]e|which (?:of \w+ )?(?:categor|label|class)\w*|"
        r"(?:sort|group)\b.{0,40}\binto\b|"
        r"label (?:it|this|these|each|every|all|the)\b.{0,30}\bas\b|"
        r"is (?:this|it) (?:an? )?[\w ]+ or (?:an? )?[\w ]+\?|whether (?:this|it) is an? .+ or )",
    ),
    _rule(
        "diagram",
        r"\b(?:mermaid|graphviz|dot format|"
        r"(?:nodes?|boxes)\b.{0,20}\b(?:edges|arrows|connections|connected)|"
        rf"{_TAKE} (?:\w+ ){{0,4}}{_GRAPH}|{_GRAPH} (?:to|into|as)|what is connected)\b",
    ),
    _rule(
        "chart",
        rf"\b(?:(?:data|values|numbers|series|points)\b.{{0,30}}\b{_CHART}|"
        rf"{_CHART}\b.{{0,30}}\b(?:as|to|into|in|and)\b.{{0,12}}\b(?:{_FORM}|values|table)|"
        rf"(?:extract|read|convert|digiti[sz]e) (?:\w+ ){{0,3}}{_CHART})\b",
    ),
    _rule(
        "table",
        rf"\b(?:tables?\b.{{0,40}}\b{_FORM}|{_TAKE} (?:\w+ ){{0,4}}tables?|rows and columns|"
        rf"(?:as|into|make) (?:an? )?(?:csv|spreadsheet|excel))\b",
    ),
    _rule(
        "fields",
        rf"\b(?:fields?|key.?values?|{_FIELD}(?:, | and ){_FIELD}|"
        rf"{_TAKE} (?:out |up )?(?:me )?(?:the |all )?(?:\w+[ ,]+(?:and )?){{0,5}}{_FIELD}\b)",
    ),
    _rule(
        "ocr",
        r"\b(?:ocr|transcri(?:be|pt|ption)|type (?:up|out)|(?:as|in|into) (?:plain )?text|"
        rf"all (?:the |of the )?text|{_TAKE} (?:\w+ ){{0,3}}(?<!alt )(?<!alternative )"
        r"(?:text|words|(?:hand)?writing)|(?:everything|all) that is written|digiti[sz]e|"
        r"text (?:in|from|of) (?:the|this)|what (?:does|do) "
        r"(?:\w+ ){1,3}say\b|read (?:this|it|the (?:\w+ )?\w+)(?: out)?(?: aloud| to me)?\W*$)",
    ),
    _rule(
        "caption",
        r"\b(?:caption|describe|description|alt(?:ernative)?.?text|summar(?:i[sz]e|y)|"
        r"sum (?:up|it|this)|"
        rf"what(?:'s| is| does) (?:in |shown (?:in|on) )?(?:the |this )?{_SHOWN}"
        r"(?: show| depict)?\W*$|"
        r"tell me (?:about|what(?:'s| is) (?:in|on|shown))|what (?:do|can|am) (?:you|we|i) (?:see|"
        r"looking at)|(?:what is|what's) (?:going on|happening)|explain (?:the|this))",
    ),
    _rule(
        "ask",
        r"\?\s*$|^\W*(?:who|what|which|when|where|why|how|is|are|does|do|did|was|were|can)\b",
    ),
)


def by_rules(request: str) -> Route | None:
    """The task of the first rule that fits; None where none does."""
    for rule in _RULES:
        match = rule.pattern.search(request)
        if match is not None:
            return Route(rule.task, f"it says {' '.join(match[0].split())!r}")
    return None
