"""The files of the models that a profile names: list them, verify them, fetch what is missing.

Each backend says where its own lie, what they hold and how they come here; nothing is loaded, and
nothing fetched but by `pull`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mmrag.config import Settings
from mmrag.errors import UsageError
from mmrag.models import Models, naming
from mmrag.protocols import FileState, ModelFiles, RoleName


@dataclass(frozen=True, slots=True)
class Model:
    """A model of a profile and how its files stand. `size` is of its weights, in bytes."""

    profile: str
    role: RoleName
    name: str
    state: Literal["whole", "half", "missing", "server"]
    detail: str
    path: str = ""
    size: int = 0
    embedded: bool = False  # comes with a package


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """One file of weights, read through."""

    role: str
    path: str
    state: FileState
    size: int
    sha256: str


def of_profile(settings: Settings) -> list[Model]:
    """The models that a profile names, each with its state."""
    files = Models(settings).files()
    return [_model(settings.name, role, item) for role, item in files.items()]


def verify(settings: Settings) -> list[WeightsFile]:
    """Every weights file of a profile with its SHA-256, each byte read.

    `damaged` is a file whose SHA-256 is not the one that the hub gave with it (or gives now, where
    the profile is not offline), or the published one of an embedded model; `half` one cut short.
    """
    return list(_verified(settings))


def pull(settings: Settings, *, offline: bool = False) -> list[Model]:
    """Fetch what is missing of a profile's models: safetensors only, going on where it stopped.

    Raises `UsageError` where something is missing and `offline` forbids it, `ModelMissing` where
    the hub cannot be reached or does not have it, `ModelRefused` where it has pickle alone.
    """
    for files in Models(settings).files().values():
        state = files.find().state
        if state in ("whole", "server"):
            continue
        if offline and not files.embedded:
            raise UsageError(f"{files.name}: is {state}, and --offline forbids to fetch it")
        with naming(settings.name):
            files.fetch()
    return of_profile(settings)


def _model(profile: str, role: RoleName, files: ModelFiles) -> Model:
    found = files.find()
    detail = found.detail
    if found.state in ("half", "missing") and not files.embedded:
        detail = f"{detail}: mmrag models pull {profile}"
    return Model(
        profile, role, files.name, found.state, detail, found.path, found.size, files.embedded
    )


def _verified(settings: Settings) -> Iterator[WeightsFile]:
    for role, files in Models(settings).files().items():
        for file in files.verify(offline=settings.offline):
            yield WeightsFile(role, file.path, file.state, file.size, file.sha256)
