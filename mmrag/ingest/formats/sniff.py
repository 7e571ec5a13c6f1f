"""What a file is, by its first bytes and not by its name."""

from pathlib import Path

from mmrag.errors import DocumentError
from mmrag.ingest.formats import unread
from mmrag.ingest.formats.table import FORMATS, HEAD_BYTES, Format, titles


def format_of(path: Path) -> Format:
    """The format of the file at `path`.

    Raises `DocumentError` where it is empty, cannot be read, or is none of `FORMATS`.
    """
    try:
        if not path.is_file():
            raise DocumentError("not a regular file" if path.exists() else "the file is gone")
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(f"cannot be read: {reason}") from error
    if not head:
        raise DocumentError("the file is empty (0 bytes)")
    fmt = _told(head)
    if fmt is None:
        raise DocumentError(f"{unread.described(head)}, not a {titles('or')} file")
    return fmt


def _told(head: bytes) -> Format | None:
    """The format of a file that begins so; a mark inside counts where the start says nothing."""
    by_start = next((fmt for fmt in FORMATS if fmt.begins(head)), None)
    if by_start is not None or unread.known(head) is not None:
        return by_start
    return next((fmt for fmt in FORMATS if fmt.anywhere and fmt.anywhere in head), None)
