"""A free request as a task with its parameters: by rules, or by the model where no rule fits."""

import re

from mmrag.errors import UsageError
from mmrag.vision import model, prompts
from mmrag.vision.ask import AskPicture
from mmrag.vision.caption import CaptionPicture
from mmrag.vision.document import DocumentLook
from mmrag.vision.embed import Embed
from mmrag.vision.field_words import FIELDS
from mmrag.vision.fields import Fields
from mmrag.vision.grids import ReadGrids
from mmrag.vision.labels import Classify
from mmrag.vision.looking import Bench, By
from mmrag.vision.ocr import Ocr
from mmrag.vision.prompts import Style
from mmrag.vision.route import TASKS, Route, by_rules
from mmrag.vision.task import Task

_LABELS = re.compile(
    r"(?:\b(?:as|into|between|is (?:this|it|that)|(?:this|it|that) is)\s|:)\s*(.+?)\W*$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:,|\b(?:or|and)\b)\s*", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:an?|the)\s+", re.IGNORECASE)


def routed(request: str, bench: Bench, by: By) -> tuple[Route, Task[object]]:
    """The task that a request is for, ready to run, and why.

    Raises `UsageError` for a request that names no task, or lacks what its task needs.
    """
    route = by_rules(request)
    if route is None and bench.asks_model(by):
        route = _asked(request, bench)
    if route is None:
        raise UsageError(f"{request!r}: no task is seen in it; there are {', '.join(TASKS)}")
    return route, task_of(route, request, by)


def _asked(request: str, bench: Bench) -> Route | None:
    """The model's choice among the tasks; None where it names none of them."""
    said = model.said(bench, f"{prompts.ROUTE.text} {', '.join(TASKS)}\nRequest: {request}", [])
    named = [task for task in TASKS if re.search(rf"\b{task}\b", said.casefold())]
    return Route(named[0], f"{model.name(bench)} says so") if len(named) == 1 else None


def task_of(route: Route, request: str, by: By) -> Task[object]:
    """A task with the parameters that its request has. Raises `UsageError` where one is lacking."""
    match route.task:
        case "caption":
            return CaptionPicture(_style(request), by)
        case "ask":
            return AskPicture(request, by)
        case "ocr":
            return Ocr(engine="rapidocr" if by == "embedded" else "auto")
        case "table" | "chart" | "diagram":
            return ReadGrids(route.task, by)
        case "document":
            return DocumentLook(by)
        case "fields":
            return Fields(_names(request), by)
        case "classify":
            return Classify(_labels(request))
        case "embed":
            return Embed()
        case "compare":
            raise UsageError("two pictures are compared by `mmrag vision compare OTHER INPUT`")


def _style(request: str) -> Style:
    if re.search(r"\balt(?:ernative)?.?text\b", request, re.IGNORECASE):
        return "alt"
    if re.search(r"\b(?:brief(?:ly)?|short|one sentence|in a sentence)\b", request, re.IGNORECASE):
        return "brief"
    return "detailed"


def _names(request: str) -> tuple[str, ...]:
    """The known fields that a request names, in its order; none of them asks for all."""
    said = request.casefold()
    found: dict[str, int] = {}
    for name, others in FIELDS.items():
        places = [
            match.start()
            for word in (name, *others)
            if (match := re.search(rf"\b{re.escape(word)}s?\b", said))
        ]
        if places:
            found[name] = min(places)
    return tuple(sorted(found, key=lambda name: found[name]))


def _labels(request: str) -> tuple[str, ...]:
    match = _LABELS.search(request)
    listed = match[1] if match else ""
    labels = [_ARTICLE.sub("", item.strip(" .?")) for item in _BETWEEN.split(listed)]
    labels = [label for label in labels if label]
    if len(labels) < 2:
        raise UsageError(f"{request!r}: name the labels, such as: is it a chart or a table?")
    return tuple(labels)
