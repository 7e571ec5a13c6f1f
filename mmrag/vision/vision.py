"""Vision: what can be done with one picture at a time.

    with Models.open("embedded") as models:
        [scores] = Vision(models).classify([picture], ["chart", "table", "photograph"])

Each task is a module of this folder and a method here; all share the backends of one profile.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from mmrag.config import Settings
from mmrag.errors import ConfigError
from mmrag.protocols import ImageEncoder
from mmrag.vision import classify
from mmrag.vision.classify import TEMPLATES, LabelScore

if TYPE_CHECKING:
    from PIL import Image


class VisionModels(Protocol):
    """The backends that the tasks work with; `Models` offers them."""

    @property
    def settings(self) -> Settings: ...

    def image_encoder(self) -> ImageEncoder | None: ...


class Vision:
    """One-picture work with the backends of a profile, which are loaded when a task needs them."""

    def __init__(self, models: VisionModels) -> None:
        self._models = models

    def classify(
        self,
        pictures: "Sequence[Image.Image]",
        labels: Sequence[str],
        templates: Sequence[str] = TEMPLATES,
    ) -> list[list[LabelScore]]:
        """For each picture the labels with their probabilities, the most probable first.

        Raises `UsageError` for labels or templates that cannot be used, `ConfigError` where the
        profile has no image encoder, `ModelError`.
        """
        return classify.classify(pictures, labels, self._image_encoder(), templates)

    def _image_encoder(self) -> ImageEncoder:
        encoder = self._models.image_encoder()
        if encoder is None:
            raise ConfigError(
                f"profile {self._models.settings.name!r} has no image model "
                '([image] backend = "none"): choose a profile with one, for example '
                "--profile embedded"
            )
        return encoder
