"""What a run tells while it goes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Stage = Literal["compare", "read", "encode", "describe", "finish"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, all counts of this run. Totals grow while files are opened."""

    stage: Stage
    files: int = 0  # compared; or read, in part or whole or not at all
    files_total: int = 0
    pages: int = 0
    pages_total: int = 0  # of the files opened so far
    figures: int = 0  # stored; described while the stage is "describe"
    figures_total: int = 0  # to be described
    vectors: int = 0
    vectors_total: int = 0  # of the batch that is being encoded
    failed: int = 0
    path: str = ""  # the file that the last event was about


OnEvent = Callable[[Progress], None]
