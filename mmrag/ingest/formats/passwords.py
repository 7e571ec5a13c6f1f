"""Passwords for encrypted files, from a file of the user's. They are never stored or shown."""

from collections.abc import Sequence
from pathlib import Path

from mmrag.errors import UsageError

LOCKED = "needs a password"


def read(path: str) -> tuple[str, ...]:
    """One password a line; none where `path` is empty. Raises `UsageError`."""
    if not path:
        return ()
    try:
        lines = Path(path).expanduser().read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        told = getattr(error, "strerror", None) or "not UTF-8 text"
        raise UsageError(f"{path}: cannot be read as a file of passwords: {told}") from error
    return tuple(line for line in lines if line)


def refused(known: Sequence[str]) -> str:
    """The reason for a file that none of the passwords opens."""
    if known:
        return f"{LOCKED}: none of those in the password file opens it"
    return f"{LOCKED}: give `--password-file FILE`, a password a line"
