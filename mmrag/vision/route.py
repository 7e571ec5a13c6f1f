"""Which task a free request is for: by rules, in the order in which they stand.

A rule names what is wanted, such as to take something out, and of what, in words of each kind that
may stand in any order. The first rule whose words the request has decides, and is told as the
reason. A request that no rule knows is for a model to route.
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
    """A task for requests that have all of these, in whatever order, and none of `but`."""

    task: TaskName
    all: tuple[re.Pattern[str], ...]
    but: re.Pattern[str] | None = None


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


def _rule(task: TaskName, *patterns: str, but: str = "") -> _Rule:
    return _Rule(task, tuple(map(_words, patterns)), _words(but) if but else None)


_SHOWN = (
    r"(?:image|picture|photo(?:graph)?|figure|graphic|infographic|screenshot|scan|page|slide|"
    r"drawing|this|it|that)"
)
_SEVERAL = (
    r"(?:these|those|both|the two|two|versions?|drafts?|copy|original|first|second|other|another|"
    r"(?:files|images|pictures|photos?|pages|scans|screenshots|designs|letters|contracts) differ)"
)
"""That there is more than one picture."""
_TAKE = (
    r"(?:extract|read|get|give|pull|take|fetch|grab|scrape|parse|copy|convert|turn|make|export|"
    r"save|list|dump|output|put|show|return|produce|reproduce|rebuild|redraw|reconstruct|recover|"
    r"transform|translate|write (?:down|out)|digiti[sz]e\w*|estimate|i (?:need|want)|"
    r"i(?:'d| would) like)"
)
"""What one does to get something out of a picture."""
_FILE = r"(?:csv|tsv|json|xml|excel|xlsx|spreadsheets?|data ?frames?)"
_FORM = rf"(?:{_FILE}|markdown|html|numbers|data|graph structure)"
_GRAPH = (
    r"(?:flow.?(?:charts?|diagrams?)|diagrams?|org(?:ani[sz]ation(?:al)?)?.?charts?|workflows?|"
    r"process maps?|state machines?|decision trees?|mind maps?|schematics?)"
)
_CHART = (
    r"(?:charts?|graphs?|plot(?:s|ted)?|histograms?|curves?|bars?|pies?|slices|scatter|"
    r"line series|data series|data points)"
)
_TABLE = (
    r"(?:tables?|tabular|timetables?|(?:price|parts) lists?|balance sheets?|"
    r"statements? of accounts?|rows|columns|cells|grid)"
)
_DATA = r"(?:data|values|numbers|series|points|figures|percentages|coordinates|x and y)"
_PART = (
    r"(?:signatures?|stamps?|footnotes?|headings?|titles?|sections?|paragraphs|page numbers?|"
    r"running heads?|headers?|footers?)"
)
_FIELD = (
    r"(?:(?:due |delivery |order |invoice )?date|(?:grand )?total|amount(?: due)?|vendor|merchant|"
    r"supplier|sender|recipient|customer|company|seller|buyer|address|birthday|date of birth|"
    r"(?:invoice|receipt|passport|order|policy|account|tax|customer|phone|telephone) "
    r"(?:no|number|id)|(?:first |last |sur)?names?|tax|vat|iban|phone|e-?mail)s?"
)
_EXTREME = r"(?:highest|lowest|most|least|largest|smallest)"
_DESCRIBE = (
    r"(?:caption|describe|description|alt(?:ernative)?.?text|summar(?:i[sz]e|y)|sum (?:up|it|this)|"
    r"explain|explaining|tell (?:me|us) (?:briefly )?(?:about|what)|key message|main point|gist|"
    r"(?:a|one|few) (?:sentence|paragraph|line)s?|title for|in plain words)"
)
_KIND = r"(?:kind|type|sort|class|category)"
_QUESTION = (
    r"^\W*(?:who|whom|whose|what|which|when|where|why|how|is|are|does|do|did|was|were|has|have|can|"
    r"by (?:what|how)|in (?:what|which)|"
    r"(?:tell|show|give) me (?:the|its|how|whether|if|which|who|when|where))\b|"
    r"\w(?=\W*\?\s*$)"
)
_RULES: Sequence[_Rule] = (
    _rule(
        "embed",
        r"embed(?:ding)?s?|vectors?|(?:image|picture|clip) features|features of (?:all|each|every|"
        r"the (?:images|pictures|photos))|similarit(?:y|ies)|"
        r"(?:near.?)?duplicates?|de.?duplicat\w+|(?:near.?|almost )(?:identical|the same)|"
        r"similar (?:images|pictures|photos?|scans)|cluster|"
        r"repeated (?:images|pictures|photos?|scans)|encode",
    ),
    _rule(
        "compare",
        r"compare|contrast|differences|diff|side by side|before and after|"
        r"spot the (?:differences?|changes?)",
    ),
    _rule(
        "compare",
        r"differs?|differences?|different|chang(?:ed?|es)|identical|alike|(?:not )?the same|"
        r"match(?:es)?|(?:was|been) (?:added|removed)",
        _SEVERAL,
    ),
    _rule(
        "document",
        rf"{_KIND} of (?:document|paper|form|page|letter)|document (?:{_KIND}|class)|"
        r"(?:document|page) (?:layout|structure)|(?:layout|structure|outline) of|outline",
    ),
    _rule(
        "document",
        r"(?:where|find|locate|mark|box|show|split|detect|is there|are there|identify)\b.*\b"
        rf"{_PART}|"
        rf"{_PART}(?:,| and|, and| or) (?:an? |the )?{_PART}",
    ),
    _rule(
        "classify",
        r"classif\w+|categori[sz]e|zero.shot|labels?:|assign|"
        r"which (?:of \w+ )?(?:categor\w+|labels?|class\w*)|what category|"
        r"(?:sort|group)\b.* (?:into|by|as)|(?:tag|label) .* as|decide between|"
        r"belongs? to|whether .+ or",
    ),
    _rule(
        "classify",
        r"(?:is|are) (?:this|it|that|these|those) (?:an? |the )?[\w -]+(?:, [\w -]+)* or [\w -]+",
    ),
    _rule("caption", _DESCRIBE, but=rf"{_FILE}|mermaid|graphviz|edges"),
    _rule(
        "diagram",
        r"mermaid|graphviz|dot (?:code|format|file)|(?:nodes?|edges|arrows|connections)|"
        r"(?:boxes|box|components|steps|parts)\b.*\b(?:connect\w*|link\w*|leads?|arrows?)|"
        r"what is connected",
    ),
    _rule("diagram", _TAKE, _GRAPH),
    _rule("diagram", _GRAPH, r"(?:as|into|to) (?:an? )?(?:graph|list|code|text)"),
    _rule(
        "chart",
        _CHART,
        _DATA,
        but=rf"how (?:many|much)|why|when|{_EXTREME}",
    ),
    _rule("chart", _CHART, _FORM),
    _rule("chart", rf"(?:extract|read(?: off)?|convert|digiti[sz]\w+|data behind)\b.*\b{_CHART}"),
    _rule("table", _TABLE, rf"{_FORM}|{_TAKE}"),
    _rule("table", rf"(?:as|into|make|to) (?:an? |the )?{_FORM}", but=rf"{_FIELD}|fields?|invoice"),
    _rule(
        "fields",
        r"(?:form |filled.in )?fields?|key.?values?|key information|filled.in|entries|"
        rf"{_FIELD}(?:, |,? and ){_FIELD}|^\W*{_FIELD}(?=\W*$)|these values|values:",
    ),
    _rule("fields", rf"{_TAKE}|find|what are", _FIELD, but=r"text|words"),
    _rule(
        "ocr",
        r"ocr|transcri(?:be|pt|ption)|type .*(?:up|out)|(?:as|in|into|to) (?:plain )?text|"
        r"searchable|recogni[sz]e|(?:hand)?writing|handwritten|wording|"
        r"(?:everything|all) (?:that is written|on)|digiti[sz]e|"
        r"(?:text|words) (?:in|from|of|on) (?:the|this)|"
        r"what (?:does|do|is) (?:it |(?:\w+ ){1,4})(?:say|read|written)|"
        r"(?:read|copy)\b.*\b(?:out|aloud|to me)|line by line",
    ),
    _rule("ocr", rf"{_TAKE}", r"(?<!alt )(?<!alternative )(?:text|words|characters|letters)"),
    _rule("ocr", r"^\W*read (?:this|it|the (?:\w+ )?\w+)\W*$"),
    _rule(
        "caption",
        rf"what(?:'s| is| does|'re| are)? (?:in |on |shown (?:in|on) )?(?:the |this |these )?"
        rf"{_SHOWN}(?: an? (?:picture|photo|image) of| show| depict| about)?(?=\W*$)|"
        r"what (?:do|can|am) (?:you|we|i) (?:see|looking at)|"
        r"(?:what is|what's) (?:going on|happening)|caption",
    ),
    _Rule("ask", (re.compile(_QUESTION, re.IGNORECASE),)),
)


def by_rules(request: str) -> Route | None:
    """The task of the first rule that fits; None where none does."""
    for rule in _RULES:
        found = [match for pattern in rule.all if (match := pattern.search(request))]
        if len(found) == len(rule.all) and not (rule.but and rule.but.search(request)):
            told = " and ".join(repr(" ".join(match[0].split())) for match in found)
            return Route(rule.task, f"it says {told}")
    return None
