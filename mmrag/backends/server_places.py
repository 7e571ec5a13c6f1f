"""The places for requests at the servers of one model: who is asked next, and who is left alone.

A server that is busy or runs out of time gets half as many requests at once, and with each reply a
little more again, up to the profile's `parallel` (additive increase, multiplicative decrease:
Jacobson, "Congestion avoidance and control", 1988); it is left alone for a while, as one that is
not there. One that fails is asked where the others have no place.
"""

import random
import time
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition

from mmrag.backends.server_client import ServerClient
from mmrag.protocols import ServerUse

FIRST_PAUSE = 0.5  # seconds; doubled with every further fault in a row
LONGEST_PAUSE = 20.0
"""Seconds, unless a server asks for more. Chosen by hand."""


def pause(faults: int) -> float:
    """Seconds to wait after so many faults in a row; in part random, against stampedes."""
    longest = min(FIRST_PAUSE * 2.0 ** min(faults - 1, 30), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1)  # noqa: S311


@dataclass(slots=True)
class _Server:
    client: ServerClient
    allowed: float  # requests at once
    under_way: int = 0
    faults: int = 0  # in a row
    halved_at: float = 0.0
    rests_until: float = 0.0
    replies: int = 0
    failed: int = 0
    fault: str = ""  # the last


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """A request's place at a server, taken at a moment of the monotonic clock."""

    client: ServerClient
    since: float

    @property
    def url(self) -> str:
        return self.client.url


class ServerPlaces:
    """Gives places at servers, and hears how the requests there ended; shared by threads."""

    def __init__(self, clients: Sequence[ServerClient], most: int) -> None:
        """`most` requests may be under way at each server."""
        self._servers = {client.url: _Server(client, most) for client in clients}
        self._most = most
        self._changed = Condition()

    @property
    def clients(self) -> tuple[ServerClient, ...]:
        return tuple(server.client for server in self._servers.values())

    @property
    def use(self) -> tuple[ServerUse, ...]:
        """What each server has done so far."""
        with self._changed:
            return tuple(
                ServerUse(url, server.replies, server.failed, server.fault)
                for url, server in self._servers.items()
            )

    @contextmanager
    def taken(self, until: float, avoided: Container[str]) -> Iterator[ServerPlace | None]:
        """A place at the server with most room, not one of those `avoided` where there are others.

        Waits for one `until` a moment of the monotonic clock; None where there is none in time.
        """
        with self._changed:
            place = self._wait(until, avoided)
        try:
            yield place
        finally:
            if place is not None:
                with self._changed:
                    self._servers[place.url].under_way -= 1
                    self._changed.notify_all()

    def _wait(self, until: float, avoided: Container[str]) -> ServerPlace | None:
        asked = [server for url, server in self._servers.items() if url not in avoided]
        asked = asked or list(self._servers.values())
        while True:
            now = time.monotonic()
            awake = [server for server in asked if server.rests_until <= now]
            free = [server for server in awake if server.under_way < int(server.allowed)]
            if free:
                best = min(free, key=lambda s: (s.faults > 0, s.under_way / s.allowed))
                best.under_way += 1
                return ServerPlace(best.client, now)
            if now >= until or all(server.rests_until >= until for server in asked):
                return None
            wakes = (server.rests_until for server in asked if server not in awake)
            self._changed.wait(min([until, *wakes]) - now)

    def answered(self, place: ServerPlace) -> None:
        """The request has its reply."""
        with self._changed:
            server = self._servers[place.url]
            server.replies += 1
            server.faults = 0
            server.allowed = min(self._most, server.allowed + 1 / server.allowed)

    def has_answered(self, place: ServerPlace) -> bool:
        """Whether the server has ever given a reply."""
        return self._servers[place.url].replies > 0

    def failed(self, place: ServerPlace, fault: str) -> None:
        """The request has failed there, and the server goes on."""
        with self._changed:
            server = self._servers[place.url]
            server.failed, server.fault = server.failed + 1, fault
            server.faults += 1

    def rests(self, place: ServerPlace, fault: str, wait: float = 0.0) -> None:
        """The request has failed, and the server is left alone for `wait` seconds or longer.

        Requests that were under way together and fail together count as one fault of it.
        """
        with self._changed:
            server, now = self._servers[place.url], time.monotonic()
            server.failed, server.fault = server.failed + 1, fault
            if place.since >= server.halved_at:
                server.halved_at = now
                server.faults += 1
                server.allowed = max(1.0, server.allowed / 2)
                wait = max(wait, pause(server.faults))
            server.rests_until = max(server.rests_until, now + wait)
