"""What a run tells while it goes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Stage = Literal["compare", "count", "read", "encode", "describe", "finish"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, all counts of this run.

    Pages are counted before the first is read (the stage "count"); those of a file that fails
    later are no longer among them.
    """

    stage: Stage
    files: int = 0  # compared; or counted; or read, in part or whole or not at all
    files_total: int = 0
    pages: int = 0
    pages_total: int = 0  # of the files that have been opened
    pages_encoded: int = 0
    figures: int = 0  # stored; described while the stage is "describe"
    figures_total: int = 0  # to be described
    vectors: int = 0
    vectors_total: int = 0  # of the batch that is being encoded
    failed: int = 0
    path: str = ""  # the file that the last event was about


OnEvent = Callable[[Progress], None]
