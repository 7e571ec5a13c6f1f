"""A file behind an address copied to this machine, and hashed while it is read."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from mmrag.filesystems import WEB, Unreachable, faults, opened

BLOCK_BYTES = 4 << 20
"""Read at a time, and asked of an object store in one request; chosen by hand."""


def fetch(address: str, to: Path, most_bytes: int) -> str:
    """Copy a file to a path of ours; the SHA-256 of its bytes.

    Nothing is left there where it cannot be read, or has more bytes than it may, whatever was said
    of its size: raises `Unreachable`. Raises `OSError` where the disk does not take it.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with to.open("xb") as copy:
            for block in _blocks(address):
                size += len(block)
                if size > most_bytes:
                    raise too_large(most_bytes)
                digest.update(block)
                copy.write(block)
    except BaseException:
        to.unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def too_large(most_bytes: int) -> Unreachable:
    """What is said of a file that is not fetched, or not to its end."""
    return Unreachable(f"larger than [ingest] fetch_mb = {most_bytes >> 20} allows")


def _blocks(address: str) -> Iterator[bytes]:
    with faults(), open_stream(address) as stream:
        while True:
            block = stream.read(BLOCK_BYTES)
            if not block:
                return
            yield block


def open_stream(address: str) -> IO[bytes]:
    """A file that is read from its start to its end; of a web server in one request."""
    system, name = opened(address)
    is_web = address.startswith(WEB)
    how = {"block_size": 0, "size": 1} if is_web else {"block_size": BLOCK_BYTES}
    stream: IO[bytes] = system.open(name, "rb", **how)  # of a size that is told, nobody asks
    return stream
