"""What becomes of questions with known evidence, and of questions without any answer.

    python eval/answers.py corpora/sample --index indexes/demo
    python eval/answers.py ../shared/data/pages-dev --index indexes/pages-dev --keep answers.jsonl

Each question is asked of its own document, with the profile's answerer. An answer is right where
its text holds the gold answer, by the rules of `mmrag.evaluate.correctness`. `--keep` writes the
answers into a file as they come, so that scoring them anew asks nothing; `--show N` prints every
N-th answer beside the truth.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from mmrag.evaluate import datasets
from mmrag.evaluate.answers import AnswersReport, Judged, Outcome, evaluate_answers
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
        report, judged = evaluate_answers(index, datasets.load(options.dataset), options.keep)
    for item in judged[:: options.show] if options.show else ():
        show(item)
    tell(report)


def tell(report: AnswersReport) -> None:
    print(f"{report.questions} questions with evidence: {report.answered} answered")
    print(f"  {report.cited} cite an evidence page ({share(report.cited, report.answered)})")
    print(f"  {report.abstained} abstained, {report.unsupported} unsupported")
    right, wrong = report.count("right"), report.count("wrong")
    print(f"  {right} right ({share(right, report.questions)}), {share(right, right + wrong)} of")
    print(f"  those answered; strict score {100 * report.strict / max(1, report.questions):.1f}")
    print(f"\n{'':<10}" + "".join(f"{name:>11}" for name in OUTCOMES))
    for name, counts in report.by_type.items():
        print(row(name, counts))
    print(row("all", {name: report.count(name) for name in OUTCOMES}))
    none, rightly = report.unanswerable, report.abstained_rightly
    print(f"\n{none} questions without: {rightly} abstained ({share(rightly, none)})")
    print(f"F1 of abstention, both kinds weighing the same: {report.f1:.2f}")


def row(name: str, counts: Mapping[Outcome, int]) -> str:
    return f"{name:<10}" + "".join(f"{counts.get(outcome, 0):>11}" for outcome in OUTCOMES)


def share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "-"


def show(item: Judged) -> None:
    pages = ", ".join(map(str, sorted({truth.page for truth in item.question.pages})))
    print(f"\n{item.question.id}  {item.question.text}\n  {item.type}: {item.question.answer}")
    print(f"  evidence on page {pages}\n  {item.outcome}: {item.reply.text}")
    for source in item.reply.citations:
        print(f"  {source.image_id} {source.support}")


if __name__ == "__main__":
    main()
