"""Backups: databases and pictures of an index in one file, and an index made of such a file.

The file is a ZIP with nothing compressed: `index.db`, as SQLite copies it while others read and
write, `answers.db` and `feedback/` of what a server was asked, and `pictures/SHA256.webp`. FAISS
files are derived, and left out. A file that is restored may come from anywhere: no name in it but
those becomes a path, no entry is larger than the file itself, and no statement of it is run.
"""

import re
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal, cast, get_args

from mmrag.errors import IndexUnusable, UsageError
from mmrag.reports import BackupReport
from mmrag.store import picture_place
from mmrag.store.answers import KeptAnswers
from mmrag.store.catalog import Catalog
from mmrag.store.connection import has_own_schema, storage_errors
from mmrag.store.layout import FeedbackFile, IndexLayout
from mmrag.store.lock import FileLock
from mmrag.store.pictures import PictureStore
from mmrag.store.private import make_folder, open_private, sync
from mmrag.types import Picture

_DATABASE, _ANSWERS = "index.db", "answers.db"
_FEEDBACK = get_args(FeedbackFile)
_PARTS = frozenset((_DATABASE, _ANSWERS, *(f"feedback/{name}" for name in _FEEDBACK)))
"""Entries that are no pictures; what else lies in these places is not taken along."""
_PICTURE = re.compile(r"pictures/([0-9a-f]{64})\.(webp|png|jpeg)")
MAX_PICTURE_BYTES = 256 << 20
"""Of one picture that is restored, which is held in memory. By hand: a page has 0.4 MB at most."""


def back_up(catalog: Catalog, file: Path, *, answers: bool = True) -> BackupReport:
    """Write a backup of what a catalog sees; others may read and write meanwhile.

    With `answers`, what a server was asked and what readers said of it goes along. The file appears
    whole or not at all. Pictures that are lost or damaged are left out and listed. Raises
    `UsageError` where the file is there already, `IndexUnusable` where the database is damaged or
    the disk is full.
    """
    if file.exists():
        raise UsageError(f"{file}: is there already: give another name")
    layout = catalog.layout
    with _beside(file) as folder:
        copy = IndexLayout(folder)
        with storage_errors(copy), closing(sqlite3.connect(copy.db)) as target:
            catalog.session.db.conn.backup(target)
        with Catalog.open(copy) as held:
            for item, message in held.session.damage():
                raise IndexUnusable(f"{catalog.layout.db}: {item}: {message}: nothing was written")
            hashes, documents = sorted(held.picture_hashes()), len(held.documents.all())
        parts = {_DATABASE: copy.db}
        kept = KeptAnswers(layout).copy(copy.answers) if answers else 0
        if kept:
            parts[_ANSWERS] = copy.answers
        if answers:
            marks = (layout.feedback / name for name in _FEEDBACK)
            parts |= {f"feedback/{path.name}": path for path in marks if path.is_file()}
        made = folder / "backup"
        with storage_errors(copy):
            missing = _write(made, parts, picture_place.kept(catalog), hashes)
            sync(made)
            made.rename(file)
            sync(file.parent)
    return BackupReport(
        str(file), str(layout.root), documents, len(hashes) - len(missing), missing,
        file.stat().st_size, kept, _feedback(parts),
    )  # fmt: skip


def restore(file: Path, layout: IndexLayout) -> BackupReport:
    """Make an index of a backup where there is none.

    Documents with pictures that the backup lacks are read again by the next indexing run. Raises
    `UsageError` where an index is there or the file is no backup, `IndexLocked`, and
    `IndexUnusable` where the disk is full or a newer mmrag made the backup.
    """
    for path in (layout.db, layout.answers, layout.feedback):
        if path.exists():
            raise UsageError(
                f"{path}: an index is there, or was: give another folder with --index, or remove it"
            )
    with _opened(file) as archive:
        entries = _entries(file, archive)
        with storage_errors(layout):
            make_folder(layout.root)
            _require_room(layout, sum(entry.file_size for entry in entries))
            with FileLock(layout.writer_lock).acquire():
                return _restored(file, archive, entries, layout)


def _restored(
    file: Path, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], layout: IndexLayout
) -> BackupReport:
    pictures = PictureStore(layout)
    parts = [entry.filename for entry in entries if entry.filename in _PARTS]
    with _beside(layout.db) as folder:
        staged = IndexLayout(folder)
        for entry in entries:
            if entry.filename in _PARTS:
                path = folder / entry.filename
                make_folder(path.parent)
                with archive.open(entry) as source, open_private(path) as target:
                    shutil.copyfileobj(source, target)
            else:
                pictures.save(_picture(archive, entry))
        missing = _checked(file, staged, set(pictures.stored()))
        answers = _checked_answers(file, staged)
        pictures.sync()
        for name in parts:
            sync(folder / name)
        for path in (staged.answers, staged.feedback, staged.db):  # the last makes it an index
            if path.exists():
                path.rename(layout.root / path.name)
        sync(layout.root)
    with Catalog.open(layout) as held:
        documents = len(held.documents.all())
    return BackupReport(
        str(file), str(layout.root), documents, len(entries) - len(parts), missing,
        file.stat().st_size, answers, _feedback(parts),
    )  # fmt: skip


def _feedback(parts: Iterable[str]) -> tuple[str, ...]:
    """The files of the dataset among the entries of a backup."""
    return tuple(part for part in parts if part.startswith("feedback/"))


def _checked(file: Path, staged: IndexLayout, stored: set[str]) -> tuple[str, ...]:
    """Pictures that a database lacks, once it is sound, of ours, and of this version."""
    with Catalog.open(staged, write=True) as held:
        damage = [message for _, message in held.session.damage()]
        if damage or not has_own_schema(held.session.db):
            raise UsageError(f"{file}: its database is damaged: {damage or 'another schema'}")
        missing = tuple(sorted(set(held.picture_hashes()) - stored))
        with held.transaction():
            held.sources.mark_unread(missing)
            held.facts.set_pictures(None)  # those of the backup lie in the index that is made
        held.checkpoint()
    return missing


def _checked_answers(file: Path, staged: IndexLayout) -> int:
    """How many answers there are, once they are sound and of ours."""
    answers = KeptAnswers(staged)
    fault = answers.fault()
    if fault:
        raise UsageError(f"{file}: its answers are damaged: {fault}")
    return answers.count()


def _write(
    made: Path, parts: Mapping[str, Path], store: PictureStore, hashes: list[str]
) -> tuple[str, ...]:
    """Write the archive; the hashes of pictures that could not be put into it."""
    missing: list[str] = []
    with open_private(made) as target, zipfile.ZipFile(target, "w") as archive:
        for name, part in parts.items():
            entry = zipfile.ZipInfo(name)  # of 1980, as all: files may have any time
            with part.open("rb") as source, archive.open(entry, "w", force_zip64=True) as into:
                shutil.copyfileobj(source, into)
        for sha256, picture in store.pictures(hashes):
            if isinstance(picture, UsageError):
                missing.append(sha256)
                continue
            name = f"pictures/{sha256}.{picture.format}"
            archive.writestr(zipfile.ZipInfo(name), picture.data)
    return tuple(missing)


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """A backup, whatever is in it. Raises `UsageError` where it is none or is damaged."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except FileNotFoundError as error:
        raise UsageError(f"{file}: is not there") from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise UsageError(f"{file}: no backup of mmrag, or a damaged one: {error}") from error


def _entries(file: Path, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The entries, none of which is anything but what a backup holds. Raises `UsageError`."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    for entry in entries:
        if entry.filename not in _PARTS and not _PICTURE.fullmatch(entry.filename):
            raise UsageError(f"{file}: holds {entry.filename[:80]!r}, which no backup does")
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
            raise UsageError(f"{file}: {entry.filename} is compressed or encrypted: no backup is")
        if entry.filename not in _PARTS and entry.file_size > MAX_PICTURE_BYTES:
            raise UsageError(f"{file}: {entry.filename} is too large for a picture")
    if _DATABASE not in names or len(set(names)) < len(names):
        raise UsageError(f"{file}: does not hold one database and each part of it once")
    if sum(entry.file_size for entry in entries) > file.stat().st_size:
        raise UsageError(f"{file}: claims to hold more than it is long")
    return entries


def _picture(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Picture:
    name = _PICTURE.fullmatch(entry.filename)
    assert name is not None
    suffix = cast("Literal['webp', 'png', 'jpeg']", name[2])
    return Picture(name[1], archive.read(entry), suffix, 0, 0)


def _require_room(layout: IndexLayout, size: int) -> None:
    free = shutil.disk_usage(layout.root).free
    if free < size:
        raise IndexUnusable(
            f"{layout.root}: {size:,} bytes are needed and {free:,} are free: free disk space"
        )


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A folder of our own on the disk of a file, removed at the end."""
    try:
        folder = tempfile.TemporaryDirectory(prefix=".mmrag-", dir=file.parent)
    except OSError as error:
        raise UsageError(f"{file.parent}: cannot write here: {error.strerror}") from error
    with folder as name:
        yield Path(name)
