"""Questions that take several looks: a plan of tools by rules, or a model that chooses them.

Every result of a tool has a number. An answer names the results that it rests on; what it cites
that is no result is taken out and counted, and its numbers and names are looked for in the results.
A model observes, chooses and acts at most `steps` times within `seconds`; a call that it repeats is
not run again, and at the second repetition the work ends.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from mmrag import audit
from mmrag.errors import ModelTimeout, NoReply
from mmrag.protocols import Turn
from mmrag.readings import PictureSource
from mmrag.text.prompting import as_data
from mmrag.vision import ask, model, prompts, tools
from mmrag.vision.looking import EMBEDDED, Bench, By
from mmrag.vision.tools import Search, ToolResult, Workspace

if TYPE_CHECKING:
    from PIL import Image

AgentStatus = Literal["answered", "abstained", "unsupported", "stopped"]
NOT_FOUND = "NOT FOUND"
STEPS = 8
"""Tools that may be called for one question; chosen by hand."""
_MAX_REPEATS = 2  # of calls, until the work ends; chosen by hand
_KEPT_TURNS = 2 * (STEPS + _MAX_REPEATS)  # a call and what it gave: all that `STEPS` tools bring
_SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "tool": {"enum": list(tools.TOOLS)},
        "input": {"type": "string"},
        "answer": {"type": "string"},
        "from": {"type": "array", "items": {"type": "integer"}},
    },
    "additionalProperties": False,
}
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
Planned = tuple[str, tuple[int, ...]]
"""An answer, and the numbers of the results that it rests on."""
Call = Callable[[str, str], ToolResult]
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class AgentResult:
    """An answer with the results that it rests on, and the whole transcript.

    `rests_on` are numbers of `results`; `rejected` those that the answer cited and that are none.
    `unconfirmed` are its numbers and names that no result has.
    """

    by: str
    question: str
    status: AgentStatus
    text: str
    rests_on: tuple[int, ...]
    results: tuple[ToolResult, ...]
    rejected: tuple[int, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


def answer(
    question: str,
    sources: Sequence[PictureSource],
    bench: Bench,
    *,
    by: By = "auto",
    search: Search | None = None,
    steps: int = STEPS,
) -> AgentResult:
    """Answer a question about pictures, within `bench.seconds`. Raises `ConfigError`."""
    workspace = tools.of(bench, sources, search)
    started = time.monotonic()
    if bench.asks_model(by):
        return _Agent(question, workspace, steps, started).run()
    return by_rules(question, workspace, started)


def by_rules(question: str, workspace: Workspace, started: float) -> AgentResult:
    """What a plan of tools brings: count, or look values up and compute, or look one up."""
    results: list[ToolResult] = []

    def call(tool: str, given: str) -> ToolResult:
        results.append(tools.run(workspace, len(results) + 1, tool, given))
        return results[-1]

    if workspace.search is not None:
        call("search", question)
    text = ""
    rests_on: tuple[int, ...] = ()
    for plan in (_counted, _computed, _looked_up):
        found = plan(question, workspace, call)
        if found is not None:
            text, rests_on = found
            break
    status: AgentStatus = "answered" if text else "abstained"
    seconds = round(time.monotonic() - started, 3)
    return AgentResult(EMBEDDED, question, status, text, rests_on, tuple(results), seconds=seconds)


def _counted(question: str, workspace: Workspace, call: Call) -> Planned | None:
    match = _WORD.search(question) or _COUNTED.search(question)
    if match is None:
        return None
    counts = [call("count", f"{match[1]} in {name}") for name in list(workspace.sources)]
    right = [result for result in counts if result.ok]
    if not right:
        return None
    total = sum(int(result.text) for result in right)
    return str(total), tuple(result.number for result in right)


def _computed(question: str, workspace: Workspace, call: Call) -> Planned | None:
    """Two values that the question names one after the other, and what is made of them."""
    expression = next((form for words, form in _OPERATIONS if words.search(question)), None)
    if expression is None:
        return None
    values = list(_values(question, workspace, call))
    if len(values) != 2:
        return None
    (first, one), (second, other) = values
    done = call("calculate", expression.format(a=first, b=second))
    if not done.ok:
        return None
    return done.text, (one, other, done.number)


def _values(question: str, workspace: Workspace, call: Call) -> Iterator[tuple[str, int]]:
    """The numbers that each half of the question brings, with the results that have them."""
    halves = re.split(r"\b(?:and|than|to|from|by|over)\b", question)
    for first, second in pairwise(halves):
        found = []
        for half in (first, second):
            looked = _look(f"{halves[0]} {half}" if half is not first else half, workspace, call)
            number = _NUMBER.search(looked.text) if looked else None
            if looked is None or number is None:
                break
            found.append((number[0].replace(",", ""), looked.number))
        if len(found) == 2 and found[0][1] != found[1][1]:
            yield from found
            return


def _looked_up(question: str, workspace: Workspace, call: Call) -> Planned | None:
    found = _look(question, workspace, call)
    return None if found is None else (found.text, (found.number,))


def _look(question: str, workspace: Workspace, call: Call) -> ToolResult | None:
    """The first picture that answers by rules, and the tool that shows the place of it."""
    for name in list(workspace.sources):
        said = ask.by_rules(workspace.view(name).reading, question)
        if said.places:
            x0, y0, x1, y1 = said.places[0].bbox
            shown = call("zoom", f"{name} {x0 - 1:.1f},{y0 - 1:.1f},{x1 + 1:.1f},{y1 + 1:.1f}")
            if shown.ok:
                return shown
    return None


class _Agent:
    """A model at work: its turns, its results, and when it must stop."""

    def __init__(self, question: str, workspace: Workspace, steps: int, started: float) -> None:
        self._question = question
        self._workspace = workspace
        self._bench = workspace.bench
        self._steps = steps
        self._started = started
        self._results: list[ToolResult] = []
        self._called: dict[tuple[str, str], int] = {}
        self._repeats = 0
        listed = "\n".join(f"- {name} {tool.about}" for name, tool in tools.TOOLS.items())
        names = ", ".join(list(workspace.sources)[: tools.MAX_NAMES]) or "none: use search"
        self._turns = [
            Turn("system", f"{prompts.AGENT.text}\n\nTools:\n{listed}"),
            Turn("user", f"Pictures: {names}\nQuestion: {question}"),
        ]

    def run(self) -> AgentResult:
        """Observe, choose, act, until there is an answer or an end."""
        while True:
            left = self._bench.seconds - (time.monotonic() - self._started)
            if left <= 0:
                return self._ended("stopped", f"no answer within {self._bench.seconds:g} s")
            try:
                step = self._next_step(left)
            except (ModelTimeout, NoReply) as error:
                return self._ended("stopped", str(error))
            if "answer" in step:
                return self._answered(step)
            if len(self._results) >= self._steps:
                return self._ended("stopped", f"no answer after {self._steps} tools")
            if self._repeats >= _MAX_REPEATS:
                return self._ended("stopped", "it asks for the same again and again")
            self._act(str(step.get("tool", "")), str(step.get("input", "")))

    def _next_step(self, seconds: float) -> Mapping[str, object]:
        """What the model says next. Raises `ModelTimeout`, `NoReply`."""
        bench = replace(self._bench, seconds=seconds)
        *history, last = self._turns[:2] + self._turns[2:][-_KEPT_TURNS:]
        return model.next_json(bench, [*history, last], _SCHEMA)

    def _act(self, tool: str, given: str) -> None:
        """Run a tool and tell its result, as data; a repeated call is not run again."""
        said = f'{{"tool": "{tool}", "input": "{given[:200]}"}}'
        before = self._called.get((tool, given.strip()))
        if before is not None:
            self._repeats += 1
            told = f"That is result [{before}] already. Use another tool, or answer."
            self._turns += [Turn("assistant", said), Turn("user", told)]
            return
        number = len(self._results) + 1
        result = tools.run(self._workspace, number, tool, given)
        self._results.append(result)
        self._called[(tool, given.strip())] = number
        head = f"Result [{number}]" if result.ok else f"Result [{number}], refused"
        images: tuple[Image.Image, ...] = ()
        if self._workspace.shown is not None and self._bench.models.chat_model().max_images:
            images = (self._workspace.shown,)
            self._turns = [Turn(turn.role, turn.text) for turn in self._turns]
        told = f"{head}:\n{as_data(result.text)}"
        self._turns += [Turn("assistant", said), Turn("user", told, images)]

    def _answered(self, step: Mapping[str, object]) -> AgentResult:
        """The answer, with what it cites checked and what it says looked for in the results."""
        text = " ".join(str(step.get("answer", "")).split())
        cited = step.get("from")
        numbers = (
            [item for item in cited if isinstance(item, int)] if isinstance(cited, list) else []
        )
        good = {result.number for result in self._results if result.ok}
        rests_on = tuple(dict.fromkeys(item for item in numbers if item in good))
        rejected = tuple(item for item in numbers if item not in good)
        if not text or text.strip(" .").upper() == NOT_FOUND:
            return self._ended("abstained", "")
        results = [result for result in self._results if result.number in rests_on]
        whole = "\n".join(result.text for result in results)
        audited = audit.by_text(text, f"{whole}\n{self._question}")
        unconfirmed = tuple(claim for item in audited for claim in item.unconfirmed)
        is_borne_out = bool(rests_on) and not unconfirmed
        status: AgentStatus = "answered" if is_borne_out else "unsupported"
        return AgentResult(
            model.name(self._bench), self._question, status, text, rests_on,
            tuple(self._results), rejected, unconfirmed,
            seconds=round(time.monotonic() - self._started, 3),
        )  # fmt: skip

    def _ended(self, status: AgentStatus, note: str) -> AgentResult:
        return AgentResult(
            model.name(self._bench), self._question, status, "", (), tuple(self._results),
            notes=(note,) if note else (), seconds=round(time.monotonic() - self._started, 3),
        )  # fmt: skip
