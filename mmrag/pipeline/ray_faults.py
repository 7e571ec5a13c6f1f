"""What Ray tells of failures, in one line."""

import re

MAX_LINES = 6
"""Of an error that goes on below its first line: what it was started with and what joins it."""
MAX_CHARACTERS, MAX_CHARACTERS_A_LINE = 400, 300
"""Of all such lines, and of an error of one line; chosen by hand."""


_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def in_words(error: Exception) -> str:
    """An error in one line of bearable length: Ray's have whole traces in them.

    Of versions that differ it tells on several lines which they are.
    """
    lines = [" ".join(line.split()) for line in _COLOUR.sub("", str(error)).strip().splitlines()]
    if lines and lines[0].endswith(":"):
        return " ".join(lines[:MAX_LINES])[:MAX_CHARACTERS]
    return lines[0][:MAX_CHARACTERS_A_LINE] if lines else type(error).__name__
