"""`mmrag store`."""

from typing import Literal

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.options import index_option, json_option, profile_option
from mmrag.locations import IndexLocation


@click.group()
def command() -> None:
    """Where the vectors of an index are searched, and where its pictures are kept."""


@command.command()
@click.option(
    "--to",
    "vectors",
    required=True,
    type=click.Choice(["faiss", "lancedb", "milvus"]),
    help="The store to move to.",
)
@click.option(
    "--uri",
    default="",
    help="lancedb: a folder or bucket (s3://...); milvus: a file of Milvus Lite or the address of "
    "a server. [default: in the index folder]",
)
@click.option(
    "--token-env", default="", metavar="NAME", help="milvus: environment variable with the token."
)
@click.option(
    "--approximate-from",
    type=click.IntRange(1),
    help="Vectors of a channel from which search is approximate. [default: from the profile]",
)
@index_option
@profile_option
@json_option
def migrate(
    vectors: Literal["faiss", "lancedb", "milvus"],
    uri: str,
    token_env: str,
    approximate_from: int | None,
    location: IndexLocation,
    profile: str | None,
    as_json: bool,
) -> None:
    """Move what is searched of an index to another vector store; the database keeps its vectors.

    They are copied, compared with the database, and searched there once; then the index is
    searched there, whatever a profile says. Interrupted, it goes on where it stopped.

    \b
    mmrag store migrate --to lancedb
    mmrag store migrate --to lancedb --uri s3://bucket/vectors
    mmrag store migrate --to milvus --uri http://127.0.0.1:19530
    """
    from mmrag.config import StoreSettings
    from mmrag.index import Index

    with Index.open(location, profile) as index:
        least = approximate_from or index.settings.store.approximate_from
        moved = index.migrate(
            StoreSettings(vectors=vectors, uri=uri, token_env=token_env, approximate_from=least)
        )
    if as_json:
        output.print_json(contract.migrated(moved))
        return
    for channel, count in moved.vectors.items():
        output.say(f"{channel:<12} {count} vectors: {moved.search[channel]}")
    for note in moved.notes:
        output.note(note)
    output.say(f"{moved.index} is searched by {moved.now}; before that by {moved.before}")


@command.command()
@click.option(
    "--to",
    "place",
    required=True,
    help="A folder or bucket (s3://...) of pictures, or 'index': the folder of the index.",
)
@index_option
@json_option
def pictures(place: str, location: IndexLocation, as_json: bool) -> None:
    """Move the pictures that an index keeps to a folder or bucket, which several may share.

    They are copied, compared, and removed where they were; from then on this place goes before
    `[store] pictures` of a profile. Interrupted, it goes on where it stopped. Exit code 1 where
    some were lost before.

    \b
    mmrag store pictures --to s3://bucket/pictures
    mmrag store pictures --to index
    """
    from mmrag.index import Index

    with Index.open(location) as index:
        moved = index.move_pictures(place)
    if as_json:
        output.print_json(contract.pictures_moved(moved))
    else:
        output.say(f"{moved.index} keeps {moved.pictures} pictures in {moved.now}")
        for note in moved.notes:
            output.note(note)
        if moved.lost:
            output.say(f"{moved.lost} could not be read: `mmrag check` says which", err=True)
    if moved.lost:
        raise SystemExit(1)
