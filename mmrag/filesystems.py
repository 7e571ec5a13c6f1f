"""The file system that an address belongs to, and its faults in words.

Credentials are those of the environment, as the library of each file system finds them: never part
of an address, which the index keeps and shows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mmrag import network
from mmrag.errors import DocumentError, MmragError, UsageError

if TYPE_CHECKING:
    import fsspec

WEB = ("http", "https")
CONNECT_S, SILENCE_S = 15.0, 60.0
"""Until a server that does not connect, or sends nothing more, is given up; chosen by hand."""
MAX_CHARACTERS = 300
"""Of what a library tells of an error; chosen by hand: two lines of a terminal."""


class Unreachable(DocumentError):
    """A file or folder behind an address cannot be listed or read."""


class NothingThere(Unreachable):
    """There is nothing at an address."""


def check(address: str) -> None:
    """Raise `UsageError` for an address that is not taken: one with secrets, or a forbidden one."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise UsageError(f"not an address: {_in_words(error)}") from error
    plain = f"{parts.scheme}://{(parts.hostname or '')}{parts.path}"
    if parts.username is not None or parts.password is not None:
        raise UsageError(
            f"{plain}: a name or password in an address would be stored and shown with it: put "
            "credentials where the library looks for them (AWS_ACCESS_KEY_ID, ~/.netrc, "
            "~/.config/fsspec)"
        )
    if parts.scheme in WEB and (parts.query or parts.fragment):
        raise UsageError(
            f"{plain}: an address with a query (?...) is not indexed: a key in it would be stored "
            "and shown, and another key would be another document: fetch the file and index that"
        )
    if network.is_forbidden(address):
        raise UsageError(f"{plain}: beyond this machine, and {network.OFFLINE} forbids that")


def opened(address: str) -> tuple["fsspec.AbstractFileSystem", str]:
    """The file system of an address, and its name there.

    Raises `UsageError` where there is none of that scheme, or its package is not installed.
    """
    scheme = address.partition("://")[0]
    try:
        import fsspec  # an extra, and a tenth of a second

        options = _of_the_web() if scheme in WEB else {}
        found: tuple[fsspec.AbstractFileSystem, str] = fsspec.core.url_to_fs(address, **options)
        return found
    except ModuleNotFoundError as error:
        raise UsageError(f"{scheme}:// needs {error.name}: pip install 'mmrag[remote]'") from error
    except (ImportError, ValueError) as error:
        raise UsageError(f"{scheme}://: {_in_words(error)}") from error


@contextmanager
def faults(doing: str = "read") -> Iterator[None]:
    """What a file system raises becomes `NothingThere` or `Unreachable`, with what to do."""
    try:
        yield
    except MmragError:
        raise
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NothingThere(
            _told(error.__cause__) if error.__cause__ else "there is nothing"
        ) from error
    except PermissionError as error:
        raise Unreachable(
            f"no rights to {doing} it ({_in_words(error)}): credentials are taken from the "
            "environment"
        ) from error
    except Exception as error:  # of libraries that have each their own
        raise Unreachable(_told(error)) from error


def _told(error: BaseException) -> str:
    status = getattr(error, "status", None)  # of aiohttp
    if isinstance(status, int):
        return f"the server answers {status} {getattr(error, 'message', '')}".rstrip()
    return f"{type(error).__name__}: {_in_words(error)}"


def _in_words(error: BaseException) -> str:
    return " ".join(str(error).split())[:MAX_CHARACTERS] or type(error).__name__


@cache
def _of_the_web() -> dict[str, object]:
    """Time limits by what is connected and heard, none for the whole: files may be large."""
    import aiohttp

    limits = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=SILENCE_S)
    return {"client_kwargs": {"timeout": limits, "trust_env": True}}
