"""Changes that a DOCX file tracks, and the file as it is shown with them taken."""

import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from mmrag.ingest.formats.parts import local_name, main_part, part

MARK = re.compile(rb"<(?:\w+:)?(?:ins|del|moveFrom|moveTo)[\s/>]")
"""Whether a part tracks changes."""
DELETES = re.compile(rb"<(?:\w+:)?(?:del|moveFrom)[\s/>]")
"""Whether it tracks any that take text away."""
_SETTINGS = "word/settings.xml"
_DONE = {
    "ins": "inserted",
    "del": "deleted",
    "moveFrom": "moved away",
    "moveTo": "moved here",
}
"""Elements of WordprocessingML around text that was changed (ECMA-376, part 1, 17.13.5)."""
_ROOT = re.compile(rb"<(?:(\w+):)?settings\b[^>]*?(/?)>")
_VIEW = re.compile(rb"<(?:\w+:)?revisionView\b[^>]*/>")


def lines(path: Path) -> Iterator[str]:
    """Who inserted, deleted and moved what, in the order of the text.

    Raises an error of `members.UNPACK_ERRORS` or `DocumentError` for a damaged file.
    """
    with zipfile.ZipFile(path) as package:
        document = part(package, main_part(package))
    for element in document.iter():
        done = _DONE.get(local_name(element.tag))
        text = _text(element) if done else ""
        if text:
            told = {local_name(key): value for key, value in element.attrib.items()}
            who = ", ".join(filter(None, (told.get("author", ""), told.get("date", "")[:10])))
            yield f"{who or 'Somebody'} {done}: {text}"


def taken(path: Path, folder: Path) -> Path:
    """A copy in `folder` that is shown with its changes taken; the file where it says not how.

    The setting for it takes the place of the old one (`revisionView`, 17.15.1.69); all else in the
    package stays as it is packed. Raises like `lines`.
    """
    made = folder / "taken.docx"
    shutil.copyfile(path, made)
    with zipfile.ZipFile(made, "a") as package:
        if _SETTINGS not in package.NameToInfo:
            return path
        part(package, _SETTINGS)  # which refuses one that is too large, or no XML
        settings = package.read(_SETTINGS)
        root = _ROOT.search(settings)
        if root is None:
            return path
        old = package.NameToInfo.pop(_SETTINGS)
        package.filelist.remove(old)
        package.writestr(_SETTINGS, _without_marks(settings, root), zipfile.ZIP_DEFLATED)
    return made


def _without_marks(settings: bytes, root: re.Match[bytes]) -> bytes:
    prefix = root[1] + b":" if root[1] else b""
    name = prefix + b"settings"
    begin = root[0].removesuffix(b"/>").removesuffix(b">") + b">"
    view = b"<%srevisionView %smarkup='0'/>" % (prefix, prefix)
    rest = b"</%s>" % name if root[2] else _VIEW.sub(b"", settings[root.end() :])
    return settings[: root.start()] + begin + view + rest


def _text(element: ElementTree.Element) -> str:
    """What was changed; what was inserted and deleted again is told as deleted alone."""
    wanted = "delText" if local_name(element.tag) == "del" else "t"
    pieces = (piece.text or "" for piece in element.iter() if local_name(piece.tag) == wanted)
    return " ".join("".join(pieces).split())
