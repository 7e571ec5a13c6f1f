"""Memory that the models of a profile need here, foretold before they are loaded."""

from dataclasses import dataclass
from typing import Literal

from mmrag.config import Settings
from mmrag.models import Models

GB = 2**30


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """How much, and what says so. `gb` is 0 where nothing does."""

    gb: float
    by: Literal["its weights", "its profile", "nothing"]
    of: str = "the model needs"

    def __str__(self) -> str:
        if self.by == "nothing":
            return "what the model needs is known once its weights are here"
        return f"{self.of} {self.gb:.1f} GB, by {self.by}"


def foretell(settings: Settings, *, on_gpu: bool) -> MemoryNeed:
    """By the headers of its weights where they are here, else by what the profile says."""
    models = Models(settings)
    foretold = models.foretold_bytes(on_gpu=on_gpu)
    if foretold is not None:
        return MemoryNeed(foretold / GB, "its weights")
    vlm = settings.vlm
    if not vlm.needs_gb:
        return MemoryNeed(0.0, "nothing")
    is_wide = vlm.quantization == "none" and models.width(on_gpu=on_gpu) == 4
    return MemoryNeed(vlm.needs_gb * (2 if is_wide else 1), "its profile")


def of_encoders(settings: Settings, *, on_gpu: bool) -> MemoryNeed:
    """What the encoders and the re-ranker need together, where the profile says it of them."""
    gb = Models(settings).encoder_bytes(on_gpu=on_gpu) / GB
    return MemoryNeed(gb, "its profile" if gb else "nothing", "encoders and re-ranker need")
