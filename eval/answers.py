"""What becomes of questions with known evidence, and of questions without any answer.

    python eval/answers.py corpora/sample --index indexes/demo
    python eval/answers.py ../shared/data/pages-dev --index indexes/pages-dev

Each question is asked of its own document, with the profile's answerer. Whether the words of an
answer are right, only a reader can tell: `--show N` prints every N-th answer beside the truth.
"""

import argparse
from itertools import count
from pathlib import Path

from mmrag.evaluate import datasets
from mmrag.evaluate.answers import evaluate_answers
from mmrag.evaluate.datasets import Question
from mmrag.index import Index
from mmrag.types import Answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--index", type=Path, default=Path("indexes/default"))
    parser.add_argument("--profile")
    parser.add_argument("--show", type=int, default=0, metavar="N")
    options = parser.parse_args()
    numbers = count()

    def on_answer(question: Question, answer: Answer) -> None:
        if options.show and next(numbers) % options.show == 0:
            show(question, answer)

    with Index.open(options.index, options.profile) as index:
        report = evaluate_answers(index, datasets.load(options.dataset), on_answer)
    print(f"{report.questions} questions with evidence: {report.answered} answered")
    print(f"  {report.cited} cite an evidence page ({share(report.cited, report.answered)})")
    print(f"  {report.abstained} abstained, {report.unsupported} unsupported")
    none, rightly = report.unanswerable, report.abstained_rightly
    print(f"{none} questions without: {rightly} abstained ({share(rightly, none)})")
    print(f"F1 of abstention, both kinds weighing the same: {report.f1:.2f}")


def share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "-"


def show(question: Question, answer: Answer) -> None:
    pages = ", ".join(map(str, sorted({truth.page for truth in question.pages})))
    print(f"\n{question.id}  {answer.question}\n  evidence on page {pages}")
    print(f"  {answer.status}: {answer.text}")
    for citation in answer.citations:
        print(f"  [{citation.marker}] {citation.image_id} {citation.support}")


if __name__ == "__main__":
    main()
