"""Files into an index: the indexing run, and what is added to an index later."""

from mmrag.pipeline.backfill import describe_figures, fill_channel
from mmrag.pipeline.engines import EngineName, engine
from mmrag.pipeline.plan import RunOptions
from mmrag.pipeline.progress import OnEvent, Progress
from mmrag.pipeline.reencoding import reencode
from mmrag.pipeline.run import index_paths

__all__ = [
    "EngineName",
    "OnEvent",
    "Progress",
    "RunOptions",
    "describe_figures",
    "engine",
    "fill_channel",
    "index_paths",
    "reencode",
]
