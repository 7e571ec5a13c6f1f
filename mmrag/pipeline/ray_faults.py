"""What Ray tells of failures, in one line."""


def in_words(error: Exception) -> str:
    """An error in one line of bearable length: Ray's have whole traces in them.

    Of versions that differ it tells on several lines which they are.
    """
    lines = [" ".join(line.split()) for line in str(error).strip().splitlines()]
    if lines and lines[0].endswith(":"):
        return " ".join(lines[:6])[:400]
    return lines[0][:300] if lines else type(error).__name__
