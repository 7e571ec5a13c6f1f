"""What becomes of questions with known evidence, and of questions without any answer.

    python eval/answers.py corpora/sample --index indexes/demo
    python eval/answers.py ../shared/data/pages-dev --index indexes/pages-dev

Each question is asked of its own document, with the profile's answerer. An answer counts as cited
right where one of its citations lies on an evidence page; whether its words are right, only a
reader can tell (`--show N` prints every N-th answer beside the truth). A dataset's
`unanswerable.jsonl` ({"query", "doc"}) should be abstained from.
"""

import argparse
from collections import Counter
from pathlib import Path, PurePath

from mmrag.evaluate import abstention, datasets
from mmrag.evaluate.datasets import Dataset
from mmrag.index import Index
from mmrag.types import Answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--index", type=Path, default=Path("indexes/default"))
    parser.add_argument("--profile")
    parser.add_argument("--show", type=int, default=0, metavar="N")
    options = parser.parse_args()
    with Index.open(options.index, options.profile) as index:
        found = measured(index, datasets.load(options.dataset), options.show)
    answered, questions, none = found["answered"], found["questions"], found["unanswerable"]
    print(f"{questions} questions with evidence: {answered} answered")
    print(f"  {found['cited']} cite an evidence page ({share(found['cited'], answered)})")
    print(f"  {found['abstained']} abstained, {found['unsupported']} unsupported")
    rightly = found["abstained_rightly"]
    print(f"{none} questions without: {rightly} abstained ({share(rightly, none)})")
    print(f"F1 of abstention, both kinds weighing the same: {found['f1']:.2f}")


def measured(index: Index, dataset: Dataset, every: int = 0) -> dict[str, float]:
    """Counts of what becomes of the questions; every so many answers are printed."""
    ids = {PurePath(item.path).stem: item.id for item in index.documents()}
    answerable = [item for item in dataset.questions if item.pages and item.document in ids]
    found: Counter[str] = Counter()
    for number, question in enumerate(answerable):
        answer = index.ask(question.text, documents=[ids[question.document]])
        pages = {truth.page for truth in question.pages}
        found[answer.status] += 1
        found["cited"] += any(citation.page in pages for citation in answer.citations)
        if every and number % every == 0:
            show(question.id, sorted(pages), answer)
    none = [(text, ids[name]) for text, name in dataset.unanswerable if name in ids]
    rightly = sum(
        index.ask(text, documents=[document]).status == "abstained" for text, document in none
    )
    kept = 1 - found["abstained"] / max(1, len(answerable))
    return {
        "questions": len(answerable),
        **{name: found[name] for name in ("answered", "abstained", "unsupported", "cited")},
        "unanswerable": len(none),
        "abstained_rightly": rightly,
        "f1": round(abstention.f1(kept, rightly / max(1, len(none))), 4),
    }


def share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "-"


def show(question: str, pages: list[int], answer: Answer) -> None:
    print(f"\n{question}  {answer.question}\n  evidence on page {', '.join(map(str, pages))}")
    print(f"  {answer.status}: {answer.text}")
    for citation in answer.citations:
        print(f"  [{citation.marker}] {citation.image_id} {citation.support}")


if __name__ == "__main__":
    main()
