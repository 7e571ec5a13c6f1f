"""The readers of a cluster: started, waited for, and started elsewhere where they are lost."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed
from typing import Any

import ray

from mmrag.errors import MmragError, UsageError
from mmrag.pipeline.ray_faults import in_words

FILES_EACH = 2
"""Files that a process of a reader has: the one that it reads and the next; chosen by hand."""
START_SECONDS = 120.0
"""For a reader to start; chosen by hand: on an idle machine it takes one."""
FORGET_SECONDS = 2.0
"""For readers to remove what they have fetched, before they are ended; chosen by hand."""
MAX_LOST_IN_A_ROW = 8
"""Readers that may be lost in one place, none of which told anything, before the run ends; by hand.
"""


@dataclass(eq=False, slots=True)
class ReaderSlot:
    """A reader, and what it has to do. Where it is lost another one takes its place."""

    processes: int  # with which it reads so many files at once
    reader: Any
    version: Any  # what it is asked first: it has started once that is there
    late: float  # when it should have, by the monotonic clock
    has_started: bool = False
    is_reserved: bool = False  # for a file that is read alone
    files: int = 0  # under way
    lost_in_a_row: int = 0


class ReaderSlots:
    """All readers of a run, as many as there are at any time, some of which may be starting."""

    def __init__(
        self,
        starts: Sequence[tuple[int, Callable[[int], Any]]],
        replacement: Callable[[int], Any],
    ) -> None:
        """For each reader its processes and what starts it; `replacement` starts one elsewhere."""
        self._replacement = replacement
        self.all = [_slot(processes, start(processes)) for processes, start in starts]

    def with_place(self) -> list[ReaderSlot]:
        """Readers that have place for a file, first the one with the least to do for its size.

        While others start, none takes more than it can read at once.
        """
        each = FILES_EACH if all(slot.has_started for slot in self.all) else 1
        started = [slot for slot in self.all if slot.has_started and not slot.is_reserved]
        free = [slot for slot in started if slot.files < each * slot.processes]
        return sorted(free, key=lambda slot: slot.files / slot.processes)

    def wait(self, under_way: Mapping[Any, object]) -> list[Any]:
        """What has something to tell of all that is under way; none where a reader starts first."""
        starting = {slot.version: slot for slot in self.all if not slot.has_started}
        now = time.monotonic()
        until = min((slot.late for slot in starting.values()), default=None)
        seconds = None if until is None else max(0.0, until - now)
        told, _ = ray.wait([*starting, *under_way], num_returns=1, timeout=seconds)
        for slot in starting.values():
            if slot.version in told:
                self._hear_of_start(slot)
            elif slot.late <= now:
                self._start_late(slot)
        return [each for each in told if each in under_way]

    def lose(self, slot: ReaderSlot, why: str) -> None:
        """A file has lost its reader, if this was not lost with another of its files already."""
        if slot in self.all:
            self._replace(slot, why)

    def close(self, *, forget: bool) -> None:
        """End all, whatever they do. Where they `forget`, what they have fetched is removed."""
        if forget:
            asked = [slot.reader.forget.remote() for slot in self.all]
            ray.wait(asked, num_returns=len(asked), timeout=FORGET_SECONDS)
        for slot in self.all:
            ray.kill(slot.reader)

    def _hear_of_start(self, slot: ReaderSlot) -> None:
        """A reader has started, or was lost before. Raises `UsageError` where none can."""
        ours = installed("mmrag")
        try:
            theirs = ray.get(slot.version)
        except ray.exceptions.RayError as error:
            is_lost = not isinstance(error, ray.exceptions.RayTaskError)
            if is_lost and not getattr(error, "actor_init_failed", False):
                self._replace(slot, in_words(error))
                return
            raise UsageError(
                f"no reader starts on the cluster: {in_words(error)}: install mmrag {ours} "
                "on each of its machines"
            ) from error
        if theirs != ours:
            raise UsageError(
                f"a machine of the cluster has mmrag {theirs}, and this one has {ours}: install "
                "the same version on all"
            )
        slot.has_started = True

    def _start_late(self, slot: ReaderSlot) -> None:
        """A reader has not started in its time: another is started elsewhere.

        Raises `UsageError` where none has started.
        """
        if not any(each.has_started for each in self.all):
            raise UsageError(
                f"{len(self.all)} readers did not start within {START_SECONDS:g} s: the cluster "
                "is busy: try again later, or set [ingest] workers to fewer"
            )
        self._replace(slot, f"it did not start within {START_SECONDS:g} s")

    def _replace(self, slot: ReaderSlot, why: str) -> None:
        """Start another reader in the place of a lost one. Raises `MmragError` in the end."""
        lost = slot.lost_in_a_row + 1
        if lost > MAX_LOST_IN_A_ROW:
            raise MmragError(
                f"readers of the cluster do not stay alive, {lost} in a row: {why}: "
                "see Ray's logs of their machines; what was stored is kept"
            )
        ray.kill(slot.reader)
        new = _slot(slot.processes, self._replacement(slot.processes))
        new.lost_in_a_row = lost
        self.all[self.all.index(slot)] = new


def _slot(processes: int, reader: Any) -> ReaderSlot:
    late = time.monotonic() + START_SECONDS
    return ReaderSlot(processes, reader, reader.version.remote(), late)
