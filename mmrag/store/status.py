"""What an index holds, how large it is, and what went wrong with which file."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mmrag.config import Tuned
from mmrag.store.layout import IndexLayout
from mmrag.store.reader import CatalogReader, Run
from mmrag.types import VECTOR_CHANNELS, Channel, Document, Problem, Space, Status


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """How far a vector channel is filled. `space` is None where it holds nothing."""

    channel: Channel
    vectors: int
    missing: int
    space: Space | None


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What went wrong with one file, of which all ("ok"), a part, or nothing is in the index."""

    path: str
    problem: Problem
    status: Status


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The state of an index. Sizes are in bytes."""

    root: str
    documents: tuple[Document, ...]
    by_status: Mapping[Status, int]
    pages: int
    figures: int
    passages: int
    descriptions: Mapping[str, int]
    channels: tuple[ChannelStatus, ...]
    problems: tuple[FileProblem, ...]
    failed_descriptions: int
    last_run: Run | None
    tuned: Tuned | None  # settings that go before the profile
    index_bytes: int  # without pictures
    picture_bytes: int


def of(catalog: CatalogReader, layout: IndexLayout) -> IndexStatus:
    """The state of an index, read at one moment."""
    with catalog.snapshot():
        counts = catalog.counts()
        documents = tuple(catalog.documents())
        spaces = catalog.spaces()
        channels = tuple(
            ChannelStatus(
                channel,
                counts.vectors.get(channel, 0),
                sum(1 for _ in catalog.missing(channel)),
                spaces.get(channel),
            )
            for channel in VECTOR_CHANNELS
        )
        failures = catalog.failures()
        runs = catalog.runs(last=1)
        tuned = catalog.tuned()
    problems = [
        FileProblem(document.path, problem, document.status)
        for document in documents
        for problem in document.problems
    ] + [FileProblem(failure.source.path, failure.problem, "failed") for failure in failures]
    pictures = folder_bytes(layout.pictures)
    return IndexStatus(
        root=str(layout.root),
        documents=documents,
        by_status={**counts.documents, "failed": len(failures)},
        pages=counts.pages,
        figures=counts.figures,
        passages=counts.passages,
        descriptions=counts.descriptions,
        channels=channels,
        problems=tuple(problems),
        failed_descriptions=counts.description_failures,
        last_run=runs[0] if runs else None,
        tuned=Tuned.model_validate_json(tuned) if tuned else None,
        index_bytes=folder_bytes(layout.root) - pictures,
        picture_bytes=pictures,
    )


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below a folder; files that vanish meanwhile count as none."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).stat().st_size
            except FileNotFoundError:
                continue
    return total
