"""What each process of a run does when, as Perfetto and Chrome show it.

The file is a JSON array of the Trace Event Format, an event a line. Its end may be missing, as the
format allows, so that the trace of a run that was killed can be opened, too.
"""

import json
import os
import threading
from pathlib import Path

from mmrag.closing import Closing
from mmrag.errors import UsageError
from mmrag.ingest.events import PageParsed


class Trace(Closing):
    """Writes spans into a file; without one, none. Raises `UsageError` where it cannot be made."""

    def __init__(self, file: Path | None) -> None:
        self._lock = threading.Lock()
        self._named: set[tuple[int, int]] = set()  # processes with their threads
        try:
            self._file = None if file is None else file.open("w", encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{file}: cannot write the trace: {error.strerror}") from error
        self._before = "[\n"

    def close(self) -> None:
        """End the file."""
        if self._file is not None and not self._file.closed:
            self._file.write("[]\n" if self._before == "[\n" else "\n]\n")
            self._file.close()

    def span(self, name: str, start: float, end: float) -> None:
        """A stage of this process, in seconds of the monotonic clock."""
        self._span(name, start, end, os.getpid(), "mmrag index", {})

    def page(self, read: PageParsed) -> None:
        """The steps in which a worker read a page: each lasts until the next begins."""
        moments = [*(began for _, began in read.marks), read.ended]
        about = {"file": read.path.name, "page": read.page}
        for (name, began), end in zip(read.marks, moments[1:], strict=True):
            self._span(name, began, end, read.worker, "parser process", about)

    def _span(
        self,
        name: str,
        start: float,
        end: float,
        process: int,
        track: str,
        about: dict[str, object],
    ) -> None:
        if self._file is None:
            return
        thread = threading.get_ident() % 1_000_000
        event = {
            "name": name, "ph": "X", "pid": process, "tid": thread,
            "ts": round(start * 1e6), "dur": round(max(end - start, 0.0) * 1e6), "args": about,
        }  # fmt: skip
        with self._lock:
            if (process, thread) not in self._named:
                self._named.add((process, thread))
                own = threading.current_thread().name
                for kind, told in (("process_name", track), ("thread_name", own)):
                    named = {"name": kind, "ph": "M", "pid": process, "tid": thread}
                    self._write({**named, "args": {"name": told}})
            self._write(event)

    def _write(self, event: dict[str, object]) -> None:
        if self._file is not None:
            self._file.write(f"{self._before}{json.dumps(event)}")
            self._before = ",\n"
