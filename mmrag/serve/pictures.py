"""The tasks of vision over HTTP: one picture at a time, of an index or of the request."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from PIL import Image
from pydantic import Field

from mmrag import contract
from mmrag.contract import Json
from mmrag.errors import UsageError
from mmrag.index import Index
from mmrag.readings import PictureSource
from mmrag.serve import looking
from mmrag.serve.api import Served
from mmrag.serve.bodies import Body, Question, decoded
from mmrag.serve.responses import Told
from mmrag.toolkit import Vision
from mmrag.vision.grids import GridKind
from mmrag.vision.prompts import Style
from mmrag.vision.task import plain_result

router = APIRouter(prefix="/v1")
Looked = PictureSource | Image.Image
TaskName = Literal["caption", "ask", "ocr", "grids", "document", "fields", "embed"]
MOST_FIELDS = 100  # that are read at once; chosen by hand
LONGEST_FIELD = 200  # characters of the name of a field; chosen by hand
Words = Annotated[str, Field(max_length=LONGEST_FIELD)]


class VisionBody(Body):
    """A picture, by its ID in the index or in base64, and what its task wants to know."""

    image_id: str = ""
    image: str = ""
    question: Question = Field("", description="of `ask`")
    names: Annotated[tuple[Words, ...], Field(max_length=MOST_FIELDS)] = ()  # of `fields`
    style: Style = "detailed"  # of `caption`
    kind: GridKind = "table"  # of `grids`


_TASKS: dict[TaskName, Callable[[Vision, Looked, VisionBody], object]] = {
    "caption": lambda vision, picture, body: vision.caption(picture, body.style),
    "ask": lambda vision, picture, body: vision.ask(picture, body.question),
    "ocr": lambda vision, picture, body: vision.ocr(picture),
    "grids": lambda vision, picture, body: vision.grids(picture, body.kind),
    "document": lambda vision, picture, body: vision.document(picture),
    "fields": lambda vision, picture, body: vision.fields(picture, body.names),
    "embed": lambda vision, picture, body: vision.embed(picture),
}


@router.post("/indexes/{name}/vision/{task}")
async def look(engine: Served, name: str, task: TaskName, body: VisionBody) -> Response:
    """What a task of `mmrag vision` finds in one picture; it waits in line with the questions."""

    def call(index: Index) -> Json:
        with Vision(index.models) as vision:
            found = _TASKS[task](vision, _picture(index, body), body)
        return contract.versioned({"task": task, **plain_result(found)})

    return Told(await asyncio.wrap_future(engine.asks.submit(name, call)))


def _picture(index: Index, body: VisionBody) -> Looked:
    """The picture that is meant: its file and place, or the picture itself."""
    if bool(body.image_id) == bool(body.image):
        raise UsageError("name one picture: `image_id`, or `image` in base64")
    if body.image:
        return decoded(body.image, index.settings.ingest.max_pixels)
    item = looking.shown(index, body.image_id)
    if Path(item.path).is_file():
        return PictureSource(item.image_id, Path(item.path), item.page, item.bbox)
    if item.picture is None:
        raise UsageError(f"{item.image_id}: its file is gone, and no picture of it is kept")
    return PictureSource(item.image_id, Path(item.picture))
