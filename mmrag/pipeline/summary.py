"""What a run left behind: the files that are not in the index, and how large it is."""

import json
from dataclasses import replace
from pathlib import Path

from mmrag.ingest.walk import FoundFiles
from mmrag.paths import is_below, text_of
from mmrag.reports import FileOutcome, IndexReport
from mmrag.store.catalog import Catalog
from mmrag.types import Problem

NOTHING_FOUND = Problem("walk", "no PDF or image in this folder")


def completed(report: IndexReport, catalog: Catalog, found: FoundFiles) -> IndexReport:
    """The report with all files of the run that are not in the index or not in full, and sizes.

    Files that failed in an earlier run and did not change since are among them.
    """
    layout = catalog.layout
    return replace(
        report,
        partial=tuple(_partial(catalog, found)),
        failed=tuple(_failed(catalog, found)),
        unread=dict(sorted(found.unread.items())),
        index_pages=catalog.pages.count(),
        index_bytes=_file_bytes(layout.root) + _file_bytes(layout.vectors),
    )


def as_json(report: IndexReport) -> str:
    """The figures of a report, for `mmrag status`."""
    return json.dumps(
        {
            "stored": report.stored,
            "unchanged": report.unchanged,
            "copies": report.copies,
            "renamed": report.renamed,
            "removed": report.removed,
            "partial": len(report.partial),
            "failed": len(report.failed),
            "pages": report.pages,
            "figures": report.figures,
            "passages": report.passages,
            "seconds": {stage: round(value, 3) for stage, value in report.seconds.items()},
        }
    )


def _partial(catalog: Catalog, found: FoundFiles) -> list[FileOutcome]:
    """Files of which a part is in the index, by path."""
    files = {text_of(file) for file in found.files}
    partial = {item.id: item for item in catalog.documents.of_status("partial")}
    if not partial:
        return []
    return [
        FileOutcome(path, "partial", partial[document_id].problems)
        for path, (_, document_id) in sorted(catalog.sources.all().items())
        if path in files and document_id in partial
    ]


def _failed(catalog: Catalog, found: FoundFiles) -> list[FileOutcome]:
    """Folders that could not be listed or hold nothing, and files that could not be read."""
    roots = [text_of(root) for root in found.roots]
    failed = [(text_of(folder), problem) for folder, problem in found.problems]
    failed += [
        (failure.source.path, failure.problem)
        for failure in catalog.failures.all()
        if any(is_below(failure.source.path, root) for root in roots)
    ]
    listed = [*map(text_of, found.files), *(path for path, _ in failed)]
    failed += [
        (root, NOTHING_FOUND) for root in roots if not any(is_below(path, root) for path in listed)
    ]
    return [FileOutcome(path, "failed", (problem,)) for path, problem in failed]


def _file_bytes(folder: Path) -> int:
    """Bytes of the files in a folder, not of those in folders below it."""
    try:
        return sum(entry.stat().st_size for entry in folder.iterdir() if entry.is_file())
    except FileNotFoundError:
        return 0
