"""The tools of the agent: each reads one thing of the pictures that it was given, or computes.

There is no shell, no code, no network and no file but the pictures that the user named and the hits
of the index that was opened: a name that is none of those is refused.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import simpleeval

from mmrag.errors import MmragError
from mmrag.readings import PageReading, PictureSource
from mmrag.text.stems import content_stems
from mmrag.types import BBox
from mmrag.vision import grids, ocr
from mmrag.vision.compare import Compare
from mmrag.vision.looking import Bench, View

if TYPE_CHECKING:
    from PIL import Image

MAX_CHARACTERS = 4_000
"""Of one result: more is cut, and the model told so. Chosen by hand: a page has some 3,000."""
MAX_HITS = 5
"""Of a search in the index; chosen by hand, as are the next two."""
MAX_LINES = 20
"""That have a word of what is searched for, where there is no index."""
MAX_NAMES = 20
"""Of pictures, in one message."""
MAX_EXPRESSION = 200
"""Characters of what is calculated; chosen by hand."""
Search = Callable[[str], Sequence[tuple[PictureSource, str]]]
"""From a question to pages and figures of an index, each with a snippet."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool gave: the number under which the answer cites it, and where it stands."""

    number: int
    tool: str
    given: str
    text: str
    ok: bool
    source: str = ""  # the picture, by name
    bbox: BBox | None = None


class ToolRefusal(MmragError):
    """A tool was called wrongly; the message is for who called it."""


@dataclass(slots=True)
class Workspace:
    """The pictures that tools may look at, by name, and what was read of them."""

    bench: Bench
    sources: dict[str, PictureSource]
    search: Search | None = None
    shown: "Image.Image | None" = None  # what the last tool looked at
    _views: dict[str, View] = field(default_factory=dict)

    @property
    def viewed(self) -> list[str]:
        """The pictures that were looked at, by name."""
        return list(self._views)

    def view(self, name: str) -> View:
        """A picture by its name, by its number among those given, or the only one there is."""
        name = name.strip().strip("\"'")
        names = list(self.sources)
        if name.isdigit() and 1 <= int(name) <= len(names) and name not in self.sources:
            name = names[int(name) - 1]
        if not name and len(names) == 1:
            name = names[0]
        if name not in self.sources:
            known = ", ".join(names[:MAX_NAMES]) or "none"
            raise ToolRefusal(f"there is no picture {name!r}; there are: {known}")
        if name not in self._views:
            self._views[name] = self.bench.view(self.sources[name])
        return self._views[name]

    def read_all(self) -> None:
        """Read at once what was not looked at yet, each page once for all that is on it."""
        unread: defaultdict[tuple[Path, int], list[str]] = defaultdict(list)
        for name, source in self.sources.items():
            if name not in self._views:
                unread[source.path, source.page].append(name)
        pages = [replace(self.sources[names[0]], bbox=None) for names in unread.values()]
        for page, read in self.bench.reader.read(pages):
            for name in unread[page.path, page.page]:
                source = self.sources[name]
                part = read.within(source.bbox) if isinstance(read, PageReading) else read
                self._views[name] = View(source, self.bench.reader, part)


ToolOutput = tuple[str, str, BBox | None]
"""What a tool found: the text, the name of the picture, and where."""
Tool = Callable[[Workspace, str], ToolOutput]


def run(workspace: Workspace, number: int, tool: str, given: str) -> ToolResult:
    """Call a tool by name; what goes wrong is its result."""
    workspace.shown = None
    if tool not in TOOLS:
        text = f"there is no tool {tool!r}; there are: {', '.join(TOOLS)}"
        return ToolResult(number, tool, given, text, False)
    try:
        text, source, bbox = TOOLS[tool].run(workspace, given)
    except MmragError as error:
        return ToolResult(number, tool, given, str(error), False)
    if len(text) > MAX_CHARACTERS:
        text = f"{text[:MAX_CHARACTERS]}\n[cut after {MAX_CHARACTERS} characters]"
    return ToolResult(number, tool, given, text, True, source, bbox)


def _search(workspace: Workspace, given: str) -> ToolOutput:
    """Hits of the index; without one, the given pictures that have words of the question."""
    if workspace.search is not None:
        hits = list(workspace.search(given))[:MAX_HITS]
        workspace.sources.update({source.name: source for source, _ in hits})
        return "\n".join(f"{source.name}: {text}" for source, text in hits) or "nothing", "", None
    asked = set(content_stems(given))
    told = []
    for name in workspace.sources:
        for line in workspace.view(name).reading.lines:
            if asked.intersection(content_stems(line.text)):
                told.append(f"{name}: {line.text}")
    return "\n".join(told[:MAX_LINES]) or "nothing", "", None


def _open(workspace: Workspace, given: str) -> ToolOutput:
    view = workspace.view(given)
    reading = view.reading
    workspace.shown = reading.image()
    figures = "".join(
        f"\n[{figure.kind} {figure.label} at {_said(figure.bbox)}: {figure.caption}]"
        for figure in reading.figures
    )
    return (reading.text or "no text") + figures, view.source.name, None


def _zoom(workspace: Workspace, given: str) -> ToolOutput:
    """`NAME x0,y0,x1,y1`: a box in points."""
    name, _, box = given.strip().rpartition(" ")
    try:
        x0, y0, x1, y1 = (float(value) for value in box.split(","))
    except ValueError:
        raise ToolRefusal("zoom takes NAME x0,y0,x1,y1, the box in points") from None
    view = workspace.view(name)
    part = view.reading.within((x0, y0, x1, y1))
    workspace.shown = part.image()
    return part.text or "no text there", view.source.name, (x0, y0, x1, y1)


def _table(workspace: Workspace, given: str) -> ToolOutput:
    return _data(workspace, given, "table")


def _chart(workspace: Workspace, given: str) -> ToolOutput:
    return _data(workspace, given, "chart")


def _data(workspace: Workspace, given: str, kind: grids.GridKind) -> ToolOutput:
    view = workspace.view(given)
    result = grids.ReadGrids(kind).run(view, workspace.bench)
    told = [f"{grid.title}\n{grid.csv}" for grid in result.grids]
    bbox = result.grids[0].bbox if len(result.grids) == 1 else None
    return "\n".join(told) or "; ".join(result.notes) or f"no {kind}", view.source.name, bbox


def _ocr(workspace: Workspace, given: str) -> ToolOutput:
    view = workspace.view(given)
    read = ocr.engine_result(view.reading, "screenshot")
    return read.text or "no text", view.source.name, None


def _calculate(workspace: Workspace, given: str) -> ToolOutput:
    """Arithmetic alone: numbers, + - * / ( ) and min, max, round, abs."""
    if len(given) > MAX_EXPRESSION:
        raise ToolRefusal(f"an expression has at most {MAX_EXPRESSION} characters")
    try:
        value = _ARITHMETIC.eval(given.replace(",", "") if "(" not in given else given)
    except Exception as error:  # whatever a model writes is refused in the same way
        raise ToolRefusal(f"{given!r} cannot be calculated: {error}") from error
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ToolRefusal(f"{given!r} is no arithmetic")
    return f"{value:.10g}", "", None


def _compare(workspace: Workspace, given: str) -> ToolOutput:
    """`NAME | NAME`."""
    first, bar, second = given.partition("|")
    if not bar:
        raise ToolRefusal("compare takes NAME | NAME")
    view, other = workspace.view(first), workspace.view(second).source
    return Compare.to(other, "embedded").run(view, workspace.bench).text, view.source.name, None


def _count(workspace: Workspace, given: str) -> ToolOutput:
    """`WORD in NAME`; tables, charts, figures and lines are counted as such."""
    what, _, name = given.rpartition(" in ")
    view = workspace.view(name)
    wanted = what.strip().strip("\"'").casefold()
    reading = view.reading
    kinds = {"table": "tables", "chart": "charts", "diagram": "diagrams", "picture": "pictures"}
    for kind, many in kinds.items():
        if wanted in (kind, many):
            count = sum(figure.kind == kind for figure in reading.figures)
            return str(count), view.source.name, None
    if wanted in ("line", "lines"):
        return str(len(reading.lines)), view.source.name, None
    if not wanted:
        raise ToolRefusal("count takes WORD in NAME")
    return str(reading.text.casefold().count(wanted)), view.source.name, None


def _said(box: BBox) -> str:
    return ",".join(f"{value:.0f}" for value in box)


_ARITHMETIC = simpleeval.SimpleEval(
    functions={"min": min, "max": max, "round": round, "abs": abs}, names={}
)


@dataclass(frozen=True, slots=True)
class ToolLine:
    """A tool, and how the model is told of it."""

    run: Tool
    about: str


TOOLS: Mapping[str, ToolLine] = {
    "search": ToolLine(_search, "WORDS: find pages and pictures"),
    "open": ToolLine(_open, "NAME: the text of a page or picture, and its figures"),
    "zoom": ToolLine(_zoom, "NAME x0,y0,x1,y1: what stands in a box"),
    "table": ToolLine(_table, "NAME: its tables as CSV"),
    "chart": ToolLine(_chart, "NAME: the data of its charts as CSV"),
    "ocr": ToolLine(_ocr, "NAME: its text line by line"),
    "calculate": ToolLine(_calculate, "ARITHMETIC: its value"),
    "compare": ToolLine(_compare, "NAME | NAME: how two pictures differ"),
    "count": ToolLine(_count, "WORD in NAME: how often it stands there; also: tables, charts"),
}


def of(bench: Bench, sources: Sequence[PictureSource], search: Search | None) -> Workspace:
    """A workspace over the pictures that a user named, by short names where those differ."""
    short = Counter(map(_short, sources))
    named = {
        _short(source) if short[_short(source)] == 1 else source.name: source for source in sources
    }
    return Workspace(bench, named, search)


def _short(source: PictureSource) -> str:
    """A picture's name for a model: that of its file, and its page."""
    if source.bbox is None and source.page == 1 and source.name == str(source.path):
        return source.path.name
    return source.name.rpartition("/")[2]
