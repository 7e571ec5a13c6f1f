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

    from mmrag.vision.embed import Embeddings
    from mmrag.vision.looking import By

MOST_IN_A_MATRIX = 10
"""Pictures and texts whose cosines are all shown; chosen by hand: a row has to fit a line."""


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
    "--text", "texts", multiple=True, help="Encode this text, too; may be given more than once."
)
@click.option(
    "--with",
    "others",
    type=PathParameter(dir_okay=False),
    help="Compare with vectors that --npy wrote; those of another model are refused.",
)
@click.option(
    "--npy",
    type=PathParameter(dir_okay=False),
    help="Write the vectors there, a row each, and in the .json beside it their model, names and "
    "the versions of what made them.",
)
@click.option(
    "--matrix",
    type=PathParameter(dir_okay=False),
    help="Write there as CSV how alike all of them are.",
)
@shared
def embed(
    options: VisionOptions,
    texts: tuple[str, ...],
    others: Path | None,
    npy: Path | None,
    matrix: Path | None,
) -> None:
    """Encode each INPUT as a vector; of several, tell how alike they are.

    \b
    mmrag vision embed photos/ --npy vectors.npy --matrix alike.csv
    mmrag vision embed new/ --with vectors.npy --text "a red boat"
    mmrag vision embed photos/ --out vectors.jsonl
    """
    from mmrag.vision.embed import Embed

    if options.out is not None or options.as_json:
        if texts or others or npy or matrix:
            raise click.UsageError("--out and --json tell of pictures alone, without other files")
        run_task(Embed(), options, tell_vector)
        return
    _embed_all(options, texts, others, npy, matrix)


def _embed_all(
    options: VisionOptions,
    texts: "Sequence[str]",
    others: Path | None,
    npy: Path | None,
    matrix: Path | None,
) -> None:
    """All vectors at once: written, their cosines shown, near-duplicates grouped."""
    from mmrag.vision import embed as embedding

    before = embedding.Embeddings.read(others) if others is not None else None
    with opened(options) as vision:
        sources = list(vision.sources(options.inputs))
        outcomes = list(with_progress(vision.batch(embedding.Embed()), sources))
        told = embedding.of_texts(texts, vision.bench.encoder()) if texts else None
    done = {
        item.source.name: item.result
        for item in outcomes
        if isinstance(item.result, embedding.EmbedResult)
    }
    for outcome in outcomes:
        if outcome.status == "failed":
            output.print_error(outcome.problem)
    if done:
        found = embedding.of_pictures(list(done), done.values())
        for more in (told, before):
            found = found if more is None else found.with_(more)
        if before is not None and dict(before.versions) != dict(found.versions):
            output.note(
                f"{others} was made with other versions ({_differing(before, found)}): the last "
                "digits of vectors may differ"
            )
        _write(found, npy, matrix)
        where = f" in {npy}" if npy else ""
        output.say(
            f"{len(found.names)} vectors of dimension {found.space.dimension} by "
            f"{found.space.model}{where}"
        )
        _tell_alike(found)
    if len(done) < len(outcomes):
        raise SystemExit(1)


def _write(found: "Embeddings", npy: Path | None, matrix: Path | None) -> None:
    from mmrag.errors import UsageError

    for file, write in ((npy, found.write), (matrix, found.write_matrix)):
        if file is not None:
            try:
                write(file)
            except OSError as error:
                raise UsageError(f"{file}: cannot be written: {error.strerror}") from error


def _differing(before: "Embeddings", now: "Embeddings") -> str:
    """The packages whose versions differ, with those of before."""
    here = dict(now.versions)
    return ", ".join(f"{name} {was}" for name, was in before.versions if here.get(name) != was)


def _tell_alike(found: "Embeddings") -> None:
    """The cosines of up to ten of them, and the near-duplicates among all pictures."""
    if 1 < len(found.names) <= MOST_IN_A_MATRIX:
        rows = zip(found.names, found.cosines.tolist(), strict=True)
        for at, (name, cosines) in enumerate(rows, 1):
            output.say(f"{at:>3}  {' '.join(f'{value:5.2f}' for value in cosines)}  {name}")
    for group in found.duplicates():
        output.say("near-duplicates: " + ", ".join(group))
