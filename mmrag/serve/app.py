"""The app: all routes over one engine, behind the Guard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from mcp.server.transport_security import TransportSecuritySettings
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from mmrag import __version__
from mmrag.serve import (
    agent_tools,
    api,
    browsing,
    completions,
    errors,
    openapi,
    operations,
    pages,
    pictures,
    uploads,
)
from mmrag.serve.engine import Engine
from mmrag.serve.guard import Guard
from mmrag.serve.responses import Told


def create(engine: Engine) -> ASGIApp:
    """The ASGI app over an engine, which it closes at its end."""
    agents = agent_tools.server(engine)
    over_http = agents.streamable_http_app(
        streamable_http_path="/mcp",
        stateless_http=True,
        transport_security=TransportSecuritySettings(
            enable_dns_rebinding_protection=False  # the Guard has it for all routes
        ),
    )

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        async with agents.session_manager.run():
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
    for router in (
        api.router,
        completions.router,
        operations.router,
        pictures.router,
        pages.router,
        browsing.router,
        uploads.router,
    ):
        app.include_router(router)
    openapi.describe(app)
    app.router.routes.extend(over_http.routes)
    app.mount("/static", StaticFiles(packages=[("mmrag.serve", "static")]))
    return Guard(app, engine.settings, engine.metrics)
