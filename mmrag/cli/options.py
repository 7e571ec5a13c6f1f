"""The options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mmrag import boxes
from mmrag.paths import is_address
from mmrag.text.page_numbers import page_range

if TYPE_CHECKING:
    from mmrag.index import Index
    from mmrag.locations import IndexLocation
    from mmrag.several import SeveralIndexes

Command = Callable[..., Any]
MOST_RESULTS = 10_000  # of one search; chosen by hand


class PathParameter(click.Path):
    """A path, never an empty one: `--out "$OUT"` of no OUT is not the folder one stands in."""

    def __init__(
        self, *, exists: bool = False, file_okay: bool = True, dir_okay: bool = True
    ) -> None:
        super().__init__(exists=exists, file_okay=file_okay, dir_okay=dir_okay, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("the path is empty: name a file or a folder, '.' for this one", param, ctx)
        return super().convert(value, param, ctx)


class SourceParameter(PathParameter):
    """A path, or the address of a bucket or web server, which stays the text that it is."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and value.startswith("file://"):
            self.fail("give the path of a file of this machine, without file://", param, ctx)
        is_named = isinstance(value, str) and is_address(value)
        return value if is_named else super().convert(value, param, ctx)


def _located(ctx: Any, param: Any, given: Path | None) -> "IndexLocation":
    """Where the index is, and why: loaded when a command runs, and not for its help."""
    from mmrag.locations import index_location

    return index_location(given)


def _all_located(ctx: Any, param: Any, given: tuple[Path, ...]) -> "list[IndexLocation]":
    """Each index that is named; the one that is taken where none is."""
    return [_located(ctx, param, each) for each in given or (None,)]


index_option = click.option(
    "--index",
    "location",
    type=PathParameter(file_okay=False),
    callback=_located,
    help="Folder of the index, or MMRAG_INDEX. [default: `mmrag status` says which one, and why]",
)
indexes_option = click.option(
    "--index",
    "locations",
    multiple=True,
    type=PathParameter(file_okay=False),
    callback=_all_located,
    help="Folder of an index, or MMRAG_INDEX; may be given more than once.",
)
profile_option = click.option(
    "--profile",
    envvar="MMRAG_PROFILE",
    show_envvar=True,
    help="Profile by name, or the path of a .toml file. [default: embedded]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
k_option = click.option(
    "-k", type=click.IntRange(1, MOST_RESULTS), help="How many results. [default: from the profile]"
)


def opened(locations: "list[IndexLocation]", profile: str | None) -> "Index | SeveralIndexes":
    """The index that is named, or several as one."""
    if len(locations) == 1:
        from mmrag.index import Index

        return Index.open(locations[0], profile)
    from mmrag.several import SeveralIndexes

    return SeveralIndexes.open(locations, profile)


def filters(command: Command) -> Command:
    """`--doc`, `--tag`, `--kind` and `--pages`: what is searched."""
    for option in (
        click.option(
            "--pages",
            type=PageRange(),
            help='Only these pages: "7", "3-9", "12-".',
        ),
        click.option(
            "--kind",
            "kinds",
            multiple=True,
            type=click.Choice(["page", "picture", "chart", "table", "diagram"]),
            help="Only this kind of hit; may be given more than once.",
        ),
        click.option(
            "--tag",
            "tags",
            multiple=True,
            metavar="NAME",
            help="Only documents with this tag (`mmrag index --tag`), and with each other one.",
        ),
        click.option(
            "--doc",
            "documents",
            multiple=True,
            metavar="ID|GLOB",
            help='Only these documents: an ID or its beginning, or a pattern such as "*10K*".',
        ),
    ):
        command = option(command)
    return command


class PageRange(click.ParamType[range]):
    """Pages as `7`, `3-9`, `12-` or `-5`; becomes a `range`."""

    name = "RANGE"

    def convert(self, value: Any, param: Any, ctx: Any) -> range:
        if isinstance(value, range):
            return value
        try:
            return page_range(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class CellPlace(click.ParamType[tuple[int, int]]):
    """A cell of a table as `ROW,COLUMN`, both from 0; becomes a pair."""

    name = "ROW,COLUMN"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        row, _, column = str(value).partition(",")
        try:
            return int(row), int(column)
        except ValueError:
            self.fail(f"{value!r} is not a row and a column such as 4,1", param, ctx)


class BoxPlace(click.ParamType[tuple[float, float, float, float]]):
    """A box on a page as `X0,Y0,X1,Y1`, in points from its top left; becomes a `BBox`."""

    name = "X0,Y0,X1,Y1"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[float, float, float, float]:
        if isinstance(value, tuple):
            return value
        try:
            return boxes.from_text(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a box such as 72,90,400,310", param, ctx)
