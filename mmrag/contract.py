"""The domain as JSON: what the command line prints with `--json`, and what a server answers.

Every object names the version of this contract first (`"schema": 1`); `contract.schema.json` beside
this file describes each of them. A key is added without a new version; one that goes, or means
something else, makes a new one. Boxes are rounded to a tenth of a point, times to a tenth of a
millisecond.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from importlib import resources
from typing import TYPE_CHECKING, Any

from mmrag.locations import IndexLocation
from mmrag.types import (
    Answer,
    BBox,
    Cell,
    Citation,
    Computation,
    Document,
    Evidence,
    Graph,
    Grid,
    Hit,
    MarkedEvidence,
    SearchResult,
)

if TYPE_CHECKING:
    from decimal import Decimal

    from _typeshed import DataclassInstance

    from mmrag.quantities import Quantity
    from mmrag.reports import (
        BackupReport,
        ChannelReport,
        DescribeReport,
        DocumentContents,
        Duplicates,
        Exported,
        ExportedRecords,
        Fault,
        IndexReport,
        IndexStatus,
        Migrated,
        PicturesMoved,
        Shown,
    )

SCHEMA = 1
"""Version of the contract."""

Json = dict[str, Any]


def versioned(value: Mapping[str, Any]) -> Json:
    """An object of the contract, its version first."""
    return {"schema": SCHEMA, **value}


def schema() -> Json:
    """The JSON Schema of the contract: one definition for each object, in `$defs`."""
    text = resources.files("mmrag").joinpath("contract.schema.json").read_text(encoding="utf-8")
    loaded: Json = json.loads(text)
    return loaded


def listed(name: str, values: Iterable["DataclassInstance"]) -> Json:
    """Plain values under one name: checks of the doctor, models, labels of a picture."""
    return versioned({name: [asdict(value) for value in values]})


def search(result: SearchResult, *, explain: bool = False) -> Json:
    """What a search found; `explain` adds to each hit the features of its page."""
    return versioned(
        {
            "query": result.query,
            "hits": [_hit(hit, explain=explain) for hit in result.hits],
            "timings": seconds(result.timings),
            "notes": list(result.notes),
        }
    )


def answer(found: Answer) -> Json:
    """A validated answer with its citations and all the evidence that the answerer had."""
    computed = found.computation
    return versioned(
        {
            "question": found.question,
            "status": found.status,
            "text": found.text,
            "raw_text": found.raw_text,
            "citations": [_citation(item) for item in found.citations],
            "rejected_markers": list(found.rejected_markers),
            "evidence": [_evidence(item) for item in found.evidence],
            "models": dict(found.models),
            "timings": seconds(found.timings),
            "notes": list(found.notes),
            **({} if computed is None else {"computation": _computation(computed)}),
            "confidence": None if found.confidence is None else round(found.confidence, 4),
        }
    )


def evidence(query: str, found: Sequence[Evidence]) -> Json:
    """What an answer to a question would be made of, best first."""
    return versioned({"query": query, "evidence": [_piece(item) for item in found]})


def resolved(marked: MarkedEvidence) -> Json:
    """What a marker in a streamed answer stands for."""
    return versioned(_evidence(marked))


def shown(item: "Shown") -> Json:
    """One page or figure; of a table its cells are apart, see `grid`."""
    fields = asdict(replace(item, grid=None, graph=None))  # else all cells are copied
    del fields["grid"], fields["graph"]
    has_data = item.grid is not None or item.graph is not None
    return versioned({**fields, "bbox": box(item.bbox), "has_data": has_data})


def grid(item: "Shown", table: Grid) -> Json:
    """A table or chart as data."""
    return versioned(grid_fields(item.image_id, item.caption, table))


def grid_fields(image_id: str, caption: str, table: Grid) -> Json:
    """The same without the version of the contract.

    A `value` is a number as it is written; times ten to the power of `scale` it counts in `unit`.
    """
    from mmrag import grids  # and with it the patterns of numbers, which a search does not need
    from mmrag.quantities import quantities

    found = quantities(table, caption)
    chart = {} if table.chart is None else {"chart": asdict(table.chart)}
    return {
        "image_id": image_id,
        "reader": table.reader,
        "trust": table.trust,
        "title": caption,
        "unit": grids.unit(caption, table),
        "columns": grids.columns(table),
        "rows": grids.rows(table),
        "cells": [_cell(cell, found.get(cell), grids.value(cell)) for cell in table.cells],
        **chart,
    }


def graph(item: "Shown", diagram: Graph) -> Json:
    """A diagram as data: its edges name nodes by their positions, from 0."""
    return versioned(
        {
            "image_id": item.image_id,
            "reader": diagram.reader,
            "trust": diagram.trust,
            "title": item.caption,
            "nodes": [{**asdict(node), "bbox": box(node.bbox)} for node in diagram.nodes],
            "edges": [asdict(edge) for edge in diagram.edges],
            "left_out": list(diagram.left_out),
        }
    )


def _cell(cell: Cell, quantity: "Quantity | None", named: "Decimal | None") -> Json:
    """`named` is the number that a header is, such as a year."""
    value = quantity.written if quantity else named if cell.is_header else None
    return {
        **asdict(cell),
        "bbox": box(cell.bbox),
        "value": None if value is None else float(value),
        "scale": quantity.scale if quantity else 0,
        "unit": quantity.unit if quantity else "",
    }


def exported(report: "Exported") -> Json:
    """What an export of tables wrote."""
    return versioned(asdict(report))


def exported_records(report: "ExportedRecords") -> Json:
    """The files that an export of records wrote, and how many are in each."""
    return versioned(asdict(report))


def migrated(report: "Migrated") -> Json:
    """An index that was moved to another vector store."""
    return versioned(asdict(report))


def pictures_moved(report: "PicturesMoved") -> Json:
    """An index whose pictures were moved to another place."""
    return versioned(asdict(report))


def removed(documents: Sequence[Document]) -> Json:
    """The documents that were taken out."""
    told = [{"document": item.id, "path": item.path, "title": item.title} for item in documents]
    return versioned({"removed": told})


def indexed(report: "IndexReport", root: str) -> Json:
    """What an indexing run did to the index in the folder `root`."""
    return versioned(
        {
            "index": root,
            **asdict(report),
            "seconds": seconds(report.seconds),
            "bytes_per_page": round(report.bytes_per_page),
            "complete": report.complete,
        }
    )


def filled(reports: "Sequence[ChannelReport]") -> Json:
    """Channels that were filled."""
    return listed("channels", reports)


def described(report: "DescribeReport") -> Json:
    """What became of the figures that a model was to describe."""
    return versioned(asdict(report))


def status(found: "IndexStatus", location: IndexLocation) -> Json:
    """The state of an index, and who chose it."""
    return versioned(
        {
            "index": {
                "path": str(location.path),
                "chosen_by": location.chosen_by,
                "why": location.why,
            },
            **asdict(replace(found, documents=())),
            "documents": [_document(document) for document in found.documents],
            "problems": [
                {"path": item.path, "status": item.status, **asdict(item.problem)}
                for item in found.problems
            ],
            "tuned": None if found.tuned is None else found.tuned.model_dump(),
        }
    )


def documents(found: Sequence[Document], total: int) -> Json:
    """Documents of an index, of which there are `total`."""
    return versioned({"documents": [_document(item) for item in found], "total": total})


def document(found: "DocumentContents") -> Json:
    """One document: its pages, headings and figures, in reading order."""
    numbers = {page.id: page.number for page in found.pages}
    return versioned(
        {
            **_document(found.document),
            "metadata": dict(found.document.metadata),
            "problems": [asdict(problem) for problem in found.document.problems],
            "contents": [
                {"image_id": page.id, "page": page.number, "page_label": page.label,
                 "width": round(page.width, 1), "height": round(page.height, 1)}
                for page in found.pages
            ],
            "headings": [asdict(item) for item in found.headings],
            "figures": [
                {"image_id": item.id, "page": numbers[item.page_id], "kind": item.kind,
                 "label": item.label, "caption": item.caption, "bbox": box(item.bbox),
                 "has_data": item.id in found.with_data}
                for item in found.figures
            ],
        }
    )  # fmt: skip


def indexes(names: Sequence[str]) -> Json:
    """The indexes that a server serves, by name."""
    return versioned({"indexes": list(names)})


def error(kind: str, message: str) -> Json:
    """What a server says that it did not do, and why."""
    return versioned({"error": {"type": kind, "message": message}})


def duplicates(groups: "Sequence[Duplicates]") -> Json:
    """Groups of pictures that look alike."""
    return listed("duplicates", groups)


def checked(faults: "Sequence[Fault]") -> Json:
    """The faults of an index; `ok` where none is left."""
    left = [fault for fault in faults if not fault.repaired]
    return versioned({"ok": not left, "faults": [asdict(fault) for fault in faults]})


def backup(report: "BackupReport") -> Json:
    """A backup that was written or restored."""
    return versioned(asdict(report))


def box(bbox: BBox | None) -> list[float] | None:
    """A box in points; None is the whole page."""
    return None if bbox is None else [round(value, 1) for value in bbox]


def seconds(timings: Mapping[str, float]) -> dict[str, float]:
    """Times in seconds, by step."""
    return {step: round(value, 4) for step, value in timings.items()}


def _hit(hit: Hit, *, explain: bool) -> Json:
    told: Json = {
        "rank": hit.rank,
        "image_id": hit.image_id,
        "kind": hit.kind,
        "document": hit.document,
        "path": hit.path,
        "page": hit.page,
        "page_label": hit.page_label,
        "bbox": box(hit.bbox),
        "score": round(hit.score, 6),
        "channels": {
            name: {"rank": part.rank, "score": round(part.score, 6)}
            for name, part in hit.channels.items()
        },
        "caption": hit.caption,
        "snippet": hit.snippet,
    }
    if hit.index:
        told["index"] = hit.index
    if explain:
        told["features"] = {name: round(value, 4) for name, value in hit.features.items()}
    return told


def _citation(item: Citation) -> Json:
    return {
        "marker": item.marker,
        "image_id": item.image_id,
        "document": item.document,
        "path": item.path,
        "page": item.page,
        "page_label": item.page_label,
        "bbox": box(item.bbox),
        "region": box(item.region),
        "kind": item.kind,
        "sha256": item.sha256,
        "support": item.support,
        **({"attributed": True} if item.attributed else {}),
    }


def _computation(computed: Computation) -> Json:
    return {
        "operation": computed.operation,
        "operands": [
            {**asdict(item), "value": float(item.value), "bbox": box(item.bbox)}
            for item in computed.operands
        ],
        "result": _result(computed.result),
        "unit": computed.unit,
    }


def heard(text: str, name: str, value: object) -> Json:
    """What came of a model's reply: a piece of text, or a field of an object with its value."""
    if name:
        return versioned({"event": "field", "name": name, "value": value})
    return versioned({"event": "text", "text": text})


def _result(result: "Decimal | str | tuple[str, ...]") -> float | str | list[str]:
    if isinstance(result, str):
        return result
    return list(result) if isinstance(result, tuple) else float(result)


def _evidence(marked: MarkedEvidence) -> Json:
    return {"marker": marked.marker, **_piece(marked.evidence)}


def _piece(item: Evidence) -> Json:
    return {
        "image_id": item.image_id,
        "kind": item.kind,
        "document_id": item.document_id,
        "document": item.document,
        "path": item.path,
        "page": item.page,
        "page_label": item.page_label,
        "bbox": box(item.bbox),
        "quotable": item.quotable,
        "caption": item.caption,
        "description": item.description,
        "sha256": item.sha256,
        "score": item.score,
    }


def _document(document: Document) -> Json:
    return {
        "id": document.id,
        "title": document.title,
        "path": document.path,
        "pages": document.page_count,
        "status": document.status,
        "warnings": len(document.problems),
        "language": document.language,
    }
