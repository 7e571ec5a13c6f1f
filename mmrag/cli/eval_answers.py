"""`mmrag eval answers`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmrag.cli import output
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
from mmrag.errors import UsageError

if TYPE_CHECKING:
    from mmrag.evaluate.answer_report import AnswersReport
    from mmrag.evaluate.judges import Judge
    from mmrag.index import Index


@click.command()
@click.argument("dataset", type=PathParameter())
@dataset_index_option
@click.option(
    "--save",
    type=PathParameter(file_okay=False),
    help="Write report.json and report.html (plots and wrong answers) there, and the answers as "
    "they come: a run that was interrupted goes on.",
)
@click.option("--wordings", is_flag=True, help="Ask each question in other words, too.")
@click.option("--judge", metavar="PROFILE", help="A profile whose model judges the answers, too.")
@minimum_option
@profile_option
@json_option
def answers(
    dataset: Path,
    index_path: Path | None,
    save: Path | None,
    wordings: bool,
    judge: str | None,
    minimums: dict[str, float],
    profile: str | None,
    as_json: bool,
) -> None:
    """Answers to DATASET: right, cited, grounded, consistent, rightly abstained from.

    DATASET is a folder with docs/, queries.jsonl and qrels.tsv, and unanswerable.jsonl for
    questions that its documents do not answer. Each question is asked of its own document. An
    answer is right where it holds the gold answer, by rules; a judge's verdicts stand beside them.
    Exit code 1 where a measure is under its --min.

    \b
    mmrag eval answers corpora/sample --save indexes/answers
    mmrag eval answers corpora/sample --min right=0.5 --min abstention_f1=0.7
    """
    from mmrag.evaluate import datasets, replies
    from mmrag.evaluate.answers import evaluate_answers

    questions = datasets.load(dataset)
    with opened(questions, index_path, profile) as index:
        kept = (
            "nothing was measured"
            if save is None
            else f"the answers so far are in {save}: the same command goes on from there"
        )
        with (
            output.interruptible(kept),
            counted("asking") as on_progress,
            _judge(judge) as judging,
        ):
            report = evaluate_answers(
                index,
                questions,
                None if save is None else save / replies.REPLIES,
                on_progress,
                judge=judging,
                wordings=wordings,
            )
        if save is not None:
            _save(report, index, save)
    if as_json:
        output.print_json(report.to_json())
    else:
        _print(report)
    hold(report.metrics, minimums)


@contextmanager
def _judge(profile: str | None) -> "Iterator[Judge | None]":
    """The model of a profile as a judge. Raises `UsageError` where it has none."""
    if profile is None:
        yield None
        return
    from mmrag.evaluate.judges import Judge
    from mmrag.models import Models

    with Models.open(profile) as models:
        if not models.has_chat_model:
            raise UsageError(f"--judge {profile}: this profile has no model that could judge")
        yield Judge(models.chat_model())


def _save(report: "AnswersReport", index: "Index", folder: Path) -> None:
    """The report for people and for `eval compare`."""
    from mmrag.evaluate import answers_page, compare

    write(
        folder,
        {
            compare.REPORT: json.dumps(report.to_json(), indent=1),
            "report.html": answers_page.render(report, pictures(index)),
        },
    )


def _print(report: "AnswersReport") -> None:
    """The outcomes by type of answer, and the measures in percent."""
    from mmrag.evaluate.answer_report import OUTCOMES

    output.say(
        f"{report.dataset}: {report.questions} questions, {report.unanswerable} without an answer"
    )
    output.say(f"{'':<12}" + "".join(f"{name:>11}" for name in OUTCOMES))
    whole = {name: report.count(name) for name in OUTCOMES}
    for name, counts in [*report.outcomes.items(), ("all", whole)]:
        output.say(f"{name:<12}" + "".join(f"{counts.get(key, 0):>11}" for key in OUTCOMES))
    for name, value in report.metrics.items():
        low_high = report.confidence.get(name)
        known = f"  ({100 * low_high[0]:.1f} to {100 * low_high[1]:.1f})" if low_high else ""
        output.say(f"{name:<22}{100 * value:>6.1f}{known}")
    for name, value in report.cost.items():
        output.say(f"{name:<22}{value:>8.2f}")
    for key, told in report.judge.items():
        output.say(f"judge: {key} {told}")
    for note in report.notes:
        output.note(note)
