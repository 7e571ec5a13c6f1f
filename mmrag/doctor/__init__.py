"""What this machine can run: `mmrag doctor`.

Every check says what was found and, where that is not enough, what to do. Models are looked for by
their files, a GPU by its driver's own tool, a server by asking what it has, and whether its
model takes a picture where it does not say. Encoders are tried in processes of their own; torch and
models in this process are never loaded.
"""

from mmrag.config import Settings
from mmrag.doctor import encoders, machine, profile
from mmrag.doctor.check import Check

__all__ = ["Check", "examine"]


def examine(settings: Settings, *, try_encoders: bool = False) -> list[Check]:
    """All findings for a profile, those of the machine first; `try_encoders` takes seconds more."""
    found = [*machine.examine(settings), *profile.examine(settings)]
    failed = {check.name for check in found if check.status == "fail"}
    return [*found, *(encoders.examine(settings, failed) if try_encoders else ())]
