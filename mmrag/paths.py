"""Paths as an index knows them: of files in folders, and of files within files (`a.zip!/b.pdf`).

A file in a bucket or behind a server has an address in place of a path (`s3://bucket/a.pdf`). As a
`Path` it has one slash fewer (`s3:/bucket/a.pdf`), and is never absolute as those of files are.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

INSIDE = "!/"
"""Between the path of a file and the name of one within it."""
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+):/+(?=[^/])")


def is_below(path: str, root: str) -> bool:
    """Whether a path is that folder or file, or lies in it."""
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def containers_of(path: str) -> Iterator[str]:
    """The paths that the file at `path` may lie within, if they are files; the outermost first."""
    at = path.find(INSIDE)
    while at != -1:
        yield path[:at]
        at = path.find(INSIDE, at + 1)


def is_address(path: str) -> bool:
    """Whether a path is an address: of a file in a bucket or behind a server, or of one within."""
    return "://" in path and _ADDRESS.match(path) is not None


def text_of(path: Path) -> str:
    """A path as the index keeps it; the address where it is one."""
    text = str(path)
    return text if path.is_absolute() else _ADDRESS.sub(r"\1://", text, count=1)
