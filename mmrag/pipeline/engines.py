"""The engines of a run by their names."""

from typing import Literal

from mmrag.errors import UsageError
from mmrag.pipeline.engine import OpenEngine, local

EngineName = Literal["local", "ray"]


def engine(name: EngineName, address: str = "") -> OpenEngine:
    """The engine of a name; `address` is that of its cluster, if it is not to make its own.

    Raises `UsageError` where it has no address, or its library is not installed.
    """
    if name == "local":
        if address:
            raise UsageError("an address is that of a cluster: give it with --engine ray")
        return local
    try:
        from mmrag.pipeline import ray_engine
    except ModuleNotFoundError as error:
        if error.name != "ray":
            raise
        raise UsageError("--engine ray needs Ray: pip install 'mmrag[ray]'") from error
    return ray_engine.on(address)
