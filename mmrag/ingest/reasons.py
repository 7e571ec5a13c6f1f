"""Exceptions in words, for the problems of a document."""

from mmrag.ingest.characters import clean

_MAX_CHARS = 300  # of a message; chosen by hand: two lines of a terminal


def reason(error: BaseException) -> str:
    """An exception in words: its message on one line, or its name."""
    if isinstance(error, MemoryError):
        return "out of memory"
    text = " ".join(clean(str(error)).split())
    return (text or type(error).__name__)[:_MAX_CHARS]
