"""A server of this process."""

import logging
import resource
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from mmrag.errors import UsageError
from mmrag.index import Index
from mmrag.locations import IndexLocation
from mmrag.models import Models
from mmrag.serve import agent_tools, app
from mmrag.serve.engine import Engine
from mmrag.serve.settings import ServeSettings

_KEEP_ALIVE_SECONDS = 15  # of a connection that is silent between requests; chosen by hand
_SHUTDOWN_SECONDS = 5  # that open streams are waited for; chosen by hand


def serve(
    locations: Sequence[IndexLocation],
    models: Models,
    settings: ServeSettings,
    on_start: Callable[[str], None],
) -> None:
    """Serve until Ctrl-C. `on_start` gets the address; port 0 takes a free one.

    Raises `IndexMissing` and the like where an index cannot be opened, `UsageError` where the port
    is taken.
    """
    allow_connections()
    engine = _opened(locations, models, settings)
    with listening(settings) as listener, suppress(KeyboardInterrupt):
        host, port = listener.getsockname()[:2]
        on_start(f"http://{f'[{host}]' if ':' in host else host}:{port}")
        uvicorn.Server(configured(app.create(engine), settings)).run([listener])


def serve_agent(locations: Sequence[IndexLocation], models: Models) -> None:
    """Serve one agent over standard input and output, until it ends.

    Raises `IndexMissing` and the like where an index cannot be opened.
    """
    with _opened(locations, models, ServeSettings()) as engine, suppress(KeyboardInterrupt):
        agent_tools.server(engine).run("stdio")


def _opened(locations: Sequence[IndexLocation], models: Models, settings: ServeSettings) -> Engine:
    """The engine, once every index was seen to open, so that the user is told at once."""
    for location in locations:
        Index.open(location, models=models).close()
    return Engine(locations, models, settings)


def configured(served: ASGIApp, settings: ServeSettings) -> uvicorn.Config:
    """How an app is served: nothing of a request is logged.

    That a request came by https is believed of the proxies that the settings name, and of nobody
    else.
    """
    return uvicorn.Config(
        served,
        host=settings.host,
        port=settings.port,
        log_config=None,
        log_level=logging.ERROR,
        access_log=False,  # it would hold what was asked
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        server_header=False,
        ws="none",
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )


def listening(settings: ServeSettings) -> socket.socket:
    """The socket to serve. Raises `UsageError` where the address cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise UsageError(
            f"{settings.host}:{settings.port}: cannot listen there: {error.strerror}: give another "
            "--port, or 0 for a free one"
        ) from error


def allow_connections() -> None:
    """Let this process hold as many connections as the system allows: idle ones cost little."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
