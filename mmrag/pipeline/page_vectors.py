"""The vectors of pages for late interaction, made of what pages lack."""

import time
from collections.abc import Sequence

from PIL import Image

from mmrag.config import LateSettings
from mmrag.encode.batches import checked
from mmrag.errors import ModelError, UsageError
from mmrag.pipeline.fill import Tell
from mmrag.protocols import MultiVectorEncoder
from mmrag.reports import ChannelReport
from mmrag.store.catalog import Catalog
from mmrag.store.item_pictures import ItemPictures
from mmrag.types import Float32, Space

TRANSACTION_PAGES = 16
"""Pages that are encoded and stored in one transaction: what an interruption may cost. By hand."""
PAGES = "pages"
"""What a report calls them, beside the channels."""


def fill_pages(
    catalog: Catalog,
    pictures: ItemPictures,
    encoder: MultiVectorEncoder,
    settings: LateSettings,
    tell: Tell = lambda done, total: None,
) -> ChannelReport:
    """Encode the pages that have a picture and no vectors.

    Raises `SpaceMismatch` where others are of another encoder, `ModelError`.
    """
    start = time.monotonic()
    catalog.page_vectors.check_space(encoder.space)
    missing = catalog.page_vectors.missing()
    unreadable: list[tuple[str, str]] = []
    for first in range(0, len(missing), TRANSACTION_PAGES):
        opened: dict[str, Image.Image] = {}
        for page, image in pictures.images(missing[first : first + TRANSACTION_PAGES]).items():
            if isinstance(image, UsageError):
                unreadable.append((page, str(image)))
            else:
                opened[page] = image
        rows = _checked(encoder.encode_pages(list(opened.values())), len(opened), encoder.space)
        catalog.page_vectors.put(list(opened), rows, encoder.space, settings.bits)
        tell(min(first + TRANSACTION_PAGES, len(missing)), len(missing))
    encoded = len(missing) - len(unreadable)
    return ChannelReport(PAGES, encoded, time.monotonic() - start, tuple(unreadable))


def _checked(found: Sequence[Float32], count: int, space: Space) -> list[Float32]:
    """Raises `ModelError` for a reply of another shape, or with what are no unit vectors."""
    if len(found) != count:
        raise ModelError(f"{space.model}: replied with {len(found)} pages instead of {count}")
    return [checked(rows, max(1, len(rows)), space) for rows in found]  # a page has one at least
