"""Office documents with a password: decrypted into a file that is gone once it was read.

By msoffcrypto-tool, for DOCX, XLSX and PPTX ([MS-OFFCRYPTO] 2.3) as well as DOC, XLS and PPT.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mmrag.errors import DocumentError
from mmrag.ingest.formats.passwords import refused
from mmrag.ingest.reasons import reason

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a compound file begins ([MS-CFB] 2.2)."""
ADVICE = "save it without one, or `pip install 'mmrag[office]'` and give `--password-file FILE`"
_OF_NOBODY = "VelvetSweatshop"
"""The password of files that are locked against changes alone: Office opens them without asking
([MS-OFFCRYPTO] 2.4.2.3)."""


@contextmanager
def unlocked(path: Path, passwords: Sequence[str]) -> Iterator[Path]:
    """The file at `path`, or one with what is in it where it is locked and a password opens it.

    Raises `DocumentError` where none does; without msoffcrypto-tool it stays as it is.
    """
    if not _is_compound(path) or find_spec("msoffcrypto") is None:
        yield path
        return
    import msoffcrypto

    with tempfile.TemporaryDirectory(prefix="mmrag-office-") as folder, path.open("rb") as file:
        plain = Path(folder) / f"document{path.suffix}"
        try:
            locked = msoffcrypto.OfficeFile(file)
            is_locked = locked.is_encrypted()
        except Exception:  # many kinds, for what is none: `sniff` says what it is
            is_locked = False
        yield _decrypted(locked, plain, passwords) if is_locked else path


def _is_compound(path: Path) -> bool:
    """Whether a file begins so; what cannot be read is told by others."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(COMPOUND)) == COMPOUND
    except OSError:
        return False


def _decrypted(locked: Any, plain: Path, passwords: Sequence[str]) -> Path:
    """`locked` is an `OfficeFile` of msoffcrypto."""
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError

    for password in (_OF_NOBODY, *passwords):
        try:
            locked.load_key(password=password)
            with plain.open("wb") as target:
                locked.decrypt(target)
        except (InvalidKeyError, DecryptionError):
            continue
        except Exception as error:  # it raises many kinds for what is damaged
            raise DocumentError(f"it cannot be decrypted: {reason(error)}") from error
        return plain
    raise DocumentError(refused(passwords))
