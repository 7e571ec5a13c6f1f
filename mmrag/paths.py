"""Paths as an index knows them: of files in folders, and of files within files (`a.zip!/b.pdf`)."""

import os
from collections.abc import Iterator

INSIDE = "!/"
"""Between the path of a file and the name of one within it."""


def is_below(path: str, root: str) -> bool:
    """Whether a path is that folder or file, or lies in it."""
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def containers_of(path: str) -> Iterator[str]:
    """The paths that the file at `path` may lie within, if they are files; the outermost first."""
    at = path.find(INSIDE)
    while at != -1:
        yield path[:at]
        at = path.find(INSIDE, at + 1)
