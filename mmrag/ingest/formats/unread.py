"""What a file that is not read seems to be, for the message that refuses it."""

_KINDS = {
    b"<!doctype html": "an HTML page",
    b"<html": "an HTML page",
    b"<?xml": "an XML file",
    b"#!": "a script",
    b"PK\x03\x04": "a ZIP archive or Office document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"GIF8": "a GIF picture",
    b"%!PS": "a PostScript file",
    b"\x7fELF": "a program",
    b"\x1f\x8b": "a gzip archive",
}
_LONGEST_CHARACTER = 4  # bytes in UTF-8: the last one of a head may be cut


def known(head: bytes) -> str | None:
    """What a file with these first bytes is, where a signature says so."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next((kind for mark, kind in _KINDS.items() if start.startswith(mark.lower())), None)


def described(head: bytes) -> str:
    """What a file with these first bytes seems to be."""
    kind = known(head)
    if kind is not None:
        return kind
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - _LONGEST_CHARACTER:
            return "an unknown kind of file"
    return "a text file" if b"\x00" not in head else "an unknown kind of file"
