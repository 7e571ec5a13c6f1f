"""A file of results, a line of JSON each: appended and synced, so that a run can go on.

A line names its picture by all that its result depends on (`Batch.key`): a file that changed under
the same name, or other parameters, are done anew.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmrag.closing import Closing
from mmrag.errors import UsageError


class ResultsFile(Closing):
    """Lines of earlier runs, and those that come."""

    def __init__(self, path: Path) -> None:
        """Raises `UsageError` where the file cannot be read or written."""
        self._path = path
        self._done: dict[str, str] = {}  # status by key, or by name where there is no key
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            whole = self._read()
            self._file = path.open("ab")
        except OSError as error:
            raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
        if not whole:
            self._file.write(b"\n")  # what a run that was killed left of its last line ends here

    def _read(self) -> bool:
        """Note what is there; whether the last line is whole."""
        if not self._path.exists():
            return True
        data = b"\n"
        with self._path.open("rb") as file:
            for data in file:
                try:
                    line = json.loads(data)
                    self._done[str(line.get("key") or line["image"])] = str(line["status"])
                except (ValueError, KeyError, AttributeError):
                    continue
        return data.endswith(b"\n")

    def status(self, key: str) -> str | None:
        """What became of a picture in an earlier run; None where it is not there."""
        return self._done.get(key)

    def append(self, line: Mapping[str, Any]) -> None:
        """Add a line, which is on the disk when this returns. Raises `UsageError`."""
        try:
            self._file.write(json.dumps(line).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise UsageError(f"{self._path}: cannot be written: {error.strerror}") from error

    def close(self) -> None:
        self._file.close()
