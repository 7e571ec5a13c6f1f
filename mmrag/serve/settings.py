"""What a server is told when it starts."""

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path

from mmrag import network
from mmrag.errors import UsageError

TOKEN_VARIABLE = "MMRAG_TOKEN"  # noqa: S105 - the name of an environment variable
PORT = 8640
"""Where nothing else is named; registered for nothing. Chosen by hand."""
SHORTEST_TOKEN = 16
"""Characters of a token: `openssl rand -hex 16` makes 32. Chosen by hand."""
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """Where a server listens, who may ask, and how much. Numbers were chosen by hand."""

    host: str = "127.0.0.1"
    port: int = PORT
    token: str = ""  # empty: none is asked for
    allowed_hosts: tuple[str, ...] = ()  # further names by which it is called, a proxy's for one
    proxies: tuple[str, ...] = ()  # addresses of proxies that are believed what they forward
    threads: int = 4  # searches under way at once, each with a catalog of its own
    waiting: int = 64  # searches that wait; one more is told to come back later
    asks_waiting: int = 16  # the same of questions that are answered
    body_bytes: int = 1 * MEGABYTE
    picture_bytes: int = 20 * MEGABYTE
    upload_bytes: int = 200 * MEGABYTE
    body_seconds: float = 20.0  # for which a body may stand still
    keeps_answers: bool = True  # so that each has a permalink
    read_only: bool = False  # no uploads, no jobs, no marks
    reports: Path | None = None  # a folder with reports of `mmrag eval --save`
    folders: tuple[Path, ...] = ()  # that may be indexed by a click

    def __post_init__(self) -> None:
        """Raises `UsageError` for a token that can be guessed, for an open door without one, and
        for a proxy that is anyone.
        """
        if self.token and len(self.token) < SHORTEST_TOKEN:
            raise UsageError(
                f"the token has {len(self.token)} characters: take {SHORTEST_TOKEN} or more, for "
                "example those of `openssl rand -hex 16`"
            )
        if not self.is_local and not self.token:
            raise UsageError(
                f"{self.host or 'every address'}: others can reach this machine there, so a token "
                f"is needed: put one into a file and give --token-file FILE, or set "
                f"{TOKEN_VARIABLE}; or leave out --host to serve this machine alone"
            )

        for address in self.proxies:
            if not _is_of_few(address):
                raise UsageError(
                    f"{address}: give the address of the proxy, such as 127.0.0.1, or its network: "
                    "whoever is believed may say that a request came by https"
                )

    @property
    def is_local(self) -> bool:
        """Whether only this machine can connect."""
        return bool(self.host) and network.is_here(self.host)

    @property
    def names(self) -> frozenset[str]:
        """The names by which this server may be called, in small letters."""
        return frozenset(
            name.lower()
            for name in ("localhost", "127.0.0.1", "::1", self.host, *self.allowed_hosts)
            if name
        )


def _is_of_few(address: str) -> bool:
    """Whether this is an address, or a network that is not everyone."""
    try:
        return ipaddress.ip_network(address).prefixlen > 0
    except ValueError:
        return False


def read_token(file: Path | None) -> str:
    """The token of a file, or else of the environment; empty where there is none.

    Raises `UsageError` for a file that cannot be read, is empty, or may be read by others.
    """
    if file is None:
        return os.environ.get(TOKEN_VARIABLE, "").strip()
    try:
        mode = file.stat().st_mode
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: the token cannot be read: {error}") from error
    if mode & 0o077:
        raise UsageError(f"{file}: others on this machine can read the token: chmod 600 {file}")
    if not token:
        raise UsageError(f"{file}: it holds no token")
    return token
