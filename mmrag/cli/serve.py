"""`mmrag serve`."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from mmrag.cli import output
from mmrag.cli.options import PathParameter, indexes_option, profile_option
from mmrag.errors import UsageError
from mmrag.locations import IndexLocation
from mmrag.serve.settings import PORT, ServeSettings, read_token


@click.command()
@indexes_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--token-file",
    type=PathParameter(dir_okay=False),
    help="File with the token that everyone has to show, or MMRAG_TOKEN; needed beyond this "
    "machine.",
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="A further name by which the server is called, such as that of a proxy.",
)
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="Address of a proxy in front of it, which is believed what came by https "
    "(X-Forwarded-Proto): links and cookies are of https then.",
)
@click.option(
    "--keep-answers/--no-keep-answers",
    "keeps_answers",
    default=True,
    show_default=True,
    help="Keep what is asked and answered on the page in the folder of the index, so that each "
    "answer has an address.",
)
@click.option(
    "--folder",
    "folders",
    multiple=True,
    type=PathParameter(exists=True, file_okay=False),
    help="A folder that can be indexed from the page and the API; may be given more than once.",
)
@click.option(
    "--reports",
    type=PathParameter(exists=True, file_okay=False),
    help="A folder below which `mmrag eval ... --save` wrote reports, to be opened from the page.",
)
@click.option("--read-only", is_flag=True, help="No uploads, no indexing, nothing kept.")
@click.option("--verbose", is_flag=True, help="A line for each request, without what was asked.")
@profile_option
def command(
    locations: list[IndexLocation],
    host: str,
    port: int,
    token_file: Path | None,
    allowed_hosts: tuple[str, ...],
    proxies: tuple[str, ...],
    keeps_answers: bool,
    folders: tuple[Path, ...],
    reports: Path | None,
    read_only: bool,
    verbose: bool,
    profile: str | None,
) -> None:
    """Serve indexes on this machine: a page to ask on, an HTTP API, and MCP, at one address.

    \b
    mmrag serve
    mmrag serve --index indexes/papers --index indexes/reports --port 9000
    MMRAG_TOKEN=... mmrag serve --host 192.168.1.7
    """
    from mmrag.models import Models

    settings = ServeSettings(
        host=host,
        port=port,
        token=read_token(token_file),
        allowed_hosts=allowed_hosts,
        proxies=proxies,
        keeps_answers=keeps_answers and not read_only,
        read_only=read_only,
        folders=folders,
        reports=reports,
    )
    with needs_extra():
        from mmrag.serve.run import serve
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(message)s")
    models = Models.open(profile)
    serve(locations, models, settings, lambda address: output.say(f"open {address}", err=True))


@contextmanager
def needs_extra() -> Iterator[None]:
    """Within it, a package that is not installed is an error that says how to get it."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the server needs {error.name}, which is not installed: pip install 'mmrag[serve]'"
        ) from error
