"""`mmrag eval routing`."""

from pathlib import Path

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.evaluating import dataset_index_option, hold, minimum_option, opened
from mmrag.cli.options import PathParameter, json_option, profile_option
from mmrag.cli.progress import counted


@click.command()
@click.argument("dataset", type=PathParameter(exists=True))
@dataset_index_option
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    help="Share of the question's words that a page has to have. [default: that of `vision ask`]",
)
@minimum_option
@profile_option
@json_option
def routing(
    dataset: Path,
    index_path: Path | None,
    least: float | None,
    minimums: dict[str, float],
    profile: str | None,
    as_json: bool,
) -> None:
    """Say how well requests find their task, or what the cheap look of `vision ask` saves.

    DATASET is a file of requests, a line of JSON each (request, task): the share that the rules of
    `mmrag vision analyze` send to the right task. Or a folder with docs/, queries.jsonl and
    qrels.tsv: precision and recall of the pages that `--if-relevant` lets through, the share of
    questions that keep a page with their answer, and the share of pages that no model looks at.

    \b
    mmrag eval routing eval/requests.jsonl --min right=0.9
    mmrag eval routing corpora/sample
    """
    from mmrag.evaluate import datasets
    from mmrag.evaluate.routing import of_pages, of_requests
    from mmrag.vision.relevance import LEAST

    if dataset.is_file():
        report = of_requests(dataset)
    else:
        questions = datasets.load(dataset)
        with opened(questions, index_path, profile) as index, counted("looking") as on_progress:
            report = of_pages(
                index, questions, least=LEAST if least is None else least, on_progress=on_progress
            )
    if as_json:
        output.print_json(contract.versioned(report.to_json()))
    else:
        output.say(f"{report.dataset}: {report.items} requests or questions")
        for name, value in report.metrics.items():
            output.say(f"{name:<11} {value:7.1%}")
        for item in report.wrong:
            output.say("  ".join(part for part in item.values() if part))
    hold(report.metrics, minimums)
