"""mmrag: local retrieval and answers over page images, figures and text, with evidence.

    from mmrag import Index

    with Index.open("indexes/papers") as index:
        print(index.ask("Which encoder was best?").text)

A name is loaded when it is first used, so that importing mmrag costs nothing.
"""

import importlib
import os
from typing import TYPE_CHECKING

__version__ = "0.1.0"

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
"""ONNX Runtime (since 1.32) reports what it is used for to Microsoft unless this forbids it, by
sockets of its own, which `network.forbid` does not see. It reads this as it is imported."""

if TYPE_CHECKING:
    from mmrag.answer.chat import Chat
    from mmrag.config import Settings
    from mmrag.errors import (
        ConfigError,
        DocumentError,
        IndexLocked,
        IndexMissing,
        IndexUnusable,
        MmragError,
        ModelError,
        ModelMissing,
        ModelRefused,
        ModelTimeout,
        NoReply,
        OutOfMemory,
        PicturesRefused,
        PromptTooLong,
        ReplyWithdrawn,
        SchemaTooNew,
        SchemaTooOld,
        SpaceMismatch,
        UsageError,
    )
    from mmrag.index import Index
    from mmrag.models import Models
    from mmrag.toolkit import Vision
    from mmrag.types import (
        Answer,
        Citation,
        Description,
        Document,
        Evidence,
        Figure,
        Hit,
        MarkedEvidence,
        Page,
        Passage,
        SearchResult,
    )

__all__ = [
    "Answer",
    "Chat",
    "Citation",
    "ConfigError",
    "Description",
    "Document",
    "DocumentError",
    "Evidence",
    "Figure",
    "Hit",
    "Index",
    "IndexLocked",
    "IndexMissing",
    "IndexUnusable",
    "MarkedEvidence",
    "MmragError",
    "ModelError",
    "ModelMissing",
    "ModelRefused",
    "ModelTimeout",
    "Models",
    "NoReply",
    "OutOfMemory",
    "Page",
    "Passage",
    "PicturesRefused",
    "PromptTooLong",
    "ReplyWithdrawn",
    "SchemaTooNew",
    "SchemaTooOld",
    "SearchResult",
    "Settings",
    "SpaceMismatch",
    "UsageError",
    "Vision",
    "__version__",
]

_HOMES = {
    "Chat": "mmrag.answer.chat",
    "Index": "mmrag.index",
    "Models": "mmrag.models",
    "Settings": "mmrag.config",
    "Vision": "mmrag.toolkit",
}
"""Modules of the names that are neither errors nor values of the domain."""


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    homes = [_HOMES[name]] if name in _HOMES else ["mmrag.errors", "mmrag.types"]
    for home in homes:
        module = importlib.import_module(home)
        if hasattr(module, name):
            break
    value: object = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
