"""What a user names as INPUT, as sources: pictures, pages of files, folders, patterns.

chart.png          a picture          report.pdf         its first page
report.pdf#3       its page 3         report.pdf#2-5     four pages
scans/             all in a folder    "scans/*.jpg"      what a pattern finds
3fa9c1d2-p0012     a page or figure of an index, where one is given
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from mmrag import ids
from mmrag.errors import UsageError
from mmrag.readings import PictureSource

MAX_PAGES = 10_000
"""Of one range of pages; chosen by hand, to catch a slip of the key."""
_PAGES = re.compile(r"(?P<file>.+)#(?P<first>\d{1,9})(?:-(?P<last>\d{1,9}))?")

Find = Callable[[str], PictureSource]
"""From an image ID to where its page lies."""


def sources(
    named: Iterable[str], suffixes: frozenset[str], find: Find | None
) -> Iterator[PictureSource]:
    """The sources that inputs name, each once, in order; those of a folder by name.

    `suffixes` are those of the files that a folder is searched for, in lower case. Raises
    `UsageError` for an input that names nothing.
    """
    seen: set[tuple[Path, int, object]] = set()
    for name in named:
        for source in _of(name, suffixes, find):
            key = (source.path, source.page, source.bbox)
            if key not in seen:
                seen.add(key)
                yield source


def _of(name: str, suffixes: frozenset[str], find: Find | None) -> Iterator[PictureSource]:
    path = Path(name)
    paged = _PAGES.fullmatch(name)
    if not name:
        raise UsageError("an input is empty: name a picture, a page (file.pdf#3) or a folder")
    if path.is_dir():
        found = sorted(_files(path, suffixes))
        if not found:
            raise UsageError(f"{name}: no picture or document in this folder")
        for file in found:
            yield PictureSource(str(file), file)
    elif path.exists():
        yield PictureSource(name, path)
    elif paged and Path(paged["file"]).is_file():
        yield from _pages(name, Path(paged["file"]), int(paged["first"]), paged["last"])
    elif ids.parse_image_id(name) is not None:
        if find is None:
            raise UsageError(f"{name} is an image ID: name its index with --index")
        yield find(name)
    else:
        matching = sorted(_matching(path)) if _is_pattern(name) else []
        files = [file for file in matching if file.is_file()]
        if not files:
            what = "no file matches it" if _is_pattern(name) else "no such file, folder or image ID"
            raise UsageError(f"{name}: {what}")
        for file in files:
            yield PictureSource(str(file), file)


def _pages(name: str, file: Path, first: int, last: str | None) -> Iterator[PictureSource]:
    end = first if last is None else int(last)
    if first < 1 or end < first or end - first >= MAX_PAGES:
        raise UsageError(f"{name}: not a page or a range of pages such as {file.name}#2-5")
    for page in range(first, end + 1):
        yield PictureSource(f"{file}#{page}", file, page)


def _files(folder: Path, suffixes: frozenset[str]) -> Iterator[Path]:
    """Files of a folder and those below it, hidden ones left out."""
    for path in folder.rglob("*"):
        inside = path.relative_to(folder).parts
        is_hidden = any(part.startswith(".") for part in inside)
        if path.suffix.lower() in suffixes and not is_hidden and path.is_file():
            yield path


def _matching(pattern: Path) -> Iterator[Path]:
    """What a pattern finds, from its last folder without a sign of one."""
    parts = pattern.parts
    first = next(at for at, part in enumerate(parts) if _is_pattern(part))
    return Path(*parts[:first]).glob(str(Path(*parts[first:])))


def _is_pattern(name: str) -> bool:
    return any(sign in name for sign in "*?[")
