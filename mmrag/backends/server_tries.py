"""The tries of one request: where it is asked, and whether and where again after a fault."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from mmrag.backends.server_faults import ServerFault
from mmrag.backends.server_places import ServerPlace, ServerPlaces, pause
from mmrag.protocols import Limits


class Tries:
    """Goes to another server where there is one, and back to the same after a pause.

    A request that may stand in line waits there for a server that is busy, which costs none of its
    tries and none of its seconds; one that ran out of time is tried at one more server.
    """

    def __init__(self, places: ServerPlaces, limits: Limits, retries: int) -> None:
        self._places = places
        self._limits = limits
        self._left = retries
        self._faults = 0
        self._avoided: set[str] = set()  # servers at which it has failed
        self._started = time.monotonic()
        self._until = self._started + (limits.in_line or limits.seconds)

    @contextmanager
    def place(self) -> Iterator[ServerPlace | None]:
        """The place of the next try; None where there is none in time."""
        with self._places.taken(self._until, self._avoided) as place:
            yield place

    def deadline(self, place: ServerPlace) -> float:
        """The moment at which the request has had its seconds."""
        return (place.since if self._limits.in_line else self._started) + self._limits.seconds

    def answered(self, place: ServerPlace) -> None:
        """The try had its reply."""
        self._places.answered(place)

    def again(self, place: ServerPlace, fault: ServerFault) -> float | None:
        """Seconds until the next try after a fault; None where there is none."""
        told = str(fault.error)
        match fault.kind:
            case "refused":
                return None
            case "failed":
                self._places.failed(place, told)
                return self._after_failure(place)
            case "busy":
                self._places.rests(place, told, fault.wait)
                return 0.0 if self._limits.in_line or self._has_try() else None
            case "late":
                self._places.rests(place, told)
                return 0.0 if self._limits.in_line and self._goes_elsewhere(place) else None
            case "denied":
                self._places.rests(place, told)
                return 0.0 if self._goes_elsewhere(place) else None
            case "absent":
                self._places.rests(place, told)
                if self._goes_elsewhere(place):
                    return 0.0
                self._avoided.clear()  # one that was there is waited for: it may be starting anew
                is_due_back = self._limits.in_line and self._places.has_answered(place)
                return 0.0 if is_due_back else None

    def _after_failure(self, place: ServerPlace) -> float | None:
        if not self._has_try():
            return None
        if self._goes_elsewhere(place):
            return 0.0
        self._avoided.clear()
        self._faults += 1
        wait = pause(self._faults)
        return wait if time.monotonic() + wait < self._until else None

    def _has_try(self) -> bool:
        self._left -= 1
        return self._left >= 0

    def _goes_elsewhere(self, place: ServerPlace) -> bool:
        """Whether there is a server at which the request has not failed yet."""
        self._avoided.add(place.url)
        return any(client.url not in self._avoided for client in self._places.clients)
