"""Plans of tools for questions of an agent without a model: count, compute, look up.

Where pictures answer a question differently, and as well as each other, all of them are told.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath

from mmrag.text.characters import fold
from mmrag.types import BBox
from mmrag.vision import ask, relevance
from mmrag.vision.tools import ToolResult, Workspace

_OPERATIONS: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(words, re.IGNORECASE), expression)
    for words, expression in (
        (
            r"\bpercent(?:age)? (?:change|growth|increase|decrease)|\bby how many per ?cent",
            "({b} - {a}) / {a} * 100",
        ),
        (r"\bratio\b|\bhow many times\b|\bdivided by\b", "{a} / {b}"),
        (
            r"\b(?:difference|how much (?:more|less|higher|lower|larger|smaller)|minus|exceed)",
            "{a} - {b}",
        ),
        (r"\b(?:sum|together|combined|in total|plus|added)\b", "{a} + {b}"),
        (r"\b(?:average|mean)\b", "({a} + {b}) / 2"),
    )
)
"""What a question asks to compute of two values, in the order in which it names them."""
_COUNTED = re.compile(
    r"\bhow (?:many|often)\b.*?\b(tables?|charts?|diagrams?|pictures?|lines?)\b", re.I
)
_WORD = re.compile(r"\bhow (?:many times|often) (?:does|is|do) (?:the word )?[\"'“]?(\w+)", re.I)
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
Call = Callable[[str, str], ToolResult]


@dataclass(frozen=True, slots=True)
class SourceSays:
    """What one picture says to a question, and where."""

    source: str
    text: str
    bbox: BBox


@dataclass(frozen=True, slots=True)
class PlannedAnswer:
    """An answer, the numbers of the results that it rests on, and who says otherwise."""

    text: str
    rests_on: tuple[int, ...]
    conflicts: tuple[SourceSays, ...] = ()


def by_rules(question: str, workspace: Workspace, call: Call) -> PlannedAnswer | None:
    """What the first plan that fits brings; None where none does."""
    workspace.read_all()  # each plan looks at all of them, and the last one always does
    for plan in (_counted, _computed, _looked_up):
        found = plan(question, workspace, call)
        if found is not None:
            return found
    return None


def conflicts(question: str, workspace: Workspace, names: Iterable[str]) -> tuple[SourceSays, ...]:
    """What pictures say to a question, where that differs; none where they agree."""
    return _differing(_best(question, workspace, names))


def _differing(said: Sequence[SourceSays]) -> tuple[SourceSays, ...]:
    """All of what is said where it differs; none where it agrees."""
    return tuple(said) if len({_value(item.text) for item in said}) > 1 else ()


def _best(question: str, workspace: Workspace, names: Iterable[str]) -> list[SourceSays]:
    """The answers of those pictures that have most of the question's words, by name or text."""
    found: list[tuple[float, SourceSays]] = []
    for name in names:
        reading = workspace.view(name).reading
        said = ask.by_rules(reading, question)
        if said.places:
            named = re.sub(r"[\W_]+", " ", name)
            place = said.places[0]
            score = relevance.score(question, f"{named} {reading.text}", ())
            found.append((score, SourceSays(name, said.text, place.bbox)))
    most = max((score for score, _ in found), default=0.0)
    return [item for score, item in found if score == most]


def _value(text: str) -> str:
    """What two answers are compared by: their numbers, or their words."""
    numbers = _NUMBER.findall(text)
    return " ".join(numbers) if numbers else fold(text).casefold().strip()


def _counted(question: str, workspace: Workspace, call: Call) -> PlannedAnswer | None:
    match = _WORD.search(question) or _COUNTED.search(question)
    if match is None:
        return None
    counts = [call("count", f"{match[1]} in {name}") for name in list(workspace.sources)]
    right = [result for result in counts if result.ok]
    if not right:
        return None
    total = sum(int(result.text) for result in right)
    return PlannedAnswer(str(total), tuple(result.number for result in right))


def _computed(question: str, workspace: Workspace, call: Call) -> PlannedAnswer | None:
    """Two values that the question names one after the other, and what is made of them."""
    expression = next((form for words, form in _OPERATIONS if words.search(question)), None)
    if expression is None:
        return None
    values = list(_values(question, workspace, call))
    if len(values) != 2:
        return None
    (first, one), (second, other) = values
    done = call("calculate", expression.format(a=first, b=second))
    return PlannedAnswer(done.text, (one, other, done.number)) if done.ok else None


def _values(question: str, workspace: Workspace, call: Call) -> Iterator[tuple[str, int]]:
    """The numbers that each half of the question brings, with the results that have them."""
    halves = re.split(r"\b(?:and|than|to|from|by|over)\b", question)
    for first, second in pairwise(halves):
        found = []
        for half in (first, second):
            named = [name for name in workspace.sources if _is_named(name, half)]
            asked = f"{halves[0]} {half}" if half is not first else half
            said = _best(asked, workspace, named or list(workspace.sources))
            looked = _shown(said[0], call) if said else None
            number = _NUMBER.search(looked.text) if looked else None
            if looked is None or number is None:
                break
            found.append((number[0].replace(",", ""), looked.number))
        if len(found) == 2 and found[0][1] != found[1][1]:
            yield from found
            return


def _is_named(source: str, text: str) -> bool:
    """Whether a text names a picture, with the type of its file or without."""
    name = PurePosixPath(source).name
    names = {name, name.rpartition(".")[0] or name}
    return any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text, re.I) for one in names)


def _looked_up(question: str, workspace: Workspace, call: Call) -> PlannedAnswer | None:
    """The place that answers, shown by a tool; all of them where they differ."""
    said = _best(question, workspace, list(workspace.sources))
    if not said:
        return None
    differing = _differing(said)
    shown = [(item, _shown(item, call)) for item in differing or said[:1]]
    right = [(item, result) for item, result in shown if result is not None]
    if not right:
        return None
    numbers = tuple(result.number for _, result in right)
    if not differing:
        return PlannedAnswer(right[0][1].text, numbers)
    text = "; ".join(f"{result.text} ({item.source})" for item, result in right)
    return PlannedAnswer(text, numbers, tuple(item for item, _ in right))


def _shown(said: SourceSays, call: Call) -> ToolResult | None:
    """The result of the tool that shows the place."""
    x0, y0, x1, y1 = said.bbox
    shown = call("zoom", f"{said.source} {x0 - 1:.1f},{y0 - 1:.1f},{x1 + 1:.1f},{y1 + 1:.1f}")
    return shown if shown.ok else None
