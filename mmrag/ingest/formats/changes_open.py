"""Changes that an ODT file tracks, and the file as it is shown with them taken.

What was deleted stands at the head of the text, apart from it; what was inserted, in the text
between two marks (OpenDocument 1.3, part 3, 5.5).
"""

import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mmrag.ingest.formats.parts import has_mark, local_name, part_bytes, walk

_PARTS = ("content.xml", "styles.xml")  # the text, and headers and footers
MARK = re.compile(rb"<(?:\w+:)?tracked-changes\b")
"""Whether a part tracks changes."""
_TRACKED = re.compile(rb"<((?:\w+:)?tracked-changes)\b(?:[^>]*/>|.*?</\1\s*>)", re.DOTALL)
_DONE = {"insertion": "inserted", "deletion": "deleted"}
_SPACES = frozenset({"s", "tab", "line-break", "p", "h"})


def lines(path: Path) -> Iterator[str]:
    """Who inserted and deleted what, in the order of the text.

    Raises an error of `members.UNPACK_ERRORS` or `DocumentError` for a damaged file.
    """
    with zipfile.ZipFile(path) as package:
        for name in _tracking(package):
            reader = _Reader()
            walk(package, name, reader)
            yield from (change.told() for change in reader.changes.values() if change.text)


def taken(path: Path, folder: Path) -> Path:
    """A copy in `folder` without what was deleted, and without what tells of changes.

    All else in the package stays as it is packed. Raises like `lines`.
    """
    made = folder / "taken.odt"
    shutil.copyfile(path, made)
    with zipfile.ZipFile(made, "a") as package:
        for name in list(_tracking(package)):
            whole = part_bytes(package, name)
            package.filelist.remove(package.NameToInfo.pop(name))
            package.writestr(name, _TRACKED.sub(b"", whole), zipfile.ZIP_DEFLATED)
    return made


def _tracking(package: zipfile.ZipFile) -> Iterator[str]:
    """The parts in which changes are tracked."""
    for name in _PARTS:
        if name in package.NameToInfo and has_mark(package, name, MARK):
            yield name


@dataclass(slots=True)
class _Change:
    done: str = ""
    who: dict[str, str] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split()) if self.done else ""

    def told(self) -> str:
        who = ", ".join(filter(None, (self.who.get("creator"), self.who.get("date", "")[:10])))
        return f"{who or 'Somebody'} {self.done}: {self.text}"


class _Reader:
    """Gathers changes while the elements of a part go by (a target of `XMLParser`)."""

    def __init__(self) -> None:
        self.changes: dict[str, _Change] = {}
        self._region: _Change | None = None  # in which what was deleted stands
        self._running: list[str] = []  # what was inserted, and goes on
        self._info = ""  # what of a change is told
        self._notes = 0  # comments around

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = local_name(tag)
        told = {local_name(key): value for key, value in attributes.items()}
        if name == "annotation":
            self._notes += 1
        elif name == "changed-region":
            self._region = self.changes.setdefault(told.get("id", ""), _Change())
        elif self._region is not None and name in _DONE:
            self._region.done = self._region.done or _DONE[name]
        elif self._region is not None and name in ("creator", "date"):
            self._info = name
        elif name == "change-start" and told.get("change-id") in self.changes:
            self._running.append(told["change-id"])
        elif name == "change-end" and told.get("change-id") in self._running:
            self._running.remove(told["change-id"])
        elif name in _SPACES:
            self.data(" ")

    def end(self, tag: str) -> None:
        name = local_name(tag)
        if name == "annotation":
            self._notes -= 1
        elif name == "changed-region":
            self._region = None
        elif name == self._info:
            self._info = ""

    def data(self, text: str) -> None:
        if self._notes:
            return
        if self._region is None:
            for key in self._running:
                self.changes[key].pieces.append(text)
        elif self._info:
            self._region.who.setdefault(self._info, text)
        else:
            self._region.pieces.append(text)
