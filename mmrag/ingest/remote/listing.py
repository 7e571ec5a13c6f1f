"""The files at and below an address, with what tells whether they changed.

Where a listing fails, or does not end, the folder is told as one that could not be listed, and so
nothing of it counts as gone.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmrag.filesystems import WEB, NothingThere, Unreachable, check, faults, opened
from mmrag.ingest.reasons import reason
from mmrag.ingest.remote import links
from mmrag.ingest.remote.fetching import open_stream
from mmrag.types import Problem

MAX_ENTRIES, MAX_DEPTH = 1_000_000, 32
"""Files and folders below an address, and folders within folders, that are listed; chosen by hand:
a web server may invent them without an end."""
ASKED_AT_ONCE = 8
"""Files of a web server about which is asked side by side; chosen by hand."""
MAX_PAGE_BYTES = 32 << 20
"""Of the page of a folder of a web server: some 300,000 links. Chosen by hand."""
_SIGNS = (
    "ETag", "etag", "md5Hash", "content_md5", "Content-MD5", "generation", "VersionId",
    "LastModified", "last_modified", "Last-Modified", "updated", "mtime", "modified", "created",
)  # fmt: skip
"""What file systems of fsspec tell of a version of a file, and of when it changed."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file behind an address as it was listed.

    `version` is another number where the file is another one. Where nothing tells, it is new each
    time, so that the bytes are compared.
    """

    size: int
    version: int


@dataclass(frozen=True, slots=True)
class Listed:
    """Files by their paths (`mmrag.paths`), folders that could not be listed, and why.

    `is_there` is False where nothing is at the address.
    """

    files: Mapping[Path, RemoteFile]
    problems: tuple[tuple[Path, Problem], ...]
    is_there: bool


_Entry = tuple[str, bool, Mapping[str, Any]]
"""A file or folder: its name within its folder, whether it is a folder, and what is told of it."""


def listed(address: str, is_left_out: Callable[[str], bool]) -> Listed:
    """All files at or below an address. Folders of web servers end with "/".

    `is_left_out` is asked of each name below the root, those of folders with "/" at their end.
    Raises `UsageError` for an address that is not taken.
    """
    check(address)
    root = address.rstrip("/")
    try:
        with faults():
            info = _info(address)
    except Unreachable as error:
        is_there = not isinstance(error, NothingThere)
        return Listed({}, ((Path(root), Problem("walk", _not_listed(error))),), is_there)
    if info is not None:
        return Listed({Path(root): _file(info)}, (), True)
    return _Listing(root, is_left_out).all()


def _info(address: str) -> Mapping[str, Any] | None:
    """What is told of a file; None for a folder."""
    system, name = opened(address)
    if address.startswith(WEB):
        return None if address.endswith("/") else dict(system.info(name))
    system.invalidate_cache()
    info = dict(system.info(name))
    return None if info["type"] == "directory" else info


class _Listing:
    """One walk down from a folder."""

    def __init__(self, root: str, is_left_out: Callable[[str], bool]) -> None:
        self._root = root
        self._is_left_out = is_left_out
        self._files: dict[Path, RemoteFile] = {}
        self._problems: list[tuple[Path, Problem]] = []
        self._count = self._odd = 0

    def all(self) -> Listed:
        waiting = [""]
        while waiting and self._count <= MAX_ENTRIES:
            folder = waiting.pop()
            try:
                entries = self._entries(folder)
            except Unreachable as error:
                self._tell(_not_listed(error), folder)
                continue
            for name, is_folder, info in entries:
                below = f"{folder}{name}"
                if name.startswith(".") or self._is_left_out(below + "/" * is_folder):
                    continue
                if is_folder:
                    waiting.append(f"{below}/")
                else:
                    self._files[self._path(below)] = _file(info)
        if waiting:
            self._tell(f"more than {MAX_ENTRIES:,} files and folders: index its folders one by one")
        if self._odd:
            self._tell(f"{self._odd} names with empty parts, or . or .. for one, are left out")
        return Listed(self._files, tuple(self._problems), is_there=True)

    def _tell(self, what: str, folder: str = "") -> None:
        """A problem of a folder, of which then nothing counts as gone."""
        self._problems.append((self._path(folder), Problem("walk", what)))

    def _path(self, below: str) -> Path:
        return Path(f"{self._root}/{below}")

    def _entries(self, folder: str) -> list[_Entry]:
        """What lies in a folder, whose name is empty or ends with "/". Raises `Unreachable`."""
        if folder.count("/") > MAX_DEPTH:
            raise Unreachable(f"more than {MAX_DEPTH} folders, one in the other")
        address = f"{self._root}/{folder}"
        with faults():
            found = _of_web(address) if address.startswith(WEB) else _of_store(address)
        self._count += len(found)
        plain = [entry for entry in found if _is_plain(entry[0])]
        self._odd += len(found) - len(plain)
        return plain


def _is_plain(name: str) -> bool:
    """Whether a name is one part of a path, so that no other name makes the same path."""
    return name not in ("", ".", "..") and "/" not in name


def _of_store(address: str) -> list[_Entry]:
    system, root = opened(address.rstrip("/"))
    found = []
    for info in system.ls(root, detail=True):
        name = str(info["name"]).rstrip("/")
        if name.strip("/") == root.strip("/") or info["type"] not in ("file", "directory"):
            continue  # what stands for the folder itself; links
        below = name.removeprefix(root.rstrip("/") + "/")
        found.append((below, info["type"] == "directory", info))
    return sorted(found, key=lambda entry: entry[0])


def _of_web(address: str) -> list[_Entry]:
    """Links of a folder's page; of each file is asked what it is, without reading it."""
    with open_stream(address) as stream:
        page = b""
        while block := stream.read(MAX_PAGE_BYTES + 1 - len(page)):
            page += block
        if len(page) > MAX_PAGE_BYTES:
            raise Unreachable(f"its page is larger than {MAX_PAGE_BYTES >> 20} MB")
    system, _ = opened(address)

    def entry(link: str) -> _Entry:
        name = link.removeprefix(address)
        is_folder = name.endswith("/")
        try:
            info = {} if is_folder else dict(system.info(link))
        except OSError:
            info = {}  # reading it will tell why
        return name.rstrip("/"), is_folder, info

    with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
        return list(pool.map(entry, links.below(page.decode("utf-8", "replace"), address)))


def _file(info: Mapping[str, Any]) -> RemoteFile:
    signs = [f"{name}={info[name]}" for name in _SIGNS if info.get(name)]
    size = int(info.get("size") or 0)
    if not signs:
        return RemoteFile(size, time.time_ns())
    digest = hashlib.sha256("\n".join(signs).encode()).digest()
    return RemoteFile(size, int.from_bytes(digest[:8]) >> 1)  # as large as SQLite's integers


def _not_listed(error: Unreachable) -> str:
    return f"cannot be listed: {reason(error)}"
