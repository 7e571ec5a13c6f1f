"""How the server is: for those who run it."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response

from mmrag.errors import MmragError
from mmrag.serve import metrics
from mmrag.serve.api import Served
from mmrag.serve.responses import Told

router = APIRouter()


@router.get("/health")
async def health() -> Response:
    """The process answers."""
    return Told({"status": "ok"})


@router.get("/ready")
async def ready(engine: Served) -> Response:
    """Every index can be read; else 503."""
    try:
        for name in engine.locations:
            await engine.read(name, lambda index: index.catalog.pages.count())
    except MmragError:
        return Told({"status": "not ready"}, 503)
    return Told({"status": "ready"})


@router.get("/metrics")
async def counted(engine: Served) -> Response:
    """What was counted, as Prometheus reads it."""
    return PlainTextResponse(
        engine.metrics.text(engine.gauges()), headers={"Content-Type": metrics.CONTENT_TYPE}
    )
