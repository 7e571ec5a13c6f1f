"""A module of this package at work in a process of its own, so that time and memory are its own.

`python -m MODULE [ARGUMENT] FOLDER` reads settings and items from FOLDER (`given`), leaves there
what comes of it, and tells how many items are done on its standard output (`tell_done`).
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mmrag.config import Settings
from mmrag.errors import ModelError

_ITEMS, _SETTINGS, _ERRORS = "items.json", "settings.json", "stderr"


@contextmanager
def ended(
    module: str,
    settings: Settings,
    items: Sequence[object],
    tell: Callable[[int], None],
    *arguments: str,
) -> Iterator[Path]:
    """The folder with what a module left of items that JSON can hold; `tell` is told how many.

    Raises `ModelError` with what its process said last.
    """
    with TemporaryDirectory(prefix="mmrag-measuring-") as name:
        folder = Path(name)
        (folder / _SETTINGS).write_text(settings.model_dump_json(), encoding="utf-8")
        (folder / _ITEMS).write_text(json.dumps(list(items)), encoding="utf-8")
        command = [sys.executable, "-m", module, *arguments, name]
        with (
            (folder / _ERRORS).open("w") as errors,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
        ):
            assert process.stdout is not None
            for line in process.stdout:
                if line.strip().isdecimal():  # else a library said something
                    tell(int(line))
        if process.returncode:
            said = (folder / _ERRORS).read_text(errors="replace").strip().splitlines()
            raise ModelError(
                said[-1] if said else f"without a word, with code {process.returncode}"
            )
        yield folder


def given(folder: Path) -> tuple[Settings, list[Any]]:
    """The settings and items that a process was started with."""
    settings = Settings.model_validate_json((folder / _SETTINGS).read_text(encoding="utf-8"))
    return settings, json.loads((folder / _ITEMS).read_text(encoding="utf-8"))


def tell_done(count: int) -> None:
    """Tell the process that waits how many items are done."""
    sys.stdout.write(f"{count}\n")
    sys.stdout.flush()


def peak_bytes() -> int:
    """The most memory that this process has held; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.is_file() else ()
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
