"""The pages on which people ask and search. All of what is read works without a script."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from mmrag.errors import MmragError, UsageError
from mmrag.index import Index
from mmrag.ingest.formats.pictures import read_picture
from mmrag.serve import answer_views, keeping
from mmrag.serve.api import Served
from mmrag.serve.asking import Asking, Ping
from mmrag.serve.bodies import AskBody, Body, SearchBody, form_fields
from mmrag.serve.guard import COOKIE, LOGIN, is_same, session
from mmrag.serve.rendering import page, render
from mmrag.serve.responses import PING, EventStream, event
from mmrag.types import Answer, MarkedEvidence, SearchResult

router = APIRouter(include_in_schema=False)
Checked = TypeVar("Checked", bound=Body)


@dataclass(frozen=True, slots=True)
class QueryForm:
    """What the form of a page says."""

    question: str
    documents: tuple[str, ...]
    tags: tuple[str, ...]
    kinds: tuple[str, ...]
    pages: str

    def __bool__(self) -> bool:
        return bool(self.question.strip())

    def checked(self, kind: type[Checked], **values: object) -> Checked:
        """The same as the body of a request. Raises `UsageError` that says what is wrong."""
        filters = {
            "documents": self.documents,
            "tags": self.tags,
            "kinds": self.kinds,
            "pages": self.pages,
        }
        try:
            return kind.model_validate({**filters, **values})
        except ValidationError as error:
            raise UsageError(error.errors()[0]["msg"]) from error


def asked(q: str = "", doc: str = "", tag: str = "", kind: str = "", pages: str = "") -> QueryForm:
    """What an address says."""
    kinds = (kind,) if kind else ()
    tags = tuple(name.strip() for name in tag.split(",") if name.strip())
    return QueryForm(q, tuple(doc.split()), tags, kinds, pages.strip())


Form = Annotated[QueryForm, Depends(asked)]


@router.get("/")
async def home(engine: Served) -> Response:
    """The indexes; where there is one alone, its page."""
    names = list(engine.locations)
    if len(names) == 1:
        return RedirectResponse(f"/i/{names[0]}", 303)
    return page("home.html", names=names)


@router.get(LOGIN)
async def login() -> Response:
    """Where a browser shows the token."""
    return page("login.html", wrong=False)


@router.post(LOGIN)
async def enter(engine: Served, request: Request) -> Response:
    """Begin a session with the token."""
    token = engine.settings.token
    given = (await form_fields(request)).get("token", "")
    if not token or not is_same(given.strip(), token):
        return page("login.html", 401, wrong=True)
    entered = RedirectResponse("/", 303)
    entered.set_cookie(
        COOKIE,
        session(token),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return entered


@router.get("/i/{name}")
async def ask_page(engine: Served, request: Request, name: str, form: Form) -> Response:
    """A question and, without a script, its answer."""
    engine.location(name)
    found = None
    if form:
        asking = Asking(engine, name, form.checked(AskBody, question=form.question))
        answer = await asking.answer(request.is_disconnected)
        found = await keeping.kept(engine, name, answer)
    return page("ask.html", name=name, asked=form, answer=found)


@router.post("/i/{name}/ask")
async def ask(engine: Served, name: str, body: AskBody) -> Response:
    """The answer as it comes: the events `text`, and `answer` or `error` with what is shown."""
    return EventStream(_events(Asking(engine, name, body), engine, name))


async def _events(asking: Asking, engine: Served, name: str) -> AsyncIterator[bytes]:
    numbers: dict[str, int] = {}
    async for found in asking.events():
        match found:
            case MarkedEvidence():
                number = numbers.setdefault(found.marker, len(numbers) + 1)
                yield event("citation", {"marker": found.marker, "number": number})
            case str():
                yield event("text", {"text": found})
            case Answer():
                view = await keeping.kept(engine, name, found)
                yield event("answer", {"html": render("answer.html", name=name, answer=view)})
            case MmragError():
                yield event("error", {"message": str(found)})
            case Ping():
                yield PING


@router.get("/i/{name}/search")
async def search_page(engine: Served, name: str, form: Form) -> Response:
    """Words, and the pages and figures that match them."""
    engine.location(name)
    result = answer_views.ResultView()
    if form:
        body = form.checked(SearchBody, query=form.question)
        result = await _found(engine, name, body, b"")
    return page("search.html", name=name, here="/search", asked=form, result=result)


@router.post("/i/{name}/search")
async def search_by_picture(engine: Served, request: Request, name: str, form: Form) -> Response:
    """The pages and figures that show the same as the picture that is the body."""
    picture = await request.body()
    result = await _found(engine, name, form.checked(SearchBody, query=form.question), picture)
    return HTMLResponse(render("results.html", name=name, result=result))


async def _found(
    engine: Served, name: str, body: SearchBody, picture: bytes
) -> answer_views.ResultView:
    def call(index: Index) -> SearchResult:
        image = None
        if picture:
            image = read_picture(BytesIO(picture), "the picture", index.settings.ingest.max_pixels)
        return body.search(index, image)

    return answer_views.result(name, await engine.read(name, call))
