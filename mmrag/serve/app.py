"""The app: all routes over one engine, behind the Guard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp

from mmrag import __version__
from mmrag.serve import api, completions, errors, operations
from mmrag.serve.engine import Engine
from mmrag.serve.guard import Guard
from mmrag.serve.responses import Told


def create(engine: Engine) -> ASGIApp:
    """The ASGI app over an engine, which it closes at its end."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        yield
        engine.close()

    app = FastAPI(
        title="mmrag",
        version=__version__,
        summary="Search and ask indexed documents, with evidence that opens.",
        openapi_url="/v1/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        default_response_class=Told,
        redirect_slashes=False,
        lifespan=life,
    )
    app.state.engine = engine
    errors.handle(app)
    for router in (api.router, completions.router, operations.router):
        app.include_router(router)
    return Guard(app, engine.settings, engine.metrics)
