"""ZIP and tar: a page that lists what is in them, and their files as documents of their own."""

import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from mmrag.errors import DocumentError
from mmrag.ingest.formats import delimited
from mmrag.ingest.formats.members import UNPACK_ERRORS, Members
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms
from mmrag.ingest.reasons import reason

_MAX_ENTRIES = 50_000  # looked at; chosen by hand
_MAX_LISTED = 1_000  # on pages; chosen by hand


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """An archive. Raises `DocumentError` where it cannot be read or holds no files."""
    members = terms.members
    try:
        listed = list(
            _zip(path, members, terms.passwords)
            if zipfile.is_zipfile(path)
            else _tar(path, members)
        )
    except UNPACK_ERRORS as error:
        raise DocumentError(f"the archive cannot be unpacked: {reason(error)}") from error
    if not listed:
        raise DocumentError("the archive holds no files")
    problems = tuple(members.problems()) if members else ()
    rows = [["file", "bytes", "changed"], *listed[:_MAX_LISTED]]
    with delimited.of_rows("Files", rows, terms, {}, problems) as file:
        yield file


def _zip(path: Path, members: Members | None, passwords: Sequence[str]) -> Iterator[list[str]]:
    with zipfile.ZipFile(path) as archive:
        for item in archive.infolist()[:_MAX_ENTRIES]:
            if item.is_dir() or _is_hidden(item.filename):
                continue
            year, month, day, *_ = item.date_time
            yield [item.filename, str(item.file_size), f"{year}-{month:02}-{day:02}"]
            if members is None:
                continue
            try:
                with _unlocked(archive, item, passwords) as file:
                    members.add(item.filename, file, max(item.compress_size, 1))
            except (*UNPACK_ERRORS, DocumentError) as error:
                members.fail(item.filename, f"it cannot be unpacked: {reason(error)}")


def _unlocked(
    archive: zipfile.ZipFile, item: zipfile.ZipInfo, passwords: Sequence[str]
) -> IO[bytes]:
    """A file of the archive, open. Raises `DocumentError` where no password fits."""
    if not item.flag_bits & 1:
        return archive.open(item)
    for password in passwords:
        try:
            return archive.open(item, pwd=password.encode())
        except RuntimeError:
            continue
    raise DocumentError("it needs a password that is none of those in the password file")


def _tar(path: Path, members: Members | None) -> Iterator[list[str]]:
    with tarfile.open(path, "r:*") as archive:
        for number, item in enumerate(archive):
            if number >= _MAX_ENTRIES:
                break
            if not item.isfile() or _is_hidden(item.name):
                continue
            changed = datetime.fromtimestamp(max(item.mtime, 0), UTC).date().isoformat()
            yield [item.name, str(item.size), changed]
            file = archive.extractfile(item) if members else None
            if members and file:
                members.add(item.name, file)


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/") if part != ".")
