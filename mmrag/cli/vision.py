"""`mmrag vision`."""

from pathlib import Path

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.options import PathParameter, json_option, profile_option


@click.group()
def command() -> None:
    """One picture at a time."""


@command.command()
@click.argument("image", type=PathParameter(exists=True, dir_okay=False))
@click.option("--labels", required=True, help="What it may be, with commas: chart,table,photo.")
@click.option(
    "--template",
    "templates",
    multiple=True,
    help='Sentence around each label, with {} for it; repeatable: "a scan of a {}".',
)
@profile_option
@json_option
def classify(
    image: Path, labels: str, templates: tuple[str, ...], profile: str | None, as_json: bool
) -> None:
    """Say which of the labels fits IMAGE best (zero-shot, by the profile's CLIP model).

    \b
    mmrag vision classify page.png --labels "bar chart,table,diagram"
    """
    from mmrag.ingest.formats.pictures import open_picture
    from mmrag.models import Models
    from mmrag.vision.classify import TEMPLATES
    from mmrag.vision.vision import Vision

    with Models.open(profile) as models:
        picture = open_picture(image, models.settings.ingest.max_pixels)
        names = [label.strip() for label in labels.split(",")]
        [scores] = Vision(models).classify([picture], names, templates or TEMPLATES)
    if as_json:
        output.print_json({**contract.listed("labels", scores), "image": str(image)})
        return
    for score in scores:
        output.say(f"{score.probability:6.1%}  {score.label}")
