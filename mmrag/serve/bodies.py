"""What requests may say: strict about keys, bounded in size."""

import base64
import binascii
from dataclasses import replace
from io import BytesIO
from typing import Annotated, Literal
from urllib.parse import parse_qs

from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.requests import Request

from mmrag.channels import NAMES
from mmrag.index import Index
from mmrag.ingest.formats.pictures import read_picture
from mmrag.protocols import Turn
from mmrag.retrieve.fusion import Bounds
from mmrag.retrieve.query import Query
from mmrag.text.page_numbers import page_range
from mmrag.types import ChannelName, FigureKind, SearchResult, Unit

MOST_RESULTS = 200  # of one request; chosen by hand
MOST_FILTERS = 100  # documents, tags, or kinds, of one request; chosen by hand
LONGEST_QUESTION = 100_000
"""Characters; what is searched for is cut to less, with a note. Chosen by hand."""
MOST_TURNS = 100  # said before a question; chosen by hand
Question = Annotated[str, Field(max_length=LONGEST_QUESTION)]


class Body(BaseModel):
    """A request body; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


async def form_fields(request: Request) -> dict[str, str]:
    """What a form of a page says: the first value of each field."""
    fields = parse_qs((await request.body()).decode("utf-8", "replace"))
    return {name: values[0] for name, values in fields.items()}


class Filters(Body):
    """What is searched: documents by ID, beginning of an ID or pattern; tags that they all have;
    kinds; pages "3-9".
    """

    k: Annotated[int | None, Field(ge=1, le=MOST_RESULTS)] = None
    documents: Annotated[tuple[str, ...], Field(max_length=MOST_FILTERS)] = ()
    tags: Annotated[tuple[str, ...], Field(max_length=MOST_FILTERS)] = ()
    kinds: Annotated[tuple[FigureKind, ...], Field(max_length=MOST_FILTERS)] = ()
    pages: str = ""

    @field_validator("pages")
    @classmethod
    def _is_range(cls, pages: str) -> str:
        if pages:
            page_range(pages)
        return pages

    @property
    def numbers(self) -> range | None:
        return page_range(self.pages) if self.pages else None


class SearchBody(Filters):
    """A question, a picture in base64, or both."""

    query: Question = ""
    image: str = Field("", description="a PNG, JPEG, WebP or TIFF, in base64")
    unit: Unit = "any"
    channels: Annotated[tuple[ChannelName, ...], Field(max_length=len(NAMES))] = ()
    explain: bool = False

    @field_validator("channels")
    @classmethod
    def _are_known(cls, channels: tuple[ChannelName, ...]) -> tuple[ChannelName, ...]:
        for name in channels:
            if name not in NAMES:
                raise ValueError(f"no channel {name!r}; there are {', '.join(NAMES)}")
        return channels

    def search(
        self, index: Index, picture: Image.Image | None = None, bounds: Bounds | None = None
    ) -> SearchResult:
        """What an index finds; `picture` is one that did not come as `image`.

        Scores are normalised between `bounds` where they are told. Raises `UsageError` where
        `image` is no picture, or too large, and what searching raises.
        """
        query, notes = self.asked(index, picture)
        result = index.searcher.search(query, bounds)
        return replace(result, notes=(*notes, *result.notes))

    def asked(
        self, index: Index, picture: Image.Image | None = None
    ) -> tuple[Query, tuple[str, ...]]:
        """What an index is asked, and what the user should know of it. Raises as `search`."""
        if self.image:
            picture = decoded(self.image, index.settings.ingest.max_pixels)
        return index.query(
            self.query,
            image=picture,
            k=self.k,
            unit=self.unit,
            documents=self.documents,
            tags=self.tags,
            kinds=self.kinds,
            pages=self.numbers,
            channels=self.channels,
        )


class SearchAllBody(SearchBody):
    """The same of several indexes as one, by their names; all that are served where none is."""

    indexes: Annotated[tuple[str, ...], Field(max_length=MOST_FILTERS)] = ()


def decoded(image: str, max_pixels: int) -> Image.Image:
    """A picture in base64. Raises `UsageError` where it is none, or too large."""
    try:
        data = base64.b64decode(image, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    return read_picture(BytesIO(data), "image", max_pixels)


class TurnBody(Body):
    """What was said before."""

    role: Literal["user", "assistant"]
    text: Question


class AskBody(Filters):
    """A question, and what was said before it."""

    question: Question
    history: Annotated[tuple[TurnBody, ...], Field(max_length=MOST_TURNS)] = ()
    stream: bool = False

    @property
    def turns(self) -> tuple[Turn, ...]:
        return tuple(Turn(turn.role, turn.text) for turn in self.history)


class EvidenceBody(Filters):
    """A question whose evidence is wanted."""

    query: Question
