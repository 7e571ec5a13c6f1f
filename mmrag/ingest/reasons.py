"""Exceptions in words, for the problems of a document."""

from mmrag.ingest.characters import clean
from mmrag.types import Problem

OUT_OF_TIME = "timeout after"
"""How the message begins of a step that was ended for the time it took."""
_MAX_CHARS = 300  # of a message; chosen by hand: two lines of a terminal


def ran_out_of_time(problem: Problem) -> bool:
    """Whether a step was ended for the time it took: on a machine less busy it may not be."""
    return problem.message.startswith(OUT_OF_TIME)


def reason(error: BaseException) -> str:
    """An exception in words: its message on one line, or its name."""
    if isinstance(error, MemoryError):
        return "out of memory"
    text = " ".join(clean(str(error)).split())
    return (text or type(error).__name__)[:_MAX_CHARS]
