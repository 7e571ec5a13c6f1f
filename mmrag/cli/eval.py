"""`mmrag eval`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmrag.cli import (
    eval_answers,
    eval_captions,
    eval_quantization,
    eval_routing,
    eval_sets,
    eval_tune,
    output,
)
from mmrag.cli.evaluating import (
    dataset_index_option,
    hold,
    minimum_option,
    opened,
    pictures,
    write,
)
from mmrag.cli.options import PathParameter, json_option, profile_option
from mmrag.cli.progress import counted
from mmrag.types import Unit

if TYPE_CHECKING:
    from mmrag.evaluate.compare import Comparison
    from mmrag.evaluate.datasets import Scope
    from mmrag.evaluate.report import RetrievalReport
    from mmrag.index import Index

MOST_CHANGES = 10  # questions listed of those won, and of those lost; chosen by hand


@click.group()
def command() -> None:
    """Measure on questions with known answers."""


command.add_command(eval_answers.answers)
command.add_command(eval_captions.captions)
command.add_command(eval_quantization.quantization)
command.add_command(eval_routing.routing)
command.add_command(eval_sets.make)
command.add_command(eval_sets.import_)
command.add_command(eval_tune.tune)


@command.command()
@click.argument("dataset", type=PathParameter())
@dataset_index_option
@click.option("--unit", type=click.Choice(["page", "figure"]), default="page", show_default=True)
@click.option(
    "--scope",
    type=click.Choice(["document", "corpus"]),
    default="document",
    show_default=True,
    help="Rank the pages of the question's own document, or of all documents.",
)
@click.option(
    "--save",
    type=PathParameter(file_okay=False),
    help="Write report.json, report.html (plots and failures), run.trec and qrels.trec there.",
)
@minimum_option
@profile_option
@json_option
def retrieval(
    dataset: Path,
    index_path: Path | None,
    unit: Unit,
    scope: "Scope",
    save: Path | None,
    minimums: dict[str, float],
    profile: str | None,
    as_json: bool,
) -> None:
    """Recall, MRR and nDCG of retrieval on DATASET, as a whole, by channel and by type.

    DATASET is a folder with docs/, queries.jsonl and qrels.tsv. Exit code 1 where a measure is
    under its --min.

    \b
    mmrag eval retrieval corpora/sample --scope corpus
    mmrag eval retrieval corpora/sample --save indexes/report --min recall@5=0.9
    """
    from mmrag.evaluate import datasets
    from mmrag.evaluate.retrieval import evaluate

    questions = datasets.load(dataset)
    with opened(questions, index_path, profile) as index:
        kept = "the documents stay indexed; nothing was measured"
        with output.interruptible(kept), counted("searching") as on_progress:
            report = evaluate(
                index.searcher,
                questions,
                unit=unit,
                scope=scope,
                ablate=save is not None,
                on_progress=on_progress,
            )
        if save is not None:
            _save(report, index, save)
    if as_json:
        output.print_json(report.to_json())
    else:
        _print(report)
    hold(report.metrics, minimums)


@command.command()
@click.argument("before", type=PathParameter())
@click.argument("after", type=PathParameter())
@click.option("--measure", help="[default: recall@5 of retrieval, right of answers]")
@minimum_option
@json_option
def compare(
    before: Path, after: Path, measure: str | None, minimums: dict[str, float], as_json: bool
) -> None:
    """Compare two reports of `eval retrieval` or `eval answers` (--save or --json) by question.

    The interval holds the mean difference in 95 of 100 resamples: where it holds 0, the two may be
    equally good. --min is a gate for AFTER: exit code 1 where a measure is under it.

    \b
    mmrag eval compare reports/monday reports/tuesday --measure mrr --min recall@5=0.75
    """
    from mmrag.evaluate import compare as comparing

    old, new = comparing.read(before), comparing.read(after)
    comparison = comparing.compare(old, new, measure or comparing.default_measure(new))
    if as_json:
        output.print_json(comparison.to_json())
    else:
        _print_comparison(comparison)
    hold(new.metrics, minimums)


def _save(report: "RetrievalReport", index: "Index", folder: Path) -> None:
    """The report for people, for `eval compare`, and for other tools."""
    from mmrag.evaluate import compare, page, trec

    files = {
        compare.REPORT: json.dumps(report.to_json(), indent=1),
        "report.html": page.render(report, pictures(index)),
        "run.trec": "\n".join(trec.run_lines(report)),
        "qrels.trec": "\n".join(trec.qrels_lines(report)),
    }
    write(folder, files)


def _print(report: "RetrievalReport") -> None:
    """The measures in percent: fused first, then every channel and type."""
    names = list(report.metrics)
    output.say(
        f"{report.dataset}: {report.questions} questions, {report.scope} scope, {report.unit}"
    )
    output.say(f"{'':<22}" + "".join(f"{name:>11}" for name in names))
    loose = [("boxes at IoU 0.3", report.loose)] if report.loose else []
    parts = [
        *loose,
        *report.by_channel.items(),
        *report.ablation.items(),
        *report.by_type.items(),
    ]
    for row, metrics in [("fused", report.metrics), *parts]:
        count = f" ({metrics['questions']:.0f})" if "questions" in metrics else ""
        values = "".join(f"{100 * metrics[name]:>11.1f}" for name in names)
        output.say(f"{row[: 21 - len(count)]}{count}".ljust(22) + values)
    low_high = ", ".join(
        f"{name} {100 * low:.1f} to {100 * high:.1f}"
        for name, (low, high) in report.confidence.items()
    )
    output.say(f"95 % confidence of fused: {low_high}")
    if report.latency:
        output.say(
            f"one question: {report.latency['p50']:.0f} ms at the median, "
            f"{report.latency['p95']:.0f} ms at the 95th percentile"
        )
    for note in report.notes:
        output.note(note)


def _print_comparison(comparison: "Comparison") -> None:
    low, high = comparison.interval
    output.say(
        f"{comparison.measure} over {comparison.questions} questions: "
        f"{100 * comparison.before:.1f} before, {100 * comparison.after:.1f} after, "
        f"difference {100 * comparison.difference:+.1f} "
        f"(95 % interval {100 * low:+.1f} to {100 * high:+.1f})"
    )
    for title, changes in (("won", comparison.won), ("lost", comparison.lost)):
        output.say(f"{title}: {len(changes)}")
        for item in changes[:MOST_CHANGES]:
            values = f"{100 * item.before:.0f} to {100 * item.after:.0f}"
            output.say(f"  {item.id}  {values}  {item.text}")
        if len(changes) > MOST_CHANGES:
            output.say(f"  and {len(changes) - MOST_CHANGES} more: --json lists them")
    for note in comparison.notes:
        output.note(note)
