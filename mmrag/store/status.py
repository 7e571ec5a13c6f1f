"""What an index holds, how large it is, and what went wrong with which file."""

import os
from pathlib import Path

from mmrag.channels import VECTOR_NAMES
from mmrag.config import Tuned
from mmrag.protocols import VectorStore
from mmrag.reports import ChannelStatus, FileProblem, IndexStatus
from mmrag.store import languages, picture_place
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.types import ChannelName


def of(
    catalog: Catalog, layout: IndexLayout, store: VectorStore, *, lists_documents: bool = True
) -> IndexStatus:
    """The state of an index, read at one moment; its documents where they are to be listed."""
    with catalog.snapshot():
        counts = catalog.counts()
        documents = tuple(catalog.documents.all()) if lists_documents else ()
        told = catalog.documents.with_problems()
        spaces = catalog.vectors.spaces()
        next_spaces, next_counts = catalog.next_vectors.spaces(), catalog.next_vectors.counts()
        channels = tuple(
            ChannelStatus(
                channel,
                counts.vectors.get(channel, 0),
                _missing(catalog, channel),
                spaces.get(channel),
                next_counts.get(channel, 0),
                next_spaces.get(channel),
                f"{store.name}, {store.method(channel)}" if channel in spaces else "",
            )
            for channel in VECTOR_NAMES
        )
        failures = catalog.failures.all()
        runs = catalog.runs.last(1)
        tuned = catalog.facts.tuned()
        by_language = catalog.documents.by_language()
        page_vectors = catalog.page_vectors.status()
        kept = picture_place.kept(catalog)
        notes = languages.note(catalog.documents, catalog.vectors), catalog.words.behind()
    problems = [
        FileProblem(document.path, problem, document.status)
        for document in told
        for problem in document.problems
    ] + [FileProblem(failure.source.path, failure.problem, "failed") for failure in failures]
    pictures = folder_bytes(Path(kept.place)) if kept.is_here else 0
    is_within = kept.place == str(layout.pictures)
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
        index_bytes=folder_bytes(layout.root) - pictures * is_within,
        picture_bytes=pictures,
        languages=by_language,
        page_vectors=page_vectors,
        notes=tuple(filter(None, notes)),
        words_by=catalog.words.found_by,
        pictures_in="" if is_within else kept.place,
    )


def _missing(catalog: Catalog, channel: ChannelName) -> int:
    """How many items lack their vector; of a channel that lacks none, none is looked at."""
    if not catalog.vectors.is_unfilled(channel):
        return 0
    return sum(1 for _ in catalog.vectors.missing(channel))


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
