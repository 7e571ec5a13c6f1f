"""The size that the bytes of a picture declare, where they are such a picture and nothing besides.

Nothing is decoded: a worker that a hostile file has taken over may send any bytes.
"""

import re
import struct

_LOSSY = struct.Struct("<4sI4s4sI3s3sHH")
"""A lossy WebP up to its size: RIFF and chunk headers, frame tag, start code (RFC 9649, 2.5)."""
_START_CODE = b"\x9d\x01\x2a"
_SIDE_MASK = 0x3FFF  # of 16 bits, 14 are the side and 2 a scale that no decoder applies
_SEGMENT = struct.Struct(">BBH")
"""A segment of a JPEG: its marker, and its length without that (ITU-T T.81, B.1.1.4)."""
_FRAME = struct.Struct(">BHH")
"""Of a frame: bits of a sample, height, width (T.81, B.2.2)."""
_SOF0, _SOS = 0xC0, 0xDA  # a baseline frame; the scan
_TABLES = frozenset((0xDB, 0xC4, 0xE0))  # quantization, Huffman codes, JFIF's header
_ENDS_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL)


def of_webp(data: bytes) -> tuple[int, int] | None:
    """Width and height of a lossy WebP; None for anything else."""
    if len(data) < _LOSSY.size:
        return None
    riff, length, webp, chunk, inner, _, start, width, height = _LOSSY.unpack_from(data)
    whole = length == len(data) - 8 and inner <= length - 12
    if (riff, webp, chunk, start) != (b"RIFF", b"WEBP", b"VP8 ", _START_CODE) or not whole:
        return None
    return width & _SIDE_MASK, height & _SIDE_MASK


def of_jpeg(data: bytes) -> tuple[int, int] | None:
    """Width and height of a baseline JPEG of one scan, without comments; None for anything else."""
    size, at = None, 2
    while data.startswith(b"\xff\xd8") and at + _SEGMENT.size <= len(data):
        prefix, marker, length = _SEGMENT.unpack_from(data, at)
        if prefix != 0xFF or length < 2:
            return None
        if marker == _SOS:
            end = _ENDS_SCAN.search(data, at + 2 + length)
            is_whole = end is not None and data[end.start() :] == b"\xff\xd9"
            return size if is_whole else None
        if marker == _SOF0 and size is None and length >= 2 + _FRAME.size:
            if at + _SEGMENT.size + _FRAME.size > len(data):
                return None
            _, height, width = _FRAME.unpack_from(data, at + _SEGMENT.size)
            size = (width, height)
        elif marker not in _TABLES:
            return None
        at += 2 + length
    return None
