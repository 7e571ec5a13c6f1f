"""What is added to an index later, without reading a file again: a channel, or descriptions."""

from mmrag.channels import BY_NAME, Channel, of_query, of_source
from mmrag.errors import UsageError
from mmrag.models import Models
from mmrag.pipeline.describing import describe_missing
from mmrag.pipeline.encoders import Encoders
from mmrag.pipeline.fill import Tell, fill_images, fill_texts
from mmrag.pipeline.page_vectors import fill_pages
from mmrag.pipeline.progress import OnEvent, Progress, Stage
from mmrag.reports import ChannelReport, DescribeReport
from mmrag.store.catalog import Catalog
from mmrag.store.item_pictures import ItemPictures
from mmrag.store.layout import IndexLayout
from mmrag.store.vector_store import open_vector_store
from mmrag.types import ChannelName


def fill_channel(
    layout: IndexLayout,
    channel: ChannelName,
    models: Models,
    *,
    on_event: OnEvent | None = None,
) -> ChannelReport:
    """Encode what a channel lacks with the profile's encoder; the other channels stay as they are.

    Resumable like any run. Raises `UsageError` where the profile has no encoder for it,
    `SpaceMismatch` where it is filled by another encoder, `IndexMissing`, `IndexLocked`,
    `ModelError`.
    """
    tell = teller("encode", on_event)
    filled = BY_NAME[channel]
    if not filled.has_vectors:
        raise UsageError(f"the {channel} channel is filled as files are read; it has no encoder")
    with Catalog.open(layout, write=True) as catalog:
        fill = _fill_images if filled.takes_pictures else _fill_texts
        report = fill(catalog, filled, models, tell)
        open_vector_store(catalog, models.settings.store).publish([channel])
        catalog.checkpoint()
    return report


def _fill_images(catalog: Catalog, channel: Channel, models: Models, tell: Tell) -> ChannelReport:
    encoder = models.image_encoder()
    if encoder is None:
        raise UsageError(
            f'profile {models.settings.name}: [image] backend = "none", so nothing can fill the '
            f"{channel.name} channel: choose a profile that names an open_clip model or checkpoint"
        )
    pictures = ItemPictures(catalog, models.page_reader)
    return fill_images(catalog, channel, pictures, encoder, models.settings, tell)


def _fill_texts(catalog: Catalog, channel: Channel, models: Models, tell: Tell) -> ChannelReport:
    return fill_texts(catalog, channel, models.text_encoder(), models.settings, tell)


def fill_lacking(catalog: Catalog, models: Models, encoders: Encoders, tell: Tell) -> None:
    """Encode whatever has no vector yet, as far as a run's encoders can be used.

    Raises `SpaceMismatch` where the index holds vectors of another encoder, `ModelError`.
    """
    settings, pictures = models.settings, ItemPictures(catalog, models.page_reader)
    for channel in of_query("text vector"):
        if _lacks(catalog, channel.name) and encoders.text is not None:
            fill_texts(catalog, channel, encoders.text, settings, tell)
    for channel in of_query("image vector") if models.has_image_encoder else ():
        if _lacks(catalog, channel.name) and encoders.image is not None:
            fill_images(catalog, channel, pictures, encoders.image, settings, tell)
    pages_lack = models.has_page_encoder and catalog.page_vectors.missing()
    if pages_lack and encoders.pages is not None:
        fill_pages(catalog, pictures, encoders.pages, settings.late, tell)


def _lacks(catalog: Catalog, channel: ChannelName) -> bool:
    """Whether items of a channel wait for their vectors; no model is needed to say so."""
    if not catalog.vectors.is_unfilled(channel):
        return False
    if next(catalog.vectors.missing(channel), None) is not None:
        return True
    catalog.vectors.set_filled(channel)
    return False


def describe_figures(
    layout: IndexLayout,
    models: Models,
    *,
    retry: bool = False,
    on_event: OnEvent | None = None,
) -> DescribeReport:
    """Let the profile's model describe what it has not described, and encode what changed.

    `retry` takes up again the figures that it failed on. Resumable: each description is kept as
    soon as it is there. Raises `UsageError` where the profile names no model for it.
    """
    settings = models.settings
    if not models.has_describer:
        raise UsageError(
            f'profile {settings.name}: [describe] by = "extracted", and every figure has its '
            'extracted description: choose a profile with by = "vlm", for example --profile llava'
        )
    with Catalog.open(layout, write=True) as catalog:
        report = describe_missing(
            catalog,
            ItemPictures(catalog, models.page_reader),
            models.describer(),
            models.grid_reader(),
            retry=retry,
            on_figure=teller("describe", on_event),
        )
        for channel in of_source("descriptions"):
            if not catalog.vectors.is_unfilled(channel.name):
                continue
            _fill_texts(catalog, channel, models, teller("encode", on_event))
            open_vector_store(catalog, settings.store).publish([channel.name])
        catalog.checkpoint()
    return report


def teller(stage: Stage, on_event: OnEvent | None) -> Tell:
    """Progress of one stage as events: figures while describing, vectors while encoding."""

    def tell(done: int, total: int) -> None:
        if on_event is None:
            return
        if stage == "describe":
            on_event(Progress(stage, figures=done, figures_total=total))
        else:
            on_event(Progress(stage, vectors=done, vectors_total=total))

    return tell
