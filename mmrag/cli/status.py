"""`mmrag status`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmrag import contract, ids
from mmrag.channels import KEYWORD
from mmrag.cli import output
from mmrag.cli.options import index_option, json_option
from mmrag.locations import IndexLocation
from mmrag.paths import is_address
from mmrag.reports import Duplicates, IndexStatus

if TYPE_CHECKING:
    from mmrag.index import Index

NOT_COUNTED = " (not counted in its size)"


@click.command()
@click.option("--documents", is_flag=True, help="List every document with its ID.")
@click.option(
    "--duplicates", is_flag=True, help="List pictures that look alike, by their image vectors."
)
@index_option
@json_option
def command(documents: bool, duplicates: bool, location: IndexLocation, as_json: bool) -> None:
    """Say what the index holds, which channels are filled, and what went wrong."""
    from mmrag.index import Index

    with Index.open(location) as index:
        if duplicates:
            groups = index.duplicates()
            if as_json:
                output.print_json(contract.duplicates(groups))
            else:
                _print_duplicates(groups, _places(index, groups))
            return
        status = index.status(lists_documents=documents or as_json)
    if as_json:
        output.print_json(contract.status(status, location))
    else:
        _print(status, location, documents=documents)


def _print(status: IndexStatus, location: IndexLocation, *, documents: bool) -> None:
    """The state of an index: totals, channels, problems, and on demand every document."""
    counts = ", ".join(f"{count} {name}" for name, count in status.by_status.items() if count)
    output.say(f"index        {status.root} ({location.why})")
    output.say(f"documents    {counts or 'none'}")
    output.say(
        f"content      {status.pages} pages, {status.figures} figures, {status.passages} passages"
    )
    spoken = ", ".join(f"{count} {name or 'not told'}" for name, count in status.languages.items())
    output.say(f"languages    {spoken or 'none'}")
    told = ", ".join(f"{count} {name}" for name, count in status.descriptions.items())
    output.say(f"descriptions {told or 'none'}")
    for channel in status.channels:
        model = f"{channel.space.model}; {channel.search}" if channel.space else "no model yet"
        missing = f", {channel.missing} missing" if channel.missing else ""
        output.say(
            f"channel      {channel.channel:<12} {channel.vectors} vectors{missing} ({model})"
        )
        if channel.next_space is not None:
            output.say(
                f"re-encoding  {channel.channel:<12} {channel.next_vectors} vectors of "
                f"{channel.next_space.model}: `mmrag index --reencode` with its profile goes on"
            )
    found = status.figures + status.passages
    output.say(f"channel      {KEYWORD.name:<12} {found} passages and figures ({status.words_by})")
    if status.page_vectors is not None:
        held = status.page_vectors
        missing = f", {held.missing} pages missing" if held.missing else ""
        output.say(
            f"late         {held.vectors} vectors of {held.pages} pages, {held.bytes / 1e6:.1f} MB "
            f"({held.bytes / max(1, held.pages) / 1e3:.1f} kB a page){missing} "
            f"({held.space.model}, {held.space.preprocessing})"
        )
    pages = max(1, status.pages)
    output.say(
        f"size         {status.index_bytes / 1e6:.1f} MB, and {status.picture_bytes / 1e6:.1f} MB "
        f"of pictures ({status.index_bytes / pages / 1e3:.1f} + "
        f"{status.picture_bytes / pages / 1e3:.1f} kB a page)"
    )
    if status.pictures_in:
        counted = "" if status.picture_bytes or not is_address(status.pictures_in) else NOT_COUNTED
        output.say(f"pictures     in {status.pictures_in}{counted}")
    if status.tuned is not None:
        output.say(f"tuned        {output.tuned_text(status.tuned)}")
    if status.failed_descriptions:
        output.say(
            f"failed       {status.failed_descriptions} descriptions: mmrag describe --retry"
        )
    for line in output.problem_lines(status.problems):
        output.say(line)
    for note in status.notes:
        output.note(note)
    if documents:
        for document in status.documents:
            warned = len(document.problems)
            warnings = f" ({warned} warning{'s' * (warned > 1)})" if warned else ""
            output.say(
                output.Styled(document.id, bold=True),
                f"  {document.page_count:>4} pages  {document.status:<7}  {document.language:<3} "
                f"{output.one_line(document.title)}  {output.one_line(document.path)}{warnings}",
            )


def _print_duplicates(groups: Sequence[Duplicates], places: Mapping[str, str]) -> None:
    """Groups of pictures that look alike; `places` says where each picture stands."""
    for group in groups:
        output.say(f"{len(group.image_ids)} alike (from {group.score:.2f})")
        for name in group.image_ids:
            output.say("    ", output.Styled(name, bold=True), f"  {output.one_line(places[name])}")
    if not groups:
        output.say("no two pictures look alike")


def _places(index: "Index", groups: Sequence[Duplicates]) -> dict[str, str]:
    """Document and page of each picture, and its caption where it has one."""
    names = {document.id: Path(document.path).name for document in index.documents()}
    found = [name for group in groups for name in group.image_ids]
    captions = {item.id: item.caption for item in index.catalog.figures.by_id(found).values()}
    places: dict[str, str] = {}
    for name in found:
        ref = ids.parse_image_id(name)
        assert ref is not None
        caption = captions.get(name, "")
        places[name] = f"{names[ref.document_id]}, page {ref.page}" + (
            f": {caption}" if caption else ""
        )
    return places
