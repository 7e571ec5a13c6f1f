"""What a run works with: parser, describers and encoders, made when they are first needed."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from functools import partial

from mmrag import registry
from mmrag.config import Settings
from mmrag.describe import audit
from mmrag.describe.extracted import ExtractedDescriber
from mmrag.ingest.sandbox.events import ParseEvent, ParseTask
from mmrag.ingest.sandbox.pool import parse_files
from mmrag.pipeline.describing import Trust
from mmrag.protocols import Describer, ImageEncoder, TextEncoder
from mmrag.types import Figure, Picture

SavePicture = Callable[[Picture], None]
Parse = Callable[[Iterable[ParseTask], SavePicture], Generator[ParseEvent, None, None]]


def in_full(text: str, figure: Figure) -> float:
    """The trust in a description that nobody has audited."""
    return 1.0


@dataclass(frozen=True, slots=True)
class Tools:
    """Factories, so that a run with nothing to do loads no model."""

    parse: Parse
    extracted: Describer
    text_encoder: Callable[[], TextEncoder]
    image_encoder: Callable[[], ImageEncoder | None] | None = None  # None: the profile has none
    describer: Callable[[], Describer] | None = None  # a model; None: the profile has none
    trust: Trust = in_full
    parallel: int = 1  # figures under way at once


def tools_of(settings: Settings) -> Tools:
    """The tools that a profile names."""

    def parse(
        tasks: Iterable[ParseTask], save_picture: SavePicture
    ) -> Generator[ParseEvent, None, None]:
        yield from parse_files(
            tasks,
            settings.ingest,
            registry.ocr_factory(settings),
            save_picture,
            ocr_dpi=settings.ocr.dpi,
        )

    server = settings.vlm.backend == "server"
    shows = settings.image.backend != "none"
    by_model = settings.describe.by != "extracted"
    return Tools(
        parse=parse,
        extracted=ExtractedDescriber(),
        text_encoder=partial(registry.text_encoder, settings),
        image_encoder=partial(registry.image_encoder, settings) if shows else None,
        describer=partial(registry.describer, settings) if by_model else None,
        trust=audit.trust,
        parallel=settings.vlm.parallel if server else 1,
    )
