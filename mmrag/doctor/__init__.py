"""What this machine can run, before anything is loaded: `mmrag doctor`.

Every check says what was found and, where that is not enough, what to do. Models are looked for by
their files, a GPU by its driver's own tool, a server by asking what it has, and whether its
model takes a picture where it does not say; torch and models in this process are never loaded.
"""

from mmrag.config import Settings
from mmrag.doctor import machine, profile
from mmrag.doctor.check import Check

__all__ = ["Check", "examine"]


def examine(settings: Settings) -> list[Check]:
    """All findings for a profile, those of the machine first."""
    return [*machine.examine(settings), *profile.examine(settings)]
