"""Files and folders that are their owner's alone, and reach the disk."""

import os
from pathlib import Path
from typing import BinaryIO

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
"""Modes of what is made here: an index holds what its documents say. Those of others stay."""


def make_folder(path: Path) -> None:
    """Make a folder, private whatever the umask, below those that are there or are made.

    Nothing happens where it is there already.
    """
    if path.is_dir():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(PRIVATE_FOLDER)
    except FileExistsError:  # another process was faster, or a file is there
        if not path.is_dir():
            raise
        return
    path.chmod(PRIVATE_FOLDER)


def open_private(path: Path, flags: int = os.O_TRUNC) -> BinaryIO:
    """A file opened for reading and writing, and made where there is none; private when made."""
    return os.fdopen(descriptor(path, flags), "w+b")


def descriptor(path: Path, flags: int = 0) -> int:
    """As `open_private`, as a descriptor that programs started later do not get."""
    flags |= os.O_RDWR | os.O_CLOEXEC
    try:
        made = os.open(path, flags | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    except FileExistsError:
        return os.open(path, flags | os.O_CREAT, PRIVATE_FILE)
    os.fchmod(made, PRIVATE_FILE)
    return made


def replace_file(path: Path, data: bytes) -> None:
    """Let a file take the place of the one before it, whole or not at all, and reach the disk."""
    temporary = path.with_name(f"{path.name}.tmp")
    with open_private(temporary) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Let a file reach the disk, or the names in a folder."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
