"""Files that are uploaded and folders that are indexed: the jobs of a server."""

import os
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from mmrag import contract
from mmrag.errors import IndexUnusable, UsageError
from mmrag.serve import jobs
from mmrag.serve.api import Served
from mmrag.serve.bodies import Body, form_fields
from mmrag.serve.engine import Engine
from mmrag.serve.errors import NotFound
from mmrag.serve.jobs import IndexJob
from mmrag.serve.listing import MOST_LISTED, SHOWN, Count, ListPart, Start
from mmrag.serve.openapi import says
from mmrag.serve.rendering import page
from mmrag.serve.responses import Told
from mmrag.store.layout import IndexLayout
from mmrag.store.private import make_folder, open_private

router = APIRouter()
_PAGE = "/i/{name}/jobs"
_JOBS = "/v1/indexes/{name}/jobs"
LONGEST_GIVEN = 400  # characters of a name as it is given, before it is cut; chosen by hand


class FolderBody(Body):
    """A folder that the server was started with, by its place from 0."""

    folder: Annotated[int, Field(ge=0)]


@router.post("/v1/indexes/{name}/upload", status_code=202, responses=says("job", 202))
async def upload(
    engine: Served,
    request: Request,
    name: str,
    file: Annotated[str, Query(max_length=LONGEST_GIVEN)],
) -> Response:
    """Index the file that is the body; `file` says how it is called. The answer is a job."""
    engine.check_writable()
    folder = IndexLayout(engine.location(name).path).uploads
    called = jobs.file_name(file)
    path = folder / called
    unfinished = path.with_name(f".{os.urandom(8).hex()}.part")
    try:
        make_folder(folder)
        with open_private(unfinished) as opened:
            async for piece in request.stream():
                opened.write(piece)
        unfinished.rename(path)
    except OSError as error:
        raise IndexUnusable(f"{path}: cannot be stored: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return Told(jobs.told(engine.jobs.start(name, f"upload of {called}", [path])), 202)


@router.post(_JOBS, status_code=202, responses=says("job", 202))
async def index_folder(engine: Served, name: str, body: FolderBody) -> Response:
    """Bring an index up to date with a folder. The answer is a job."""
    return Told(jobs.told(_started(engine, name, body.folder)), 202)


@router.get(_JOBS, responses=says("jobs"))
async def listed(
    engine: Served, name: str, start: Start = 0, count: Count = MOST_LISTED
) -> Response:
    """The jobs of an index, the newest first."""
    found = _part(engine, name, start, count)
    rows = [jobs.told(job) for job in found.items]
    return Told(contract.versioned({"jobs": rows, "total": found.total}))


@router.get(f"{_JOBS}/{{number}}", responses=says("job"))
async def one(engine: Served, name: str, number: int) -> Response:
    """One job: how far it is, and at its end what was indexed and what failed."""
    return Told(jobs.told(_found(engine, name, number)))


@router.delete(f"{_JOBS}/{{number}}", responses=says("job"))
async def cancel(engine: Served, name: str, number: int) -> Response:
    """Let a job end early; what it stored stays."""
    engine.jobs.cancel(_found(engine, name, number).id)
    return Told(jobs.told(_found(engine, name, number)))


@router.get(_PAGE, include_in_schema=False)
async def jobs_page(engine: Served, name: str, start: Start = 0) -> Response:
    """Uploads, folders, and how far jobs are."""
    return page(
        "jobs.html",
        name=name,
        here="/jobs",
        part=_part(engine, name, start, SHOWN),
        folders=[folder.name for folder in engine.settings.folders],
        writable=not engine.settings.read_only,
    )


@router.post(_PAGE, include_in_schema=False)
async def act(engine: Served, request: Request, name: str) -> Response:
    """What the buttons of the page do: `folder=0`, or `cancel=3`."""
    for button, number in (await form_fields(request)).items():
        if not number.isdecimal():
            raise UsageError("a folder and a job have numbers")
        if button == "folder":
            _started(engine, name, int(number))
        elif button == "cancel":
            engine.jobs.cancel(_found(engine, name, int(number)).id)
    return RedirectResponse(f"/i/{name}/jobs", 303)


def _started(engine: Engine, name: str, number: int) -> IndexJob:
    engine.check_writable()
    engine.location(name)
    folders = engine.settings.folders
    if number >= len(folders):
        raise NotFound("the server was started without such a folder: --folder DIR names them")
    return engine.jobs.start(name, f"folder {folders[number].name}", [folders[number]])


def _part(engine: Engine, name: str, start: int, count: int) -> ListPart[IndexJob]:
    engine.location(name)
    found = engine.jobs.of_index(name)
    return ListPart(found[start : start + count], start, count, len(found))


def _found(engine: Engine, name: str, number: int) -> IndexJob:
    engine.location(name)
    found = engine.jobs.get(name, number)
    if found is None:
        raise NotFound("no such job")
    return found
