"""`mmrag doctor`."""

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.options import json_option, profile_option

_STATUS_COLOURS = {"pass": "green", "warn": "yellow", "fail": "red"}


@click.command()
@profile_option
@json_option
def command(profile: str | None, as_json: bool) -> None:
    """Say whether this machine can run the profile, and try its encoders.

    Exit code 1 when something that the profile needs is missing.
    """
    from mmrag import config, doctor

    checks = doctor.examine(config.load(profile), try_encoders=True)
    if as_json:
        output.print_json(contract.listed("checks", checks))
    else:
        for check in checks:
            output.say(
                output.Styled(check.status, colour=_STATUS_COLOURS[check.status]),
                f"  {check.name:<21} {check.detail}",
            )
            if check.status != "pass" and check.what_to_do:
                output.say(f"      {'':<21} {check.what_to_do}")
    if any(check.status == "fail" for check in checks):
        raise SystemExit(1)
