"""`mmrag mcp`."""

import click

from mmrag.cli.options import indexes_option, profile_option
from mmrag.cli.serve import needs_extra
from mmrag.locations import IndexLocation


@click.command()
@indexes_option
@profile_option
def command(locations: list[IndexLocation], profile: str | None) -> None:
    """Give an agent tools over indexes: MCP on standard input and output.

    They search, read, look and ask; none of them writes. `mmrag serve` offers the same at /mcp.

    \b
    mmrag mcp --index indexes/papers
    """
    from mmrag.models import Models

    with needs_extra():
        from mmrag.serve.run import serve_agent
    serve_agent(locations, Models.open(profile))
