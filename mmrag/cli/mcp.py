"""`mmrag mcp`."""

from pathlib import Path

import click

from mmrag.cli.options import PathParameter, profile_option
from mmrag.cli.serve import needs_extra


@click.command()
@click.option(
    "--index",
    "indexes",
    multiple=True,
    type=PathParameter(file_okay=False),
    help="Folder of an index, or MMRAG_INDEX; may be given more than once.",
)
@profile_option
def command(indexes: tuple[Path, ...], profile: str | None) -> None:
    """Give an agent tools over indexes: MCP on standard input and output.

    They search, read, look and ask; none of them writes. `mmrag serve` offers the same at /mcp.

    \b
    mmrag mcp --index indexes/papers
    """
    from mmrag.locations import index_location
    from mmrag.models import Models

    with needs_extra():
        from mmrag.serve.run import serve_agent
    serve_agent([index_location(given) for given in indexes or (None,)], Models.open(profile))
