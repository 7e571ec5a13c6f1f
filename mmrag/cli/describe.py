"""`mmrag describe`."""

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.options import index_option, json_option, profile_option
from mmrag.locations import IndexLocation


@click.command()
@click.option("--retry", is_flag=True, help="Take up again the figures that failed before.")
@index_option
@profile_option
@json_option
def command(retry: bool, location: IndexLocation, profile: str | None, as_json: bool) -> None:
    """Describe the figures that the profile's model has not described yet; resumable.

    The extracted descriptions stay beside the model's. Exit code 1 where figures failed.
    """
    from mmrag.cli.progress import progress
    from mmrag.index import Index

    kept = "what was described is kept; run the same command again and it goes on"
    with (
        output.interruptible(kept),
        Index.open(location, profile) as index,
        progress() as on_event,
    ):
        report = index.describe(retry=retry, on_event=on_event)
    if as_json:
        output.print_json(contract.described(report))
    else:
        output.say(
            f"{report.described} figures described by {report.describer} in {report.seconds:.1f} s"
        )
        for server in report.servers if len(report.servers) > 1 else ():
            tries = (
                f", {server.failed} tries failed, the last: {server.fault}" if server.failed else ""
            )
            output.say(f"server     {server.url}: {server.replies} replies{tries}")
        for figure_id, reason in report.failed:
            output.say(f"failed     {figure_id}: {reason}")
        if report.stopped:
            output.say(f"stopped    {report.stopped}")
    if report.failed or report.stopped:
        raise SystemExit(1)
