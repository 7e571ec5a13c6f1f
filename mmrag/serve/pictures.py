"""The tasks of vision over HTTP: pictures of an index or of the request.

They wait in line with the questions, read in processes with limits, and end when nobody waits for
them any more.
"""

from collections.abc import Callable
from dataclasses import replace
from threading import Event

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mmrag import contract
from mmrag.contract import Json
from mmrag.errors import ConfigError, DocumentError, UsageError
from mmrag.index import Index
from mmrag.readings import PictureSource
from mmrag.serve import looking, stopping
from mmrag.serve.api import Served
from mmrag.serve.bodies import decoded
from mmrag.serve.engine import Engine
from mmrag.serve.openapi import says
from mmrag.serve.responses import Told
from mmrag.serve.vision_bodies import (
    AgentBody,
    AnalyzeBody,
    AskPictureBody,
    CaptionBody,
    ClassifyBody,
    CompareBody,
    DocumentBody,
    EmbedBody,
    FieldsBody,
    GridsBody,
    OcrBody,
    PictureBody,
)
from mmrag.toolkit import Vision
from mmrag.vision.analyze import routed
from mmrag.vision.ask import AskPicture
from mmrag.vision.caption import CaptionPicture
from mmrag.vision.compare import Compare
from mmrag.vision.document import DocumentLook
from mmrag.vision.embed import Embed
from mmrag.vision.fields import Fields
from mmrag.vision.grids import GridKind, ReadGrids
from mmrag.vision.labels import Classify
from mmrag.vision.looking import By
from mmrag.vision.ocr import Ocr
from mmrag.vision.task import Task, plain, plain_result

router = APIRouter(prefix="/v1/indexes/{name}/vision")
SECONDS = 120.0
"""That one step of reading, one reply of a model, or the agent may take; the profile may say less.
Chosen by hand."""
Make = Callable[[Vision, Index], Task[object]]
_VISION = says("vision")


@router.post("/caption", responses=_VISION)
async def caption(engine: Served, request: Request, name: str, body: CaptionBody) -> Response:
    """Say what a picture shows."""
    return await _done(engine, request, name, body, lambda *_: CaptionPicture(body.style, body.by))


@router.post("/ask", responses=_VISION)
async def ask(engine: Served, request: Request, name: str, body: AskPictureBody) -> Response:
    """Answer a question from a picture alone."""
    return await _done(engine, request, name, body, lambda *_: AskPicture(body.question, body.by))


@router.post("/ocr", responses=_VISION)
async def ocr(engine: Served, request: Request, name: str, body: OcrBody) -> Response:
    """Read the text of a picture."""
    return await _done(engine, request, name, body, lambda *_: Ocr(body.kind, body.engine))


@router.post("/document", responses=_VISION)
async def document(engine: Served, request: Request, name: str, body: DocumentBody) -> Response:
    """Say what kind of document a page is of, and what stands where on it."""
    return await _done(engine, request, name, body, lambda *_: DocumentLook(body.by))


@router.post("/fields", responses=_VISION)
async def fields(engine: Served, request: Request, name: str, body: FieldsBody) -> Response:
    """Read the fields of a form, receipt or letter."""
    return await _done(engine, request, name, body, lambda *_: Fields(body.names, body.by))


@router.post("/classify", responses=_VISION)
async def classify(engine: Served, request: Request, name: str, body: ClassifyBody) -> Response:
    """Say which of some labels fits a picture best."""
    by: By = "vlm" if body.by == "vlm" else "embedded"
    return await _done(
        engine, request, name, body, lambda *_: Classify(body.labels, body.templates, by)
    )


@router.post("/embed", responses=_VISION)
async def embed(engine: Served, request: Request, name: str, body: EmbedBody) -> Response:
    """Encode a picture as a vector."""
    return await _done(engine, request, name, body, lambda *_: Embed())


@router.post("/compare", responses=_VISION)
async def compare(engine: Served, request: Request, name: str, body: CompareBody) -> Response:
    """Say how another picture differs from a picture."""

    def make(vision: Vision, index: Index) -> Task[object]:
        return Compare.to(_source(vision, index, body.other, "other"), body.by)

    return await _done(engine, request, name, body, make)


@router.post("/analyze", responses=_VISION)
async def analyze(engine: Served, request: Request, name: str, body: AnalyzeBody) -> Response:
    """Do what a free request asks of a picture: the task that fits it."""

    def make(vision: Vision, index: Index) -> Task[object]:
        _, task = routed(body.request, vision.bench, body.by)
        return task

    return await _done(engine, request, name, body, make)


@router.post("/agent", responses=_VISION)
async def agent(engine: Served, request: Request, name: str, body: AgentBody) -> Response:
    """Answer a question from pictures and from the index, with several tools."""

    def look(vision: Vision, index: Index) -> Json:
        sources = [
            _source(vision, index, item, f"picture-{number}")
            for number, item in enumerate(body.pictures, start=1)
        ]
        found = vision.agent(body.question, sources, by=body.by, steps=body.steps)
        names = ", ".join(source.name for source in sources)
        return {"image": names, "task": "agent", "cached": False, **plain_result(found)}

    return await _looked(engine, request, name, look)


@router.post("/{kind}", responses=_VISION)
async def grids(
    engine: Served, request: Request, name: str, kind: GridKind, body: GridsBody
) -> Response:
    """Read the tables, charts or diagrams of a picture as data."""
    return await _done(engine, request, name, body, lambda *_: ReadGrids(kind, body.by))


async def _done(
    engine: Engine, request: Request, name: str, body: PictureBody, make: Make
) -> Response:
    """The outcome of a task on one picture."""

    def look(vision: Vision, index: Index) -> Json:
        source = _source(vision, index, body, "picture")
        [outcome] = vision.batch(make(vision, index)).run([source])
        if outcome.status == "failed":
            raise DocumentError(outcome.problem)
        return plain(outcome)

    return await _looked(engine, request, name, look)


async def _looked(
    engine: Engine, request: Request, name: str, look: Callable[[Vision, Index], Json]
) -> Response:
    stop = Event()

    def call(index: Index) -> Json:
        with (
            stopping.stopped_by(stop),
            Vision(index.models, index=index, seconds=SECONDS) as vision,
        ):
            try:
                return contract.versioned(look(vision, index))
            except ConfigError as error:  # the request wants what the profile does not have
                raise UsageError(str(error)) from error

    future = engine.asks.submit(name, call)
    return Told(await stopping.waited_for(future, stop, request.is_disconnected))


def _source(vision: Vision, index: Index, body: PictureBody, name: str) -> PictureSource:
    """Where a picture lies; one of the request has the `name`. Raises `UsageError`, `NotFound`."""
    if bool(body.image_id) == bool(body.image):
        raise UsageError(f"{name}: give `image_id`, or `image` in base64, and not both")
    if body.image:
        picture = decoded(body.image, index.settings.ingest.max_pixels)
        return replace(vision.source(picture), name=name)
    return index.source(looking.shown(index, body.image_id).image_id)
