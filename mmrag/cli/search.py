"""`mmrag search`."""

import csv
import io
from pathlib import Path

import click

from mmrag import contract
from mmrag.channels import NAMES
from mmrag.cli import output
from mmrag.cli.options import (
    PathParameter,
    filters,
    indexes_option,
    json_option,
    k_option,
    opened,
    profile_option,
)
from mmrag.locations import IndexLocation
from mmrag.types import ChannelName, FigureKind, SearchResult, Unit

_COLUMNS = (
    "rank", "image_id", "kind", "score", "document", "path", "page", "page_label",
    "x0", "y0", "x1", "y1", "caption", "snippet",
)  # fmt: skip


@click.command()
@click.argument("question", default="")
@click.option(
    "--image",
    "image",
    type=PathParameter(exists=True, dir_okay=False),
    help="Search with this picture, with or without a question.",
)
@k_option
@click.option(
    "--unit",
    type=click.Choice(["page", "figure", "any"]),
    default="any",
    show_default=True,
    help="What to rank.",
)
@filters
@click.option(
    "--channel",
    "channels",
    multiple=True,
    type=click.Choice(NAMES),
    help="Only this channel; may be given more than once.",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Show each channel's part, what was read on the page, and the times.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Print the hits as CSV, a line each.")
@click.option(
    "--server",
    envvar="MMRAG_SERVER",
    show_envvar=True,
    metavar="URL",
    help="Let a running server search: its address, or .../i/NAME of one of its indexes.",
)
@indexes_option
@profile_option
@json_option
def command(
    question: str,
    image: Path | None,
    k: int | None,
    unit: Unit,
    documents: tuple[str, ...],
    tags: tuple[str, ...],
    kinds: tuple[FigureKind, ...],
    pages: range | None,
    channels: tuple[ChannelName, ...],
    explain: bool,
    as_csv: bool,
    server: str | None,
    locations: list[IndexLocation],
    profile: str | None,
    as_json: bool,
) -> None:
    """Find the pages and figures that match QUESTION.

    \b
    mmrag search "revenue by region" --unit figure
    mmrag search "table 2" --doc "*annual*" --explain
    mmrag search --image chart.png
    mmrag search "table 2" --index indexes/reports --index indexes/papers
    mmrag search "table 2" --server http://127.0.0.1:8640
    """
    if server:
        from mmrag.cli import remote  # and with it what speaks HTTP

        asked = {
            "query": question,
            "image": remote.picture(image) if image else "",
            "k": k,
            "unit": unit,
            "documents": documents,
            "tags": tags,
            "kinds": kinds,
            "pages": f"{pages.start}-{pages.stop - 1}" if pages else "",
            "channels": channels,
            "explain": explain,
        }
        told = remote.search(server, asked)
        if as_json:
            output.print_json(told)
        else:
            _tell(remote.result(told), explain=explain, as_csv=as_csv)
        return
    with opened(locations, profile) as index:
        result = index.search(
            question,
            image=image,
            k=k,
            unit=unit,
            documents=documents,
            tags=tags,
            kinds=kinds,
            pages=pages,
            channels=channels,
        )
    if as_json:
        output.print_json(contract.search(result, explain=explain))
    else:
        _tell(result, explain=explain, as_csv=as_csv)


def _tell(result: SearchResult, *, explain: bool, as_csv: bool) -> None:
    if as_csv:
        _print_csv(result)
    else:
        _print(result, explain=explain)


def _print_csv(result: SearchResult) -> None:
    """A line for each hit under the names of the columns, harmless to a spreadsheet."""
    from mmrag.grids import inert

    for note in result.notes:
        output.note(note)
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(_COLUMNS)
    for hit in result.hits:
        box = ("", "", "", "") if hit.bbox is None else [f"{value:.1f}" for value in hit.bbox]
        told = (hit.document, hit.path, hit.page_label, hit.caption, hit.snippet)
        document, path, label, caption, snippet = map(inert, map(output.one_line, told))
        lines.writerow(
            [hit.rank, hit.image_id, hit.kind, f"{hit.score:.6f}", document, path, hit.page, label,
             *box, caption, snippet]
        )  # fmt: skip
    output.say(text.getvalue(), end="")


def _print(result: SearchResult, *, explain: bool) -> None:
    """One block per hit, best first; `explain` adds each channel's part."""
    for note in result.notes:
        output.note(note)
    if not result.hits:
        output.say("nothing found")
    for hit in result.hits:
        output.say(
            f"{hit.rank:>2}  ",
            output.Styled(hit.image_id, bold=True, link=output.page_uri(hit.path, hit.page)),
            f"  {output.named(hit.document, hit.path)}, "
            f"{output.place(hit.kind, hit.page, hit.page_label, hit.bbox)}  ({hit.score:.3f})",
            f"  of {hit.index}" if hit.index else "",
        )
        if hit.caption:
            output.say(output.indent(hit.caption))
        if hit.snippet and hit.snippet != hit.caption:
            output.say(
                output.indent(
                    f"\N{LEFT DOUBLE QUOTATION MARK}{hit.snippet}\N{RIGHT DOUBLE QUOTATION MARK}"
                )
            )
        if explain:
            parts = (
                f"{name}: rank {part.rank}, score {part.score:.3f}"
                for name, part in hit.channels.items()
            )
            output.say(output.indent(" | ".join(parts) or "found by its name"))
            told = ", ".join(f"{name} {value:.2f}" for name, value in hit.features.items() if value)
            if told:
                output.say(output.indent(f"its page: {told}"))
    if explain:
        steps = (f"{step} {value:.3f} s" for step, value in result.timings.items())
        output.say(f"time: {', '.join(steps)}", err=True)
