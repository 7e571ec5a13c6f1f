"""The SHA-256 of files of weights, remembered for as long as a file stays as it was.

To hash 90 MB takes 60 ms or more, which every search would pay. A file is taken for the one that
was hashed where device, inode, size, and the times of change of its content and of its entry are
the same; the latter nobody can set. `mmrag models verify` hashes always.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import platformdirs

from mmrag.ids import file_sha256

MAX_FILES = 100
"""Files that are remembered, the latest of them. Chosen by hand."""

_Seen = Mapping[str, tuple[str, str]]
"""What a file looked like, and its SHA-256, by its path."""


def sha256(path: Path) -> str:
    """The SHA-256 of a file of weights, as 64 hex digits.

    Raises `OSError` where it cannot be read. Where nothing can be remembered it is hashed anew.
    """
    path = path.resolve()
    look = _look(path)
    known, digest = _seen().get(str(path), ("", ""))
    if known == look:
        return digest
    digest = file_sha256(path)
    if _look(path) == look:  # nobody wrote to it meanwhile
        _remember(path, look, digest)
    return digest


def _look(path: Path) -> str:
    """What tells that a file is still the one that it was."""
    stat = path.stat()
    parts = (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
    return " ".join(map(str, parts))


def _file() -> Path:
    return Path(platformdirs.user_cache_dir("mmrag", appauthor=False)) / "digests.json"


def _seen() -> _Seen:
    """What is remembered; nothing where the file is not there or not of our making."""
    try:
        return {
            str(path): (str(look), str(digest))
            for path, (look, digest) in json.loads(_file().read_bytes()).items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _remember(path: Path, look: str, digest: str) -> None:
    """Write what is known now, whole or not at all."""
    seen = {name: known for name, known in _seen().items() if name != str(path)}
    kept = dict([*seen.items(), (str(path), (look, digest))][-MAX_FILES:])
    file = _file()
    temporary = file.with_suffix(f".{os.getpid()}.tmp")
    with suppress(OSError):  # a cache: what cannot be written is hashed again
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        temporary.chmod(0o600)
        temporary.replace(file)
