"""How results look: JSON of the contract, and text for a terminal.

Text from documents is cleaned before it is shown: control and bidirectional characters could
otherwise rewrite the terminal.
"""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from mmrag.types import Answer, BBox, Hit, MarkedEvidence, SearchResult, Status

if TYPE_CHECKING:
    from mmrag.config import Tuned
    from mmrag.retrieve.duplicates import Duplicates
    from mmrag.store.status import FileProblem, IndexStatus

_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_COLOURS = {"supported": "green", "partial": "yellow", "unsupported": "red", "unchecked": None}
_TROUBLE: Mapping[Status, str] = {"ok": "warning", "partial": "in part", "failed": "failed"}
_PAGES = 8  # named of those with the same problem
_NEAREST = 3  # pieces of evidence shown where they do not answer the question


def clean(text: str) -> str:
    """`text` without characters that steer a terminal."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object, in ASCII so that any text survives any pipe."""
    click.echo(json.dumps(value, indent=2))


def box_json(bbox: BBox | None) -> list[float] | None:
    return None if bbox is None else [round(value, 1) for value in bbox]


def hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "image_id": hit.image_id,
        "kind": hit.kind,
        "document": hit.document,
        "path": hit.path,
        "page": hit.page,
        "bbox": box_json(hit.bbox),
        "score": round(hit.score, 6),
        "channels": {
            name: {"rank": part.rank, "score": round(part.score, 6)}
            for name, part in hit.channels.items()
        },
        "caption": hit.caption,
        "snippet": hit.snippet,
    }


def search_json(result: SearchResult, *, explain: bool) -> dict[str, Any]:
    """The object of the contract; `explain` adds to each hit what was read on its page."""
    hits = [hit_json(hit) for hit in result.hits]
    if explain:
        for shown, hit in zip(hits, result.hits, strict=True):
            shown["signals"] = {name: round(value, 4) for name, value in hit.signals.items()}
    return {
        "query": result.query,
        "hits": hits,
        "timings": seconds(result.timings),
        "notes": list(result.notes),
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question,
        "status": answer.status,
        "text": answer.text,
        "raw_text": answer.raw_text,
        "citations": [{**asdict(item), "bbox": box_json(item.bbox)} for item in answer.citations],
        "rejected_markers": list(answer.rejected_markers),
        "evidence": [_evidence_json(item) for item in answer.evidence],
        "models": dict(answer.models),
        "timings": seconds(answer.timings),
        "notes": list(answer.notes),
    }


def _evidence_json(marked: MarkedEvidence) -> dict[str, Any]:
    item = marked.evidence
    return {
        "marker": marked.marker,
        "image_id": item.image_id,
        "kind": item.kind,
        "document_id": item.document_id,
        "document": item.document,
        "path": item.path,
        "page": item.page,
        "bbox": box_json(item.bbox),
        "quotable": item.quotable,
        "caption": item.caption,
        "description": item.description,
        "sha256": item.sha256,
        "score": item.score,
    }


def seconds(timings: Mapping[str, float]) -> dict[str, float]:
    return {step: round(value, 4) for step, value in timings.items()}


def place(kind: str, page: int, bbox: BBox | None) -> str:
    """Where a hit or citation is, in words: `chart on page 3, box 72,90-400,310`."""
    if bbox is None:
        return f"page {page}"
    x0, y0, x1, y1 = (round(value) for value in bbox)
    return f"{kind} on page {page}, box {x0},{y0}-{x1},{y1}"


def print_hits(result: SearchResult, *, explain: bool) -> None:
    """One block per hit, best first; `explain` adds each channel's part."""
    for note in result.notes:
        click.echo(f"note: {clean(note)}", err=True)
    if not result.hits:
        click.echo("nothing found")
    for hit in result.hits:
        click.echo(
            f"{hit.rank:>2}  {click.style(hit.image_id, bold=True)}  "
            f"{clean(hit.document)}, {place(hit.kind, hit.page, hit.bbox)}  ({hit.score:.3f})"
        )
        if hit.caption:
            click.echo(_indent(clean(hit.caption)))
        if hit.snippet and hit.snippet != hit.caption:
            click.echo(
                _indent(
                    f"\N{LEFT DOUBLE QUOTATION MARK}{clean(hit.snippet)}"
                    "\N{RIGHT DOUBLE QUOTATION MARK}"
                )
            )
        if explain:
            parts = (
                f"{name}: rank {part.rank}, score {part.score:.3f}"
                for name, part in hit.channels.items()
            )
            click.echo(_indent(" | ".join(parts) or "found by its name"))
            told = ", ".join(f"{name} {value:.2f}" for name, value in hit.signals.items() if value)
            if told:
                click.echo(_indent(f"its page: {told}"))
    if explain:
        steps = (f"{step} {value:.3f} s" for step, value in result.timings.items())
        click.echo(f"time: {', '.join(steps)}", err=True)


def print_piece(piece: str) -> None:
    """A piece of a streamed answer, at once."""
    click.echo(clean(piece), nl=False)


def print_answer(answer: Answer, *, streamed: bool) -> None:
    """An answer, unless it was streamed; below it, where each citation leads and who answered."""
    click.echo() if streamed else click.echo(clean(answer.text))
    nearest = answer.evidence[:_NEAREST] if answer.status == "abstained" else ()
    if answer.citations or nearest:
        click.echo()
    for item in (marked.evidence for marked in nearest):
        click.echo(
            f"near: {click.style(item.image_id, bold=True)}  "
            f"{clean(item.document)}, {place(item.kind, item.page, item.bbox)}"
        )
    for citation in answer.citations:
        support = click.style(citation.support, fg=_COLOURS[citation.support])
        click.echo(
            f"[{citation.marker}] {click.style(citation.image_id, bold=True)}  "
            f"{clean(citation.document)}, "
            f"{place(citation.kind, citation.page, citation.bbox)}  {support}"
        )
    if answer.citations:
        click.echo(
            f"open it: mmrag show {answer.citations[0].image_id} --save evidence.png", err=True
        )
    if answer.rejected_markers:
        click.echo(
            f"note: {len(answer.rejected_markers)} citations were not among the evidence "
            "and were taken out",
            err=True,
        )
    for note in answer.notes:
        click.echo(f"note: {clean(note)}", err=True)
    makers = ", ".join(f"{role}: {name}" for role, name in answer.models.items())
    click.echo(f"{answer.status} ({clean(makers)})", err=True)


def problem_lines(problems: "Iterable[FileProblem]") -> Iterator[str]:
    """A line for each kind of problem of each file, with all its pages."""
    grouped: dict[tuple[str, str, Status], dict[str, list[int]]] = {}
    for item in problems:
        kind = (item.path, item.problem.stage, item.status)
        pages = grouped.setdefault(kind, {}).setdefault(item.problem.message, [])
        if item.problem.page is not None:
            pages.append(item.problem.page)
    for (path, stage, status), messages in grouped.items():
        for message, pages in messages.items():
            where = f" on page {', '.join(map(str, pages[:_PAGES]))}" if pages else ""
            more = f" and {len(pages) - _PAGES} more" if len(pages) > _PAGES else ""
            what = f"{stage}{where}{more}: {message}"
            yield f"{_TROUBLE[status]:<12} {clean(path)}: {clean(what)}"


def status_json(status: "IndexStatus") -> dict[str, Any]:
    return {
        **asdict(status),
        "documents": [
            {
                "id": document.id,
                "title": document.title,
                "path": document.path,
                "pages": document.page_count,
                "status": document.status,
                "warnings": len(document.problems),
            }
            for document in status.documents
        ],
        "problems": [
            {"path": item.path, "status": item.status, **asdict(item.problem)}
            for item in status.problems
        ],
        "tuned": None if status.tuned is None else status.tuned.model_dump(),
    }


def print_status(status: "IndexStatus", *, documents: bool) -> None:
    """The state of an index: totals, channels, problems, and on demand every document."""
    counts = ", ".join(f"{count} {name}" for name, count in status.by_status.items() if count)
    click.echo(f"index        {status.root}")
    click.echo(f"documents    {counts or 'none'}")
    click.echo(
        f"content      {status.pages} pages, {status.figures} figures, {status.passages} passages"
    )
    told = ", ".join(f"{count} {name}" for name, count in status.descriptions.items())
    click.echo(f"descriptions {told or 'none'}")
    for channel in status.channels:
        model = channel.space.model if channel.space else "no model yet"
        missing = f", {channel.missing} missing" if channel.missing else ""
        click.echo(
            f"channel      {channel.channel:<12} {channel.vectors} vectors{missing} ({model})"
        )
    pages = max(1, status.pages)
    click.echo(
        f"size         {status.index_bytes / 1e6:.1f} MB, and {status.picture_bytes / 1e6:.1f} MB "
        f"of pictures ({status.index_bytes / pages / 1e3:.1f} + "
        f"{status.picture_bytes / pages / 1e3:.1f} kB a page)"
    )
    if status.tuned is not None:
        click.echo(f"tuned        {tuned_text(status.tuned)}")
    if status.failed_descriptions:
        click.echo(
            f"failed       {status.failed_descriptions} descriptions: mmrag describe --retry"
        )
    for line in problem_lines(status.problems):
        click.echo(line)
    if documents:
        for document in status.documents:
            warned = len(document.problems)
            warnings = f" ({warned} warning{'s' * (warned > 1)})" if warned else ""
            click.echo(
                f"{click.style(document.id, bold=True)}  {document.page_count:>4} pages  "
                f"{document.status:<7}  {clean(document.title)}  {clean(document.path)}{warnings}"
            )


def duplicates_json(groups: "Sequence[Duplicates]") -> dict[str, Any]:
    return {"duplicates": [asdict(group) for group in groups]}


def print_duplicates(groups: "Sequence[Duplicates]", places: Mapping[str, str]) -> None:
    """Groups of pictures that look alike; `places` says where each picture stands."""
    for group in groups:
        click.echo(f"{len(group.image_ids)} alike (from {group.score:.2f})")
        for name in group.image_ids:
            click.echo(f"    {click.style(name, bold=True)}  {clean(places[name])}")
    if not groups:
        click.echo("no two pictures look alike")


def tuned_text(tuned: "Tuned") -> str:
    """What was tuned, in words."""
    parts = []
    if tuned.weights is not None:
        parts.append(", ".join(f"{name} {value:g}" for name, value in tuned.weights))
    if tuned.min_score is not None:
        parts.append(f"min_score {tuned.min_score:g}")
    return f"{'; '.join(parts)} (on {clean(tuned.dataset)}; `mmrag eval tune --reset` forgets it)"


def _indent(text: str) -> str:
    return textwrap.fill(
        " ".join(text.split()), width=100, initial_indent="    ", subsequent_indent="    "
    )
