"""How an answer looks in a terminal."""

import click

from mmrag.cli import output
from mmrag.text.characters import clean
from mmrag.types import Answer, Citation, Evidence

_SUPPORT_COLOURS = {
    "quoted": "green",
    "supported": "green",
    "partial": "yellow",
    "unsupported": "red",
    "unchecked": None,
}
_NEAREST_SHOWN = 3  # pieces of evidence, where they do not answer the question; chosen by hand


def print_piece(piece: str) -> None:
    """A piece of a streamed answer, at once."""
    click.echo(clean(piece), nl=False)


def print_answer(answer: Answer, *, streamed: bool) -> None:
    """An answer, unless it was streamed; below it, where each citation leads and who answered."""
    click.echo() if streamed else click.echo(clean(answer.text))
    nearest = answer.evidence[:_NEAREST_SHOWN] if answer.status == "abstained" else ()
    if answer.citations or nearest:
        click.echo()
    for item in (marked.evidence for marked in nearest):
        click.echo(
            f"near: {click.style(item.image_id, bold=True)}  {clean(item.document)}, {_place(item)}"
        )
    for citation in answer.citations:
        support = click.style(citation.support, fg=_SUPPORT_COLOURS[citation.support])
        support += ", found by mmrag: the model named no source" if citation.attributed else ""
        click.echo(
            f"[{citation.marker}] {click.style(citation.image_id, bold=True)}  "
            f"{clean(citation.document)}, {_place(citation)}  {support}"
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


def _place(item: Evidence | Citation) -> str:
    return output.place(item.kind, item.page, item.page_label, item.bbox)
