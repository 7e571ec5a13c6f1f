"""`mmrag eval captions`."""

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.evaluating import hold, minimum_option
from mmrag.cli.options import PathParameter, json_option, profile_option
from mmrag.cli.progress import counted
from mmrag.vision.prompts import Style

if TYPE_CHECKING:
    from mmrag.evaluate.captions import Reference


@click.command()
@click.argument("dataset", type=PathParameter(exists=True, file_okay=False))
@click.option(
    "--style",
    type=click.Choice(get_args(Style)),
    default="narrative",
    show_default=True,
)
@click.option(
    "--reference",
    type=click.Choice(["caption", "summary"]),
    default="summary",
    show_default=True,
    help="What people wrote: the title of a picture, or some sentences.",
)
@click.option("--most", type=click.IntRange(min=1), help="Only the first pictures.")
@minimum_option
@profile_option
@json_option
def captions(
    dataset: Path,
    style: Style,
    reference: "Reference",
    most: int | None,
    minimums: dict[str, float],
    profile: str | None,
    as_json: bool,
) -> None:
    """BLEU, chrF, ROUGE-L, CIDEr-D and CLIPScore of captions, by rules or by the profile's model.

    DATASET is a folder with charts.jsonl, a line a picture: file, caption, summary. CLIPScore is of
    the profile's encoder and compares with no other's.

    \b
    mmrag eval captions charts --style narrative --most 50
    """
    from mmrag.evaluate.captions import evaluate
    from mmrag.toolkit import Vision

    with (
        output.interruptible("captions are kept; run the same command again"),
        Vision.open(profile) as vision,
        counted("captions") as on_progress,
    ):
        report = evaluate(
            vision, dataset, style=style, reference=reference, most=most, on_progress=on_progress
        )
    if as_json:
        output.print_json(contract.versioned(report.to_json()))
    else:
        output.say(f"{report.dataset}: {report.pictures} pictures, {report.said} captioned")
        for name, value in report.metrics.items():
            output.say(f"{name:<11} {value:8.4f}")
    hold(report.metrics, minimums)
