"""Questions that take several looks: a plan of tools by rules, or a model that chooses them.

Every result of a tool has a number. An answer names the results that it rests on; what it cites
that is no result is taken out and counted, and its numbers and names are looked for in the results.
A model observes, chooses and acts at most `steps` times within `seconds`; a call that it repeats is
not run again, and at the second repetition the work ends.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from mmrag import audit
from mmrag.errors import ModelTimeout, NoReply
from mmrag.protocols import ToolSpec, Turn
from mmrag.readings import PictureSource
from mmrag.text.prompting import as_data
from mmrag.vision import model, plans, prompts, tools
from mmrag.vision.looking import EMBEDDED, Bench, By
from mmrag.vision.plans import SourceSays
from mmrag.vision.tools import Search, ToolResult, Workspace
from mmrag.vision.use import ModelUse, UseMeter

if TYPE_CHECKING:
    from PIL import Image

AgentStatus = Literal["answered", "abstained", "unsupported", "stopped"]
NOT_FOUND = "NOT FOUND"
STEPS = 8
"""Tools that may be called for one question; chosen by hand."""
_MAX_REPEATS = 2  # of calls, until the work ends; chosen by hand
_KEPT_TURNS = 2 * (STEPS + _MAX_REPEATS)  # a call and what it gave: all that `STEPS` tools bring
_INPUT_FIELDS: Mapping[str, object] = {"input": {"type": "string"}}
_ANSWER_FIELDS: Mapping[str, object] = {
    "answer": {"type": "string"},
    "from": {"type": "array", "items": {"type": "integer"}},
}
_SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {"tool": {"enum": list(tools.TOOLS)}, **_INPUT_FIELDS, **_ANSWER_FIELDS},
    "additionalProperties": False,
}
_INPUT, _ANSWER = (
    {"type": "object", "properties": fields, "required": list(fields)}
    for fields in (_INPUT_FIELDS, _ANSWER_FIELDS)
)
_SPECS = (
    *(ToolSpec(name, tool.about, _INPUT) for name, tool in tools.TOOLS.items()),
    ToolSpec("answer", "the answer, with the numbers of the results that it rests on", _ANSWER),
)
"""The tools as servers are told of them that have an API for tools."""


@dataclass(frozen=True, slots=True)
class AgentResult:
    """An answer with the results that it rests on, and the whole transcript.

    `rests_on` are numbers of `results`; `rejected` those that the answer cited and that are none.
    `unconfirmed` are its numbers and names that no result has; `conflicts` what pictures say that
    differ; `model_use` what it cost of the profile's model.
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
    conflicts: tuple[SourceSays, ...] = ()
    seconds: float = 0.0
    model_use: ModelUse = field(default_factory=ModelUse)


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
    bench = replace(bench, meter=UseMeter())
    workspace = tools.of(bench, sources, search)
    started = time.monotonic()
    if bench.asks_model(by):
        found = _Agent(question, workspace, steps, started).run()
    else:
        found = by_rules(question, workspace)
    seconds = round(time.monotonic() - started, 3)
    return replace(found, seconds=seconds, model_use=bench.meter.use)


def by_rules(question: str, workspace: Workspace) -> AgentResult:
    """What a plan of tools brings: count, or look values up and compute, or look one up."""
    results: list[ToolResult] = []

    def call(tool: str, given: str) -> ToolResult:
        results.append(tools.run(workspace, len(results) + 1, tool, given))
        return results[-1]

    if workspace.search is not None:
        call("search", question)
    found = plans.by_rules(question, workspace, call)
    if found is None:
        return AgentResult(EMBEDDED, question, "abstained", "", (), tuple(results))
    return AgentResult(
        EMBEDDED, question, "answered", found.text, found.rests_on, tuple(results),
        conflicts=found.conflicts,
    )  # fmt: skip


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
        return model.next_json(bench, [*history, last], _SCHEMA, _SPECS)

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
        read_in = {result.source for result in results if result.source}
        differing = (
            plans.conflicts(self._question, self._workspace, self._workspace.viewed)
            if len(read_in) == 1
            else ()
        )
        return AgentResult(
            model.name(self._bench), self._question, status, text, rests_on,
            tuple(self._results), rejected, unconfirmed, conflicts=differing,
        )  # fmt: skip

    def _ended(self, status: AgentStatus, note: str) -> AgentResult:
        return AgentResult(
            model.name(self._bench), self._question, status, "", (), tuple(self._results),
            notes=(note,) if note else (),
        )  # fmt: skip
