"""A cluster of Ray: one that is there is joined, one of this machine's own is started and ended."""

import os
import secrets
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import ray

from mmrag.errors import UsageError
from mmrag.pipeline.ray_faults import in_words

CONNECT_SECONDS = 10.0
"""For the head of a cluster to answer at its address; chosen by hand."""
STARTS = 3
"""Tries to start a cluster of our own: Ray gives its processes 30 s, which on a machine with a load
of 30 did not do, and has no setting for it. Chosen by hand."""
END_SECONDS = 10.0
"""For processes of a start that failed to end, before they are killed; chosen by hand."""
FREE_SECONDS = 10.0
"""For a core to become free: those of a run that has just ended are, soon after. Chosen by hand."""
ADVICE = (
    "start a cluster with `ray start --head`, join it on other machines with `ray start "
    f"--address=HOST:6379`, all with Ray {ray.__version__} and the same Python, and give the "
    "address of its head"
)
IDLE = ("/monitor.py", "/log_monitor.py", "/dashboard.py")
"""Of a cluster of our own, where nobody asks them: `_end_idle`."""
STORE_MB, STORE_MB_A_READER = 128, 48
"""Of the object store of a cluster of our own: what readers have ahead (`ray_reading.ITEMS_AHEAD`),
at 0.4 MB a page and more."""


@contextmanager
def connected(address: str, workers: int) -> Iterator[None]:
    """Joined to a cluster, without an address to one of this machine's own.

    One that the caller has joined already stays joined. Raises `UsageError`.
    """
    if ray.is_initialized():
        yield
        return
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nothing is told to anyone
    if address:
        _join(address)
    else:
        _start(workers or len(os.sched_getaffinity(0)))
    try:
        yield
    finally:
        ray.shutdown()


def free_cores() -> int:
    """Cores of the cluster that nobody uses. Waits a while where all are in use."""
    until = time.monotonic() + FREE_SECONDS
    while True:
        free = int(ray.available_resources().get("CPU", 0))
        if free or time.monotonic() > until:
            return free
        time.sleep(0.1)


def _join(address: str) -> None:
    _reach(address)
    try:
        _init(address=address)
    except Exception as error:  # Ray raises plain ones, too
        raise UsageError(f"{address}: {in_words(error)}: {ADVICE}") from error


def _start(cores: int) -> None:
    """Start a cluster of this machine's own, again where the machine was too busy for it."""
    os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)  # nobody else is let in
    os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 - so it is called; 15 would starve
    store = (STORE_MB + STORE_MB_A_READER * cores) << 20
    for tries_left in reversed(range(STARTS)):
        others = set(psutil.Process().children())
        try:
            _init("local", num_cpus=cores, object_store_memory=store, include_dashboard=False)
            _end_idle()
            return
        except Exception as error:  # Ray raises plain ones, too
            _end_start(others)
            if tries_left:
                continue
            raise UsageError(
                f"Ray did not start here in {STARTS} tries: {in_words(error)}: the machine may be "
                "too busy for it: try again later, or read without it (--engine local)"
            ) from error


def _init(address: str, **options: Any) -> None:
    ray.init(address, log_to_driver=False, logging_level="error", **options)


def _end_idle() -> None:
    """End processes of a cluster of our own that nobody asks, and that Ray has no setting for.

    There is no machine to add, no page to show, and logs are not followed. They took half of what
    Ray itself takes, and the autoscaler, while it sleeps, would keep the end waiting a second.
    """
    for process in _of_ray(IDLE):
        with suppress(psutil.NoSuchProcess):
            process.kill()


def _end_start(others: set[psutil.Process]) -> None:
    """End what a start that failed has left: processes of Ray that are not among `others`."""
    ray.shutdown()
    left = [process for process in _of_ray() if process not in others]
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    stayed = psutil.wait_procs(left, END_SECONDS)[1]
    for process in stayed:
        process.kill()
    psutil.wait_procs(stayed)


def _of_ray(scripts: Sequence[str] = ("",)) -> list[psutil.Process]:
    """Processes of Ray's own that this one has started: all, or those of scripts."""
    folder = str(Path(ray.__file__).parent)
    found = []
    for process in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            parts = [part for part in process.cmdline() if folder in part]
            if any(part.endswith(tuple(scripts)) for part in parts):
                found.append(process)
    return found


def _reach(address: str) -> None:
    """Raises `UsageError` where nothing answers at an address; Ray itself would try for minutes."""
    host, colon, port = address.rpartition(":")
    if not (colon and host and port.isdigit()) or "/" in host:
        raise UsageError(f"{address}: no HOST:PORT: {ADVICE}")
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
    except OSError as error:
        raise UsageError(
            f"--address {address}: nothing answers there ({error}): {ADVICE}"
        ) from error
