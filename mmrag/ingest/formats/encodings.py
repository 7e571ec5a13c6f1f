"""Text in any encoding: as it is marked, as UTF-8, as it declares, or as its letters suggest."""

import codecs
import re
from collections.abc import Iterator

import charset_normalizer

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # but white space, and ESC of ISO 2022
_MOST_CONTROLS = 0.005  # of the bytes of a text; chosen by hand
_NULS_OF_UTF16 = 0.4  # of every other byte, in text of mostly Latin letters; chosen by hand
_SAMPLE_BYTES = 200_000  # by which an encoding is told; chosen by hand
_USUAL = [
    "cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r",
    "gb18030", "big5", "shift_jis", "euc_jp", "iso2022_jp", "euc_kr", "tis_620",
]  # fmt: skip
"""The encodings that texts without a mark are found in; of two that fit alike, the first is meant.

Those of DOS and of old Macs are not among them: they fit texts that are in others.
"""


def is_text(head: bytes) -> bool:
    """Whether a file that begins so is a text: hardly a control character, or UTF-16."""
    if not head or any(head.startswith(mark) for mark, _ in _BOMS):
        return bool(head)
    if _utf16(head):
        return True
    return b"\x00" not in head and len(_CONTROLS.findall(head)) <= _MOST_CONTROLS * len(head)


def decoded(data: bytes, declared: str = "") -> tuple[str, str]:
    """The text and the encoding it was read in; `declared` is what it says itself.

    Bytes that are none of that encoding become U+FFFD. Line ends become line feeds.
    """
    for encoding in _candidates(data, declared):
        try:
            text = data.decode(encoding)
            break
        except (UnicodeDecodeError, LookupError):
            continue
    else:
        encoding = _likely(data)
        text = data.decode(encoding, "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding


def _candidates(data: bytes, declared: str) -> Iterator[str]:
    """Encodings that the data are certainly in, if they decode."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            yield encoding
    if wide := _utf16(data[:_SAMPLE_BYTES]):
        yield wide
    elif not (b"\x1b$" in data or b"~{" in data):  # ISO 2022 and HZ are ASCII by their bytes
        yield "utf-8"
    if declared:
        yield declared


def _utf16(head: bytes) -> str:
    """UTF-16 without a mark, of mostly Latin letters; empty where it is none."""
    even, odd = head[0::2], head[1::2]
    for zeros, others, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros and zeros.count(0) > _NULS_OF_UTF16 * len(zeros) and not others.count(0):
            return encoding
    return ""


def _likely(data: bytes) -> str:
    """The encoding that makes the most of a language of the data."""
    found = charset_normalizer.from_bytes(
        data[:_SAMPLE_BYTES], cp_isolation=_USUAL, enable_fallback=False
    )
    ranked = sorted(
        found,
        key=lambda match: (
            round(match.chaos, 2),
            -round(match.coherence, 2),
            _USUAL.index(match.encoding),
        ),
    )
    return ranked[0].encoding if ranked else _USUAL[0]


def plain_head(head: bytes) -> bytes:
    """The start of a file in UTF-8 where it is wider: without its mark."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return head.decode(encoding, "ignore").encode("utf-8")
    wide = _utf16(head)
    return head.decode(wide, "ignore").encode("utf-8") if wide else head
