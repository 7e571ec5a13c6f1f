"""A message as Outlook saves it, made by hand: no library writes the format.

A compound file ([MS-CFB]) with a stream for each property of the message ([MS-OXMSG]).
"""

import struct
from collections.abc import Mapping

_SECTOR = 512
_LEAST = 4096  # bytes of a stream that lies in sectors of its own
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SUBJECT, _BODY, _SENDER, _ADDRESS, _SENT = 0x0037, 0x1000, 0x0C1A, 0x0C1F, 0x0039
_TEXT, _TIME = 0x001F, 0x0040
_NOON = 133_000_000_000_000_000  # of 100 nanoseconds since 1601: in June 2022


_EIGHT_BITS, _NUMBER, _CODE_PAGE = 0x001E, 0x0003, 0x3FFD


def message(
    subject: str,
    body: str,
    sender: tuple[str, str],
    encoding: str = "utf-16-le",
    code_page: int = 0,
) -> bytes:
    """A message of plain text; `sender` is a name and an address.

    Its texts are in Unicode, or in an `encoding` of eight bits; it says that they are of
    `code_page`, or nothing.
    """
    kind = _TEXT if encoding == "utf-16-le" else _EIGHT_BITS
    texts = {_SUBJECT: subject, _BODY: body, _SENDER: sender[0], _ADDRESS: sender[1]}
    told = {n: value.ljust(_LEAST // 2).encode(encoding) for n, value in texts.items()}
    entries = [
        struct.pack("<HHIII", kind, number, 6, len(value) + 2, 0) for number, value in told.items()
    ]
    entries.append(struct.pack("<HHIQ", _TIME, _SENT, 6, _NOON))
    if code_page:
        entries.append(struct.pack("<HHIQ", _NUMBER, _CODE_PAGE, 6, code_page))
    streams = {"__properties_version1.0": bytes(32) + b"".join(entries)}
    streams |= {f"__substg1.0_{number:04X}{kind:04X}": value for number, value in told.items()}
    return compound(streams)


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of few small streams, which are filled up with zeros."""
    sizes = {name: -(-max(len(data), _LEAST) // _SECTOR) for name, data in streams.items()}
    directory = -(-(len(streams) + 1) * 128 // _SECTOR)
    table = [_TABLE, *_chain(1, directory)]
    entries = [_entry("Root Entry", 5, child=1)]
    data = b""
    for number, (name, content) in enumerate(streams.items(), 1):
        following = number + 1 if number < len(streams) else _FREE
        size = sizes[name] * _SECTOR
        entries.append(_entry(name, 2, following=following, start=len(table), size=size))
        table += _chain(len(table), sizes[name])
        data += content.ljust(size, b"\0")
    head = struct.pack(
        "<8s16s6H10I",
        bytes.fromhex("d0cf11e0a1b11ae1"), bytes(16), 0x3E, 3, 0xFFFE, 9, 6, 0,
        0, 0, 1, 1, 0, _LEAST, _END, 0, _END, 0,
    )  # fmt: skip
    head += struct.pack("<109I", 0, *[_FREE] * 108)
    table += [_FREE] * (_SECTOR // 4 - len(table))
    listed = b"".join(entries).ljust(directory * _SECTOR, b"\0")
    return head + struct.pack(f"<{len(table)}I", *table) + listed + data


def _chain(first: int, count: int) -> list[int]:
    return [*range(first + 1, first + count), _END]


def _entry(
    name: str,
    kind: int,
    *,
    child: int = _FREE,
    following: int = _FREE,
    start: int = 0,
    size: int = 0,
) -> bytes:
    """An entry of the directory; streams hang one on the other."""
    written = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII36xIQ", written, len(written), kind, 1, _FREE, following, child,
        _END if kind == 5 else start, size,
    )  # fmt: skip
