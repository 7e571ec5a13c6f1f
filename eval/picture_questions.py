"""How well questions about one picture are answered, beside the answers of people.

    python eval/picture_questions.py ../shared/data/charts-dev --every 3

The folder has `charts.jsonl` (chart_id, file) and `queries.jsonl` (query, answer, chart_id). Short
answers count as right by the rules of `mmrag eval answers`; of running text (OpenCQA) the share is
told of its numbers and words that the answer holds.
"""

import argparse
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from mmrag import Vision
from mmrag.evaluate import correctness, gold
from mmrag.evaluate.datasets import objects


@dataclass
class Score:
    """Of the questions of one kind; `held` has a share of each gold answer, of what is answered."""

    asked: int = 0
    held: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="Only each so many-th question.")
    parser.add_argument("--profile", default="embedded")
    parser.add_argument("--answers", action="store_true", help="Show each answer.")
    options = parser.parse_args()
    files = {row["chart_id"]: row["file"] for _, row in objects(options.folder / "charts.jsonl")}
    queries = [row for _, row in objects(options.folder / "queries.jsonl")][:: options.every]
    scores: dict[str, Score] = defaultdict(Score)
    with Vision.open(options.profile) as vision:
        for row in queries:
            wanted = gold.read(row["answer"])
            kind = "running text" if wanted.type == "text" else "short"
            found = vision.ask(options.folder / files[row["chart_id"]], row["query"])
            scores[kind].asked += 1
            if found.text:
                part = correctness.completeness(wanted, row["query"], found.text)
                scores[kind].held.append(part)
                if options.answers:
                    print(f"{part:.2f} {row['query']}\n     {found.text!r} for {row['answer']!r}")
    print(f"{'':<14}{'asked':>7}{'answered':>10}{'right':>7}{'held on average':>17}")
    for kind, score in sorted(scores.items()):
        right = sum(part == 1 for part in score.held)
        mean = sum(score.held) / max(len(score.held), 1)
        print(f"{kind:<14}{score.asked:>7}{len(score.held):>10}{right:>7}{mean:>17.1%}")


if __name__ == "__main__":
    main()
