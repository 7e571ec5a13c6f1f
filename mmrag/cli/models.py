"""`mmrag models`."""

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.options import json_option


@click.group()
def command() -> None:
    """The models that the profiles name: where they are, how large, whether whole."""


@command.command("list")
@click.argument("profile", required=False)
@json_option
def list_models(profile: str | None, as_json: bool) -> None:
    """List the models of PROFILE, or of every profile."""
    from mmrag import config, model_files

    names = [profile] if profile else config.profile_names()
    rows = [row for name in names for row in model_files.of_profile(config.load(name))]
    if as_json:
        output.print_json(contract.listed("models", rows))
        return
    for row in rows:
        output.say(f"{row.profile:<12} {row.role:<8} {row.state:<8} {row.name}")
        output.say(f"{'':<22}{row.detail}")


@command.command()
@click.argument("profile", required=False)
@json_option
def verify(profile: str | None, as_json: bool) -> None:
    """Read every weights file of PROFILE and print its SHA-256; exit 1 where one is missing."""
    from mmrag import config, model_files

    rows = model_files.verify(config.load(profile))
    if as_json:
        output.print_json(contract.listed("files", rows))
    else:
        for row in rows:
            output.say(f"{row.state:<8} {row.sha256 or '-':<64}  {row.path}")
    if any(row.state != "whole" for row in rows):
        raise SystemExit(1)


@command.command()
@click.argument("profile")
@click.option("--offline", is_flag=True, help="Forbid the download: fails if anything is missing.")
def pull(profile: str, offline: bool) -> None:
    """Download what PROFILE names: safetensors only, resumable, with progress."""
    from mmrag import config, model_files

    for row in model_files.pull(config.load(profile), offline=offline):
        output.say(f"{row.state:<8} {row.name}  {row.detail}")
