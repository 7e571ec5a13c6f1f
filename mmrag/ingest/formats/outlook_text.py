"""Outlook's texts of eight bits, made those of Unicode, which are read in one way alone.

A message says its code page, where it does; its recipients and attachments do not, and programs
write other bytes than they say. So all texts of a message are looked at together.
"""

import codecs
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mmrag.ingest.formats import encodings
from mmrag.ingest.formats.web import declared_charset

if TYPE_CHECKING:
    from oxmsg.storage import Storage

PROPERTIES = "__properties_version1.0"
_TEXT = "__substg1.0_"
_EIGHT_BITS, _UNICODE, _NUMBER = 0x001E, 0x001F, 0x0003  # types ([MS-OXCDATA] 2.11.1)
_HTML = "__substg1.0_10130102"
_CODE_PAGES = (0x3FDE, 0x3FFD)  # of the body, of all texts ([MS-OXPROPS] 2.753, 2.788)
_UTF_8 = 65001
_SEGMENT = 16  # bytes of a property ([MS-OXMSG] 2.4.2)
_HEADS = {"__attach": 8, "__recip_": 8, _TEXT: 24}
_TOP_HEAD = 32
"""Bytes before the properties, of attachments and recipients, of a message in another, and of one
by itself ([MS-OXMSG] 2.4.1)."""
_NAMED = {
    _UTF_8: "utf-8", 20127: "ascii", 20866: "koi8-r", 21866: "koi8-u", 50220: "iso2022_jp",
    50221: "iso2022_jp", 50225: "iso2022_kr", 51932: "euc_jp", 51949: "euc_kr", 52936: "hz",
    54936: "gb18030", **{28590 + part: f"iso8859-{part}" for part in range(1, 16)},
}  # fmt: skip
"""Code pages that are not called by their number in Python."""


def in_unicode(storage: "Storage") -> "Storage":
    """A message with its texts in Unicode, its HTML in UTF-8, and messages in it as any other."""
    declared = _declared(storage)
    _, encoding = encodings.decoded(b"\n".join(_texts(storage)), declared)
    return _rewritten(storage, (encoding, declared))


def _texts(storage: "Storage") -> Iterator[bytes]:
    """Those that say something of their encoding."""
    for stream in storage.streams:
        if _is_text(stream.name) and not stream.bytes_.isascii():
            yield stream.bytes_.strip(b" \0")
    for inner in storage.storages:
        yield from _texts(inner)


def _is_text(name: str) -> bool:
    return name.startswith(_TEXT) and name.endswith(f"{_EIGHT_BITS:04X}")


def _declared(storage: "Storage") -> str:
    """The encoding that it says its texts are in; "" where it says none that is known."""
    told = {
        number: struct.unpack_from("<I", segment, 8)[0]
        for stream in storage.streams
        if stream.name == PROPERTIES
        for number, segment in _properties(stream.bytes_, _TOP_HEAD)
    }
    for page in (told.get(number, 0) for number in _CODE_PAGES):
        name = _NAMED.get(page, f"cp{page}")
        try:
            return codecs.lookup(name).name
        except LookupError:
            continue
    return ""


def _properties(data: bytes, head: int) -> Iterator[tuple[int, bytes]]:
    """The number of each property, and all its bytes."""
    for at in range(head, len(data) - _SEGMENT + 1, _SEGMENT):
        segment = data[at : at + _SEGMENT]
        yield struct.unpack_from("<H", segment, 2)[0], segment


def _rewritten(storage: "Storage", encodings_tried: tuple[str, str]) -> "Storage":
    from oxmsg.storage import Storage, Stream

    head = next(
        (size for start, size in _HEADS.items() if storage.name.startswith(start)), _TOP_HEAD
    )
    streams = []
    for stream in storage.streams:
        path, data = stream.path, stream.bytes_
        if _is_text(stream.name):
            path = f"{path[:-4]}{_UNICODE:04X}"
            data = _text(data, *encodings_tried).encode("utf-16-le")
        elif stream.name == _HTML:
            charset = declared_charset(data) or encodings_tried[1]
            data = encodings.decoded(data, charset)[0].encode()
        elif stream.name == PROPERTIES:
            data = _without_code_page(data, head)
        streams.append(Stream(path, data))
    inner = tuple(_rewritten(one, encodings_tried) for one in storage.storages)
    return Storage(storage.path, tuple(streams), inner)


def _text(data: bytes, encoding: str, declared: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return encodings.decoded(data, declared)[0]


def _without_code_page(data: bytes, head: int) -> bytes:
    """Properties whose texts are of Unicode, with the head of a message that is in no other."""
    kept = [
        struct.pack("<H", _UNICODE) + segment[2:]
        if struct.unpack_from("<H", segment)[0] == _EIGHT_BITS
        else segment
        for number, segment in _properties(data, head)
        if number not in _CODE_PAGES
    ]
    kept.append(struct.pack("<HHIQ", _NUMBER, _CODE_PAGES[0], 6, _UTF_8))
    return data[:head].ljust(_TOP_HEAD if head > 8 else head, b"\0") + b"".join(kept)
