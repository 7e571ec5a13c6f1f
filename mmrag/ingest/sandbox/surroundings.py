"""What a worker takes over from the process that asks for it."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "MALLOC_ARENA_MAX"), "1"
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Environment and import path of a process, at the moment in which it asks for a worker."""

    environment: dict[str, str]
    import_path: tuple[str, ...]

    @classmethod
    def here(cls) -> "Surroundings":
        """Those of this process; never with the working folder among the places of modules."""
        path = tuple(entry for entry in sys.path if Path(entry).is_absolute())
        environment = os.environ | _ONE_THREAD | {"PYTHONPATH": os.pathsep.join(path)}
        return cls(environment, path)

    def take_over(self) -> None:
        """Make them those of this process; what its libraries read as they loaded stays."""
        os.environ.clear()
        os.environ.update(self.environment)
        sys.path[:] = [*self.import_path, *(p for p in sys.path if p not in self.import_path)]
