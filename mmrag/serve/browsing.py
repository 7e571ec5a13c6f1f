"""The pages of documents, of what is on them, and of answers that were given."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from mmrag.index import Index
from mmrag.serve import answer_views, document_views, keeping, looking
from mmrag.serve.api import Cells, Places, Served
from mmrag.serve.bodies import form_fields
from mmrag.serve.engine import Engine
from mmrag.serve.errors import NotFound
from mmrag.serve.listing import SHOWN, ListPart, Start
from mmrag.serve.rendering import page, render
from mmrag.store.answers import Mark
from mmrag.store.sources import Failure
from mmrag.types import Document

router = APIRouter(include_in_schema=False)
MOST_REPORTS = 1000  # that are listed; chosen by hand
_REPORT_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
)
"""A report has its style and its pictures in itself, and no script."""


@router.get("/i/{name}/documents")
async def documents(engine: Served, name: str, start: Start = 0) -> Response:
    """The documents, and the files that could not be read."""

    def listed(index: Index) -> tuple[ListPart[Document], list[Failure]]:
        with index.catalog.snapshot():
            return looking.documents(index, start, SHOWN), index.catalog.failures.all()

    found, failures = await engine.read(name, listed)
    return page(
        "documents.html",
        name=name,
        here="/documents",
        part=found,
        documents=document_views.documents(found.items),
        failed=document_views.failed(failures),
    )


@router.get("/i/{name}/d/{document_id}")
async def document(engine: Served, name: str, document_id: str) -> Response:
    """One document: outline, tables, charts, pages."""
    found = await engine.read(name, lambda index: looking.document(index, document_id))
    return page(
        "document.html", name=name, here="/documents", document=document_views.contents(found)
    )


@router.get("/i/{name}/e/{image_id}")
async def evidence(
    engine: Served,
    name: str,
    image_id: str,
    cell: Cells = (),
    at: Places = (),
    zoom: Annotated[int, Query(ge=1, le=4)] = 1,
) -> Response:
    """A page with the box of a figure on it, and with those of cells and of places."""

    def look(index: Index) -> document_views.EvidenceView:
        with index.catalog.snapshot():
            return document_views.evidence(index, looking.shown(index, image_id), cell, at, zoom)

    item = await engine.read(name, look)
    return page("evidence.html", name=name, here="/documents", item=item)


@router.get("/i/{name}/duplicates")
async def duplicates(engine: Served, name: str) -> Response:
    """Groups of pictures that look alike."""
    groups = await engine.read(name, lambda index: index.duplicates())
    return page("duplicates.html", name=name, here="/documents", groups=groups)


@router.get("/i/{name}/answers")
async def answers(engine: Served, name: str, start: Start = 0) -> Response:
    """The answers that were given, the newest first."""
    found = await keeping.some(engine, name, start, SHOWN)
    return page("answers.html", name=name, here="/answers", part=found)


@router.get("/i/{name}/a/{answer_id}")
async def answer(engine: Served, name: str, answer_id: str) -> Response:
    """An answer that was given: what was asked, found and said."""
    found = await keeping.answer(engine, name, answer_id)
    view = answer_views.answer(name, found.told, answer_id, found.mark)
    return page("permalink.html", name=name, here="/answers", answer=view, at=found.asked_at)


@router.post("/i/{name}/a/{answer_id}/mark")
async def mark(engine: Served, request: Request, name: str, answer_id: str) -> Response:
    """Call an answer right or wrong; it goes into the dataset of the index."""
    said = (await form_fields(request)).get("mark", "")
    called: dict[str, Mark] = {"right": "right", "wrong": "wrong"}
    if said not in called:
        raise NotFound("an answer is called right or wrong")
    await keeping.mark(engine, name, answer_id, called[said])
    if "hx-request" in request.headers:
        return HTMLResponse(render("marked.html", mark=said))
    return RedirectResponse(f"/i/{name}/a/{answer_id}", 303)


@router.get("/reports")
async def reports(engine: Served) -> Response:
    """The reports of evaluations that lie in the folder of `--reports`."""
    return page(
        "reports.html", here="reports", names=[item.parent.name for item in _reports(engine)]
    )


@router.get("/reports/{number}")
async def report(engine: Served, number: int) -> Response:
    """One report, by its place in the list: a page of its own, which may run nothing."""
    found = _reports(engine)
    if not 0 <= number < len(found):
        raise NotFound("there is no such report")
    text = found[number].read_text(encoding="utf-8", errors="replace")
    return HTMLResponse(text, headers={"Content-Security-Policy": _REPORT_POLICY})


def _reports(engine: Engine) -> list[Path]:
    folder = engine.settings.reports
    if folder is None:
        return []
    return sorted([*folder.glob("report.html"), *folder.glob("*/report.html")])[:MOST_REPORTS]
