"""`mmrag eval tune`: weights and threshold of one index."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmrag.cli import output
from mmrag.cli.options import PathParameter, index_option, json_option, profile_option
from mmrag.cli.progress import staged
from mmrag.errors import UsageError
from mmrag.locations import IndexLocation
from mmrag.types import Unit

if TYPE_CHECKING:
    from mmrag.evaluate.datasets import Scope


@click.command()
@click.argument("dataset", type=PathParameter(), required=False)
@index_option
@click.option("--unit", type=click.Choice(["page", "figure"]), default="page", show_default=True)
@click.option(
    "--scope", type=click.Choice(["document", "corpus"]), default="document", show_default=True
)
@click.option("--dry-run", is_flag=True, help="Only say what would be chosen.")
@click.option("--reset", is_flag=True, help="Forget what was tuned for this index.")
@profile_option
@json_option
def tune(
    dataset: Path | None,
    location: IndexLocation,
    unit: Unit,
    scope: "Scope",
    dry_run: bool,
    reset: bool,
    profile: str | None,
    as_json: bool,
) -> None:
    """Choose the channels' weights and the threshold of answers for this index.

    Chosen on DATASET's questions by cross-validation over documents, and written to the index,
    where they go before any profile; what gains nothing is left as it is.

    \b
    mmrag eval tune questions/ --index indexes/default
    """
    from mmrag.evaluate import datasets
    from mmrag.evaluate import tune as tuning
    from mmrag.index import Index

    if reset == (dataset is not None):
        raise UsageError("give a DATASET to tune on, or --reset to forget what was tuned")
    with Index.open(location, profile) as index:
        if dataset is None:
            index.tune(None)
            output.say(f"{location.path}: the profile's settings count again", err=True)
            return
        kept = "nothing was chosen, and the index is as it was"
        with output.interruptible(kept), staged() as on_progress:
            report = tuning.tune(index, datasets.load(dataset), unit, scope, on_progress)
        if report.settings is not None and not dry_run:
            index.tune(report.settings)
    if as_json:
        output.print_json(report.to_json())
        return
    for choice in report.choices:
        output.say(
            f"{choice.name}: {choice.measure} {100 * choice.default:.1f} as it was "
            f"({choice.before}), {100 * choice.tuned:.1f} tuned and cross-validated over "
            f"{choice.questions} questions ({choice.after}): {'kept' if choice.kept else 'left'}"
        )
    for note in report.notes:
        output.note(note)
    if report.settings is not None:
        said = "would be written" if dry_run else "written to the index"
        output.say(f"{said}: {output.tuned_text(report.settings)}")
