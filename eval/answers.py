"""What becomes of questions with known evidence, and of questions without any answer.

    python eval/answers.py corpora/sample --index indexes/demo
    python eval/answers.py ../shared/data/pages-dev --index indexes/pages-dev --keep answers.jsonl

As `mmrag eval answers`, to look at while the answerer is changed: `--keep` writes the answers into
a file as they come, so that scoring them anew asks nothing; `--show N` prints every N-th answer
beside the truth.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from mmrag.evaluate import datasets
from mmrag.evaluate.answer_report import AnsweredQuestion, AnswersReport, Outcome
from mmrag.evaluate.answers import evaluate_answers
from mmrag.index import Index

OUTCOMES: tuple[Outcome, ...] = ("right", "wrong", "abstained", "unjudged")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--index", type=Path, default=Path("indexes/default"))
    parser.add_argument("--profile")
    parser.add_argument("--keep", type=Path, metavar="FILE")
    parser.add_argument("--show", type=int, default=0, metavar="N")
    options = parser.parse_args()
    with Index.open(options.index, options.profile) as index:
        report = evaluate_answers(index, datasets.load(options.dataset), options.keep)
    for item in report.per_question[:: options.show] if options.show else ():
        show(item)
    tell(report)


def tell(report: AnswersReport) -> None:
    print(f"{report.questions} questions with evidence, {report.unanswerable} without")
    print(f"\n{'':<10}" + "".join(f"{name:>11}" for name in OUTCOMES))
    for name, counts in report.outcomes.items():
        print(row(name, counts))
    print(row("all", {name: report.count(name) for name in OUTCOMES}))
    print()
    for name, value in report.metrics.items():
        print(f"{name:<22}{100 * value:>6.1f}")


def row(name: str, counts: Mapping[Outcome, int]) -> str:
    return f"{name:<10}" + "".join(f"{counts.get(outcome, 0):>11}" for outcome in OUTCOMES)


def show(item: AnsweredQuestion) -> None:
    print(f"\n{item.id}  {item.text}\n  {item.type}: {item.gold}")
    print(f"  evidence: {', '.join(item.pages)}\n  {item.outcome}: {item.reply.text}")
    for source in item.reply.citations:
        print(f"  {source.image_id} {source.support}")


if __name__ == "__main__":
    main()
