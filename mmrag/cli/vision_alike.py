"""How pictures are alike: `classify`, `compare`, `embed`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmrag.cli import output
from mmrag.cli.options import PathParameter
from mmrag.cli.vision_run import VisionOptions, opened, run_task, shared, with_progress
from mmrag.cli.vision_tell import tell_comparison, tell_labels, tell_vector

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mmrag.types import Float32
    from mmrag.vision.looking import By

MOST_IN_A_MATRIX = 10
"""Pictures whose cosines are all shown; chosen by hand: a row has to fit a line."""


@click.command()
@click.option("--labels", required=True, help="What it may be, with commas: chart,table,photo.")
@click.option(
    "--template",
    "templates",
    multiple=True,
    help='Sentence around each label, with {} for it; repeatable: "a scan of a {}".',
)
@shared
def classify(options: VisionOptions, labels: str, templates: tuple[str, ...]) -> None:
    """Say which of the labels fits each INPUT best (zero-shot).

    By the profile's CLIP model; with --by vlm, by its vision-language model.

    \b
    mmrag vision classify page.png --labels "bar chart,table,diagram"
    """
    from mmrag.vision.classify import TEMPLATES
    from mmrag.vision.labels import Classify

    names = tuple(label.strip() for label in labels.split(","))
    by: By = "vlm" if options.by == "vlm" else "embedded"
    run_task(Classify(names, templates or TEMPLATES, by), options, tell_labels)


@click.command()
@click.argument("other")
@shared
def compare(options: VisionOptions, other: str) -> None:
    """Compare each INPUT with the picture OTHER: what changed, boxed, and which words differ.

    \b
    mmrag vision compare old.png new.png
    """
    from mmrag.vision.compare import Compare

    with opened(options) as vision:
        found = list(vision.sources([other]))
        if len(found) != 1:
            raise click.UsageError(f"{other}: {len(found)} pictures; name one")
    run_task(Compare.to(found[0], options.by), options, tell_comparison)


@click.command()
@click.option(
    "--npy", type=PathParameter(dir_okay=False), help="Write the vectors there, a row a picture."
)
@shared
def embed(options: VisionOptions, npy: Path | None) -> None:
    """Encode each INPUT as a vector; of several, tell how alike they are.

    \b
    mmrag vision embed photos/ --npy vectors.npy
    mmrag vision embed photos/ --out vectors.jsonl
    """
    from mmrag.vision.embed import Embed

    if npy is None and (options.out is not None or options.as_json):
        run_task(Embed(), options, tell_vector)
        return
    _embed_all(options, npy)


def _embed_all(options: VisionOptions, npy: Path | None) -> None:
    """All vectors at once: written, their cosines shown, near-duplicates grouped."""
    from mmrag.errors import UsageError
    from mmrag.vision import embed as embedding

    with opened(options) as vision:
        sources = list(vision.sources(options.inputs))
        outcomes = list(with_progress(vision.batch(embedding.Embed()), sources))
    done = [outcome for outcome in outcomes if outcome.status == "done"]
    for outcome in outcomes:
        if outcome.status == "failed":
            output.print_error(outcome.problem)
    if done:
        rows = embedding.rows(outcome.result for outcome in done)
        if npy is not None:
            try:
                embedding.write(npy, rows)
            except OSError as error:
                raise UsageError(f"{npy}: cannot be written: {error.strerror}") from error
        output.say(f"{len(rows)} vectors of dimension {rows.shape[1]}{f' in {npy}' if npy else ''}")
        _tell_alike([outcome.source.name for outcome in done], rows)
    if len(done) < len(outcomes):
        raise SystemExit(1)


def _tell_alike(names: "Sequence[str]", rows: "Float32") -> None:
    """The cosines of up to ten pictures, and the near-duplicates among all."""
    from mmrag.vision.embed import groups

    if 1 < len(names) <= MOST_IN_A_MATRIX:
        for at, name in enumerate(names):
            cosines = " ".join(f"{value:5.2f}" for value in rows @ rows[at])
            output.say(f"{at + 1:>3}  {cosines}  {name}")
    for group in groups(rows):
        output.say("near-duplicates: " + ", ".join(names[at] for at in group))
