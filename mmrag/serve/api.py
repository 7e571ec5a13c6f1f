"""The HTTP API, `/v1`: JSON as `contract` says.

An index is named as `GET /v1/indexes` names it; pages, figures and documents by their IDs.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import PlainTextResponse, Response

from mmrag import contract
from mmrag.errors import MmragError
from mmrag.serve import errors, keeping, looking, several
from mmrag.serve.asking import Asking, Ping
from mmrag.serve.bodies import AskBody, EvidenceBody, SearchAllBody, SearchBody
from mmrag.serve.engine import Engine
from mmrag.serve.listing import MOST_LISTED, Count, Start
from mmrag.serve.openapi import says
from mmrag.serve.responses import PING, EventStream, Told
from mmrag.serve.responses import event as event_of
from mmrag.types import Answer, MarkedEvidence

router = APIRouter(prefix="/v1")
MOST_CELLS = 100  # that are framed at once; chosen by hand
Cells = Annotated[
    tuple[str, ...], Query(max_length=MOST_CELLS, description='of its table: "ROW,COLUMN", from 0')
]
Places = Annotated[
    tuple[str, ...],
    Query(max_length=MOST_CELLS, description='on the page, in points: "X0,Y0,X1,Y1"'),
]


def engine_of(request: Request) -> Engine:
    """The engine that an app was made with."""
    engine = request.app.state.engine
    assert isinstance(engine, Engine)
    return engine


Served = Annotated[Engine, Depends(engine_of)]


@router.get("/indexes", responses=says("indexes"))
async def indexes(engine: Served) -> Response:
    """The indexes that are served."""
    return Told(contract.indexes(list(engine.locations)))


@router.post("/search", responses=says("search"))
async def search_all(engine: Served, body: SearchAllBody) -> Response:
    """Find pages and figures of several indexes as one; each hit names its index."""
    found = await several.search(engine, body)
    return Told(contract.search(found, explain=body.explain))


@router.post("/indexes/{name}/search", responses=says("search"))
async def search(engine: Served, name: str, body: SearchBody) -> Response:
    """Find pages and figures."""
    found = await engine.read(name, body.search)
    return Told(contract.search(found, explain=body.explain))


@router.post("/indexes/{name}/evidence", responses=says("evidence_found"))
async def evidence(engine: Served, name: str, body: EvidenceBody) -> Response:
    """What an answer would be made of."""
    found = await engine.read(
        name,
        lambda index: index.evidence(
            body.query,
            k=body.k,
            documents=body.documents,
            tags=body.tags,
            kinds=body.kinds,
            pages=body.numbers,
            images=False,
        ),
    )
    return Told(contract.evidence(body.query, found))


@router.post(
    "/indexes/{name}/ask",
    responses={
        **says("answer"),
        429: {"description": "too many questions wait: see Retry-After"},
    },
)
async def ask(engine: Served, request: Request, name: str, body: AskBody) -> Response:
    """Answer a question with citations that are validated; with `history`, a follow-up.

    With `stream`, the answer is a stream of events: `text` ({text}), `citation` (the evidence of a
    marker in the text that follows), and last `answer`, or `error`.
    """
    asking = Asking(engine, name, body)
    if not body.stream:
        return Told(contract.answer(await asking.answer(request.is_disconnected)))
    return EventStream(_events(asking))


async def _events(asking: Asking) -> AsyncIterator[bytes]:
    async for event in asking.events():
        match event:
            case str():
                yield event_of("text", {"text": event})
            case MarkedEvidence():
                yield event_of("citation", contract.resolved(event))
            case Answer():
                yield event_of("answer", contract.answer(event))
            case MmragError():
                yield event_of("error", contract.error(errors.of(event)[0], str(event)))
            case Ping():
                yield PING


@router.get("/indexes/{name}/documents", responses=says("documents"))
async def documents(
    engine: Served, name: str, start: Start = 0, count: Count = MOST_LISTED
) -> Response:
    """The documents of an index by path, and how many there are in all."""
    found = await engine.read(name, lambda index: looking.documents(index, start, count))
    return Told(contract.documents(found.items, found.total))


@router.get("/indexes/{name}/documents/{document_id}", responses=says("document"))
async def document(engine: Served, name: str, document_id: str) -> Response:
    """One document: its pages, headings, figures, tables."""
    found = await engine.read(name, lambda index: looking.document(index, document_id))
    return Told(contract.document(found))


@router.get("/indexes/{name}/images/{image_id}", responses=says("shown"))
async def shown(engine: Served, name: str, image_id: str) -> Response:
    """All about one page or figure."""
    found = await engine.read(name, lambda index: looking.shown(index, image_id))
    return Told(contract.shown(found))


@router.get("/indexes/{name}/images/{image_id}/picture")
async def picture(engine: Served, name: str, image_id: str) -> Response:
    """The picture of a page, or the crop of a figure."""
    found = await engine.read(name, lambda index: looking.picture(index, image_id))
    return _picture(found)


@router.get("/indexes/{name}/images/{image_id}/page")
async def page(
    engine: Served,
    name: str,
    image_id: str,
    box: bool = True,
    cell: Cells = (),
    at: Places = (),
) -> Response:
    """The page of a figure with its box drawn on it, and with those of cells and of places."""
    found = await engine.read(
        name, lambda index: looking.page_picture(index, image_id, box=box, cells=cell, places=at)
    )
    return _picture(found)


@router.get("/indexes/{name}/images/{image_id}/data.{form}")
async def data(engine: Served, name: str, image_id: str, form: looking.DataForm) -> Response:
    """A table or chart as data (csv, json, md), or a diagram (json, mermaid, dot)."""
    item, text = await engine.read(name, lambda index: looking.data(index, image_id, form))
    if form == "json":
        return PlainTextResponse(text, media_type="application/json")
    kind = {"csv": "text/csv", "md": "text/markdown"}.get(form, "text/plain")
    disposition = f'attachment; filename="{item.image_id}.{form}"'
    return PlainTextResponse(text, media_type=kind, headers={"Content-Disposition": disposition})


@router.get("/indexes/{name}/answers", responses=says("kept_answers"))
async def answers(
    engine: Served, name: str, start: Start = 0, count: Count = MOST_LISTED
) -> Response:
    """The answers that were given on the page and are kept, the newest first."""
    found = await keeping.some(engine, name, start, count)
    rows = [
        {"id": item.id, "asked_at": item.asked_at, "question": item.question, "mark": item.mark}
        for item in found.items
    ]
    return Told(contract.versioned({"answers": rows, "total": found.total}))


@router.get("/indexes/{name}/answers/{answer_id}", responses=says("kept_answer"))
async def answer(engine: Served, name: str, answer_id: str) -> Response:
    """One of them: what was asked, found and said."""
    found = await keeping.answer(engine, name, answer_id)
    told = {"id": answer_id, "asked_at": found.asked_at, "mark": found.mark, "answer": found.told}
    return Told(contract.versioned(told))


@router.get("/indexes/{name}/status", responses=says("status"))
async def status(engine: Served, name: str) -> Response:
    """What an index holds, and what went wrong."""
    found = await engine.read(name, lambda index: index.status())
    return Told(contract.status(found, engine.locations[name]))


def _picture(found: looking.Encoded) -> Response:
    """A picture: it is of one content for ever, and no one else's to keep."""
    return Response(
        found.data,
        media_type=f"image/{found.format}",
        headers={"Cache-Control": "private, max-age=86400"},
    )
