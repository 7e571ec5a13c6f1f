"""Compound files, as old programs of Office write them: what stands at their top ([MS-CFB])."""

import struct
from collections.abc import Iterator

_SECTOR_SHIFT, _FIRST_DIRECTORY, _FIRST_TABLE = 30, 48, 76  # offsets in the header
_SHIFTS = (9, 12)  # sectors of 512 bytes, of 4,096
_TABLES_BEYOND, _TABLES_IN_HEAD = 68, 109
_NO_MORE = 0xFFFFFFFA  # numbers from here on are marks, and no sectors
_ENTRY = 128  # bytes of an entry of the directory
_NAME_BYTES, _KIND = 64, 66  # offsets in an entry
_ROOT = 5  # the kind of the first one


def names_at_top(content: bytes) -> frozenset[str]:
    """The names of its own streams and storages, without those of objects within it.

    Raises `ValueError` where it is damaged, or cut off before its directory.
    """
    try:
        entries = b"".join(_sectors(content))
        kind, *_, child = struct.unpack_from("<BB3I", entries, _KIND)
        if kind != _ROOT:
            raise ValueError("the directory of a compound file begins with another entry")
        return frozenset(_siblings(entries, child))
    except (struct.error, IndexError) as error:
        raise ValueError(f"the directory of a compound file is damaged: {error}") from error


def _siblings(entries: bytes, first: int) -> Iterator[str]:
    """The names of a tree of entries."""
    waiting, seen = [first], set()
    while waiting:
        number = waiting.pop()
        if number in seen or number >= _NO_MORE:
            continue
        seen.add(number)
        entry = entries[number * _ENTRY : (number + 1) * _ENTRY]
        size, *_, left, right = struct.unpack_from("<HBBII", entry, _NAME_BYTES)
        yield entry[: max(size - 2, 0)].decode("utf-16-le", "replace")
        waiting += (left, right)


def _sectors(content: bytes) -> Iterator[bytes]:
    """The sectors of the directory, in order."""
    (shift,) = struct.unpack_from("<H", content, _SECTOR_SHIFT)
    if shift not in _SHIFTS:
        raise ValueError("a compound file with sectors of a size that there is not")
    size = 1 << shift
    tables = list(_tables(content, size))
    (number,) = struct.unpack_from("<I", content, _FIRST_DIRECTORY)
    seen: set[int] = set()
    while number < _NO_MORE and number not in seen:
        seen.add(number)
        yield content[(number + 1) * size : (number + 2) * size]
        table, at = divmod(number, size // 4)
        (number,) = struct.unpack_from("<I", content, (tables[table] + 1) * size + at * 4)


def _tables(content: bytes, size: int) -> Iterator[int]:
    """The sectors with the table of which sector follows which."""
    yield from struct.unpack_from(f"<{_TABLES_IN_HEAD}I", content, _FIRST_TABLE)
    (number,) = struct.unpack_from("<I", content, _TABLES_BEYOND)
    seen: set[int] = set()
    while number < _NO_MORE and number not in seen:
        seen.add(number)
        *told, number = struct.unpack_from(f"<{size // 4}I", content, (number + 1) * size)
        yield from told
