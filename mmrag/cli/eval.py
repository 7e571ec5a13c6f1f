"""`mmrag eval`."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import Progress

from mmrag.cli import output
from mmrag.cli.options import index_option, json_option, profile_option
from mmrag.errors import UsageError
from mmrag.types import Unit

if TYPE_CHECKING:
    from mmrag.evaluate.compare import Comparison
    from mmrag.evaluate.datasets import Dataset, Scope
    from mmrag.evaluate.report import Metrics, RetrievalReport
    from mmrag.evaluate.retrieval import OnProgress
    from mmrag.index import Index
    from mmrag.types import Document

MOST_CHANGES = 10


def _minimums(ctx: Any, param: Any, values: tuple[str, ...]) -> dict[str, float]:
    found: dict[str, float] = {}
    for value in values:
        name, _, least = value.partition("=")
        try:
            found[name] = float(least)
        except ValueError:
            raise click.BadParameter(f"{value!r} is not like recall@5=0.75") from None
    return found


minimum_option = click.option(
    "--min",
    "minimums",
    multiple=True,
    metavar="MEASURE=VALUE",
    callback=_minimums,
    help="Exit with code 1 where a measure, from 0 to 1, is lower; may be given more than once.",
)


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
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
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
    r"""Recall, MRR and nDCG of retrieval on DATASET, as a whole, by channel and by type.

    DATASET is a folder with docs/, queries.jsonl and qrels.tsv. Exit code 1 where a measure is
    under its --min.

    \b
    mmrag eval retrieval corpora/sample --scope corpus
    mmrag eval retrieval corpora/sample --save indexes/report --min recall@5=0.9
    """
    from mmrag.evaluate import datasets
    from mmrag.evaluate.retrieval import evaluate
    from mmrag.index import Index

    questions = datasets.load(dataset)
    folder = index_path or Path("indexes") / f"eval-{questions.name}"
    with Index.open(folder, profile, create=index_path is None) as index:
        if index_path is None:
            _bring_up_to_date(index, questions)
        with _progress("searching") as on_progress:
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
    _hold(report.metrics, minimums)


@command.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("--measure", default="recall@5", show_default=True)
@minimum_option
@json_option
def compare(
    before: Path, after: Path, measure: str, minimums: dict[str, float], as_json: bool
) -> None:
    r"""Compare two reports of `eval retrieval` (--save or --json) question by question.

    The interval holds the mean difference in 95 of 100 resamples: where it holds 0, the two may be
    equally good. --min is a gate for AFTER: exit code 1 where a measure is under it.

    \b
    mmrag eval compare reports/monday reports/tuesday --measure mrr --min recall@5=0.75
    """
    from mmrag.evaluate import compare as comparing

    old, new = comparing.read(before), comparing.read(after)
    comparison = comparing.compare(old, new, measure)
    if as_json:
        output.print_json(comparison.to_json())
    else:
        _print_comparison(comparison)
    _hold(new.metrics, minimums)


@command.command()
@click.argument("path", type=click.Path(path_type=Path))
@index_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="New folder for the questions. [default: NAME-questions]",
)
@click.option(
    "--per-document",
    type=click.IntRange(min=1),
    default=12,
    show_default=True,
    help="Most questions of one document.",
)
@click.option("--seed", default=0, show_default=True)
@profile_option
@json_option
def make(
    path: Path,
    index_path: Path,
    out: Path | None,
    per_document: int,
    seed: int,
    profile: str | None,
    as_json: bool,
) -> None:
    r"""Make questions about the documents in PATH, which are in the index, to measure on.

    From captions, mentions of figures, headings and table cells, whose place is known; and
    questions of other documents, which a document cannot answer. A profile with a vision-language
    model lets it ask about the pictures, too. All are marked as generated: read and edit them.

    \b
    mmrag eval make papers/ --out papers-questions
    mmrag eval retrieval papers-questions --index indexes/default
    """
    from mmrag import registry
    from mmrag.evaluate import generate
    from mmrag.index import Index

    folder = out or Path(f"{path.resolve().name}-questions")
    with Index.open(index_path, profile) as index:
        documents = _within(index, path)
        vlm = index.settings.vlm
        model = (
            None
            if vlm.backend == "none"
            else registry.chat_model(vlm, offline=index.settings.offline)
        )
        with _progress("asking") as on_progress:
            made = generate.Maker(index.catalog, index.pictures, model).make(
                documents, per_document, seed, on_progress
            )
        generate.write(made, path, folder)
    by_type = Counter(item.type for item in made.questions)
    if as_json:
        output.print_json(
            {
                "folder": str(folder),
                "questions": len(made.questions),
                "by_type": by_type,
                "unanswerable": len(made.unanswerable),
                "notes": list(made.notes),
            }
        )
        return
    counts = ", ".join(f"{count} {name}" for name, count in by_type.items())
    click.echo(f"{folder}: {len(made.questions)} questions ({counts})")
    click.echo(f"{folder}: {len(made.unanswerable)} questions without an answer")
    for note in made.notes:
        click.echo(f"note: {output.clean(note)}", err=True)


@command.command(name="import")
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--docs",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder with the documents or page images, where the set comes without them.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="New folder for the dataset.",
)
def import_(source: Path, docs: Path | None, out: Path) -> None:
    r"""Make a dataset of a published question set.

    SOURCE is a folder or file as published: samples.json of MMLongBench-Doc, the annotations of
    MMDocIR, queries and qrels of BEIR's or TREC's form, or the Parquet folders of ViDoRe.

    \b
    mmrag eval import MMLongBench-Doc/data --docs MMLongBench-Doc/data/documents --out mmlongbench
    """
    from mmrag.evaluate import published

    found = published.read(source)
    published.write(found, docs, out)
    answerable = sum(bool(item.pages) for item in found.items)
    without = len(found.items) - answerable
    click.echo(f"{out}: {answerable} questions, {without} without an answer")


def _within(index: "Index", path: Path) -> "list[Document]":
    """The documents of the index that lie in a folder, or are that file."""
    here = path.resolve()
    documents = [
        item
        for item in index.documents()
        if Path(item.path) == here or here in Path(item.path).parents
    ]
    if not documents:
        raise UsageError(
            f"no document of {index.root} lies in {path}: "
            f"`mmrag index {path} --index {index.root}` adds it"
        )
    return documents


@command.command()
@click.argument("dataset", type=click.Path(path_type=Path), required=False)
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
    index_path: Path,
    unit: Unit,
    scope: "Scope",
    dry_run: bool,
    reset: bool,
    profile: str | None,
    as_json: bool,
) -> None:
    r"""Choose the channels' weights and the threshold of answers for this index.

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
    with Index.open(index_path, profile) as index:
        if dataset is None:
            index.tune(None)
            click.echo(f"{index_path}: the profile's settings count again", err=True)
            return
        with _progress("searching") as on_progress:
            report = tuning.tune(index, datasets.load(dataset), unit, scope, on_progress)
        if report.settings is not None and not dry_run:
            index.tune(report.settings)
    if as_json:
        output.print_json(report.to_json())
        return
    for choice in report.choices:
        click.echo(
            f"{choice.name}: {choice.measure} {100 * choice.default:.1f} as it was "
            f"({choice.before}), {100 * choice.tuned:.1f} tuned and cross-validated over "
            f"{choice.questions} questions ({choice.after}): {'kept' if choice.kept else 'left'}"
        )
    for note in report.notes:
        click.echo(f"note: {output.clean(note)}", err=True)
    if report.settings is not None:
        said = "would be written" if dry_run else "written to the index"
        click.echo(f"{said}: {output.tuned_text(report.settings)}")


def _hold(metrics: "Metrics", minimums: dict[str, float]) -> None:
    """Exit with code 1 where a measure is under its minimum."""
    unknown = [name for name in minimums if name not in metrics]
    if unknown:
        raise UsageError(f"--min {unknown[0]}: no such measure; there are {', '.join(metrics)}")
    missed = [name for name, least in minimums.items() if metrics[name] < least]
    for name in missed:
        click.echo(f"{name} is {metrics[name]:.4f}, under {minimums[name]:g}", err=True)
    if missed:
        raise click.exceptions.Exit(1)


@contextmanager
def _progress(what: str) -> "Iterator[OnProgress]":
    """A bar on stderr, where that is a terminal."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _save(report: "RetrievalReport", index: "Index", folder: Path) -> None:
    """The report for people, for `eval compare`, and for other tools."""
    from mmrag.evaluate import compare, page, trec

    def picture(image_id: str) -> Path | None:
        path = index.show(image_id).picture
        return None if path is None else Path(path)

    files = {
        compare.REPORT: json.dumps(report.to_json(), indent=1),
        "report.html": page.render(report, picture),
        "run.trec": "\n".join(trec.run_lines(report)),
        "qrels.trec": "\n".join(trec.qrels_lines(report)),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder}: cannot write the report: {error.strerror}") from error
    click.echo(f"saved: {folder / 'report.html'}", err=True)


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
        click.echo(f"{output.clean(row)[: 21 - len(count)]}{count}".ljust(22) + values)
    low_high = ", ".join(
        f"{name} {100 * low:.1f} to {100 * high:.1f}"
        for name, (low, high) in report.confidence.items()
    )
    click.echo(f"95 % confidence of fused: {low_high}")
    if report.latency:
        click.echo(
            f"one question: {report.latency['p50']:.0f} ms at the median, "
            f"{report.latency['p95']:.0f} ms at the 95th percentile"
        )
    for note in report.notes:
        click.echo(f"note: {output.clean(note)}", err=True)


def _print_comparison(comparison: "Comparison") -> None:
    low, high = comparison.interval
    click.echo(
        f"{comparison.measure} over {comparison.questions} questions: "
        f"{100 * comparison.before:.1f} before, {100 * comparison.after:.1f} after, "
        f"difference {100 * comparison.difference:+.1f} "
        f"(95 % interval {100 * low:+.1f} to {100 * high:+.1f})"
    )
    for title, changes in (("won", comparison.won), ("lost", comparison.lost)):
        click.echo(f"{title}: {len(changes)}")
        for item in changes[:MOST_CHANGES]:
            values = f"{100 * item.before:.0f} to {100 * item.after:.0f}"
            click.echo(f"  {output.clean(item.id)}  {values}  {output.clean(item.text)}")
        if len(changes) > MOST_CHANGES:
            click.echo(f"  and {len(changes) - MOST_CHANGES} more: --json lists them")
    for note in comparison.notes:
        click.echo(f"note: {output.clean(note)}", err=True)
