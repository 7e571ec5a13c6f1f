"""No connection beyond this machine, enforced in the process itself."""

import ipaddress
import os
import sys
from typing import Any

OFFLINE = "MMRAG_OFFLINE"
"""Environment variable that makes every profile an offline one."""
_CONNECTING = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}
_RESOLVING = {
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,  # gethostbyname_ex raises it, too
    "socket.gethostbyaddr": 0,
    "socket.getnameinfo": 0,
}
"""Events of Python's audit log, and which of their arguments is the address: asking for the name or
number of another machine is a connection to whoever answers."""
_WEB = ("http", "https", "tcp")
"""Schemes whose addresses begin with the host that is reached; others name a bucket."""
_forbidden = False


class NetworkForbidden(OSError):
    """Something tried to reach another machine while that is forbidden."""


def is_offline() -> bool:
    """Whether the environment asks for no network."""
    return os.environ.get(OFFLINE, "").lower() not in ("", "0", "false", "no", "off", "f", "n")


def is_forbidden(address: str) -> bool:
    """Whether an address (`s3://bucket/...`) is beyond this machine while that is forbidden.

    For libraries that connect past Python's sockets, where nothing of ours would stop them.
    """
    scheme, _, rest = address.partition("://")
    host = rest.partition("/")[0].rpartition("@")[2]
    host = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return is_offline() and not (scheme in _WEB and is_here(host))


def forbid() -> None:
    """Refuse every connection of this process beyond loopback, from now until it ends.

    Whatever connects through Python's sockets is refused with `NetworkForbidden`, libraries too.
    """
    global _forbidden
    if not _forbidden:
        _forbidden = True
        sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _RESOLVING:
        address = arguments[_RESOLVING[event]]
    elif event in _CONNECTING:
        address = arguments[_CONNECTING[event]]
        if not isinstance(address, tuple):
            return  # a socket of this machine's file system, or one that is connected
    else:
        return
    host = address[0] if isinstance(address, tuple) else address
    if not is_here(host):
        raise NetworkForbidden(f"offline: a connection to {host} was refused")


def is_here(host: object) -> bool:
    """Whether a host is this machine: its name or address, or none."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False
