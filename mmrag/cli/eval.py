"""`mmrag eval`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmrag.cli import output
from mmrag.cli.options import json_option, profile_option
from mmrag.types import Unit

if TYPE_CHECKING:
    from mmrag.evaluate.datasets import Dataset, Scope
    from mmrag.evaluate.report import RetrievalReport
    from mmrag.index import Index


@click.group()
def command() -> None:
    """Measure on questions with known answers."""


@command.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--index",
    "index_path",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="MMRAG_INDEX",
    help="An index that holds the dataset's documents. [default: indexes/eval-DATASET, made here]",
)
@click.option("--unit", type=click.Choice(["page", "figure"]), default="page", show_default=True)
@click.option(
    "--scope",
    type=click.Choice(["document", "corpus"]),
    default="document",
    show_default=True,
    help="Rank the pages of the question's own document, or of all documents.",
)
@profile_option
@json_option
def retrieval(
    dataset: Path,
    index_path: Path | None,
    unit: Unit,
    scope: "Scope",
    profile: str | None,
    as_json: bool,
) -> None:
    r"""Recall, MRR and nDCG of retrieval on DATASET, as a whole, by channel and by type.

    DATASET is a folder with docs/, queries.jsonl and qrels.tsv.

    \b
    mmrag eval retrieval corpora/sample --scope corpus
    """
    from mmrag.evaluate import datasets
    from mmrag.evaluate.retrieval import evaluate
    from mmrag.index import Index

    questions = datasets.load(dataset)
    folder = index_path or Path("indexes") / f"eval-{questions.name}"
    with Index.open(folder, profile, create=index_path is None) as index:
        if index_path is None:
            _bring_up_to_date(index, questions)
        report = evaluate(index.searcher, questions, unit=unit, scope=scope)
    if as_json:
        output.print_json(report.to_json())
    else:
        _print(report)


def _bring_up_to_date(index: "Index", dataset: "Dataset") -> None:
    """Index the dataset's documents; what cannot be read is said and counts as not found."""
    from mmrag.cli.progress import progress

    with progress() as on_event:
        report = index.add(dataset.documents, on_event=on_event)
    for outcome in report.failed:
        reasons = "; ".join(str(problem) for problem in outcome.problems)
        click.echo(f"failed: {output.clean(outcome.path)}: {output.clean(reasons)}", err=True)


def _print(report: "RetrievalReport") -> None:
    """The measures in percent: fused first, then every channel and type."""
    names = list(report.metrics)
    click.echo(
        f"{report.dataset}: {report.questions} questions, {report.scope} scope, {report.unit}"
    )
    click.echo(f"{'':<22}" + "".join(f"{name:>11}" for name in names))
    parts = [*report.by_channel.items(), *report.by_type.items()]
    for row, metrics in [("fused", report.metrics), *parts]:
        count = f" ({metrics['questions']:.0f})" if "questions" in metrics else ""
        values = "".join(f"{100 * metrics[name]:>11.1f}" for name in names)
        click.echo(f"{output.clean(row)[: 21 - len(count)]}{count}".ljust(22) + values)
    low_high = ", ".join(
        f"{name} {100 * low:.1f} to {100 * high:.1f}"
        for name, (low, high) in report.confidence.items()
    )
    click.echo(f"95 % confidence of fused: {low_high}")
    for note in report.notes:
        click.echo(f"note: {output.clean(note)}", err=True)
