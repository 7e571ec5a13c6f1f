"""Measures retrieval under several weights of the image channel, and chooses one.

    python eval/image_weight.py ../shared/data/pages-dev ../shared/data/figures-dev

The indexes are those of `make eval`. The weight is that of the highest nDCG@5 among those under
which no measure of any scope and unit is lower than without the channel; what the rule is worth is
told by cross-validation over documents.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from run import WAYS

from mmrag.errors import UsageError
from mmrag.evaluate import datasets, tune
from mmrag.evaluate.report import RetrievalReport
from mmrag.evaluate.retrieval import evaluate
from mmrag.index import Index

WEIGHTS = (0.0, 0.05, 0.1, 0.2, 0.3)
SHOWN = ("recall@1", "recall@3", "recall@5", "recall@10", "mrr", "ndcg@5")
ROUNDING = 1e-9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("datasets", nargs="+", type=Path)
    options = parser.parse_args()
    print(f"| | image | {' | '.join(SHOWN)} |\n|---|---|{'---|' * len(SHOWN)}")
    tables, groups, documents = [], [], []
    for folder in options.datasets:
        dataset = datasets.load(folder)
        with Index.open(Path("indexes") / f"eval-{dataset.name}") as index:
            for scope, unit in WAYS:
                reports = []
                for weight in WEIGHTS:
                    settings = index.searcher.settings
                    weights = settings.weights.changed({"image": weight})
                    searcher = index.searcher.using(
                        settings.model_copy(update={"weights": weights})
                    )
                    try:
                        reports.append(evaluate(searcher, dataset, unit, scope, channels=()))
                    except UsageError:  # no question of this scope or unit
                        break
                    shown = " | ".join(f"{100 * reports[-1].metrics[name]:.1f}" for name in SHOWN)
                    print(f"| {dataset.name}, {unit}s, {scope} scope | {weight:g} | {shown} |")
                if reports:
                    tables.append(values(reports))
                    documents += [item.document for item in reports[0].per_question]
                    groups += [len(tables)] * len(reports[0].per_question)
    table, group = np.concatenate(tables, axis=1), np.array(groups)
    print(f"\n{SHOWN[-1]} of all {len(documents)} together:")
    for weight, value in zip(WEIGHTS, table[:, :, -1].mean(axis=1), strict=True):
        print(f"{weight:g}: {100 * value:.2f}")
    print(f"chosen: {WEIGHTS[choice(table, group)]:g}")
    fold = tune.folds(documents)
    chosen = {
        number: choice(table[:, fold != number], group[fold != number])
        for number in np.unique(fold)
    }
    found = [table[chosen[number], at, -1] for at, number in enumerate(fold)]
    print(f"cross-validated: {100 * np.mean(found):.2f}, with the weights", end=" ")
    print(", ".join(f"{WEIGHTS[at]:g}" for at in chosen.values()))


def values(reports: Sequence[RetrievalReport]) -> np.ndarray:
    """The measures of each question, shape `(weights, questions, measures)`."""
    return np.array([
        [[item.measures[name] for name in SHOWN] for item in each.per_question] for each in reports
    ])  # fmt: skip


def choice(table: np.ndarray, group: np.ndarray) -> int:
    """Which weight is best of those that lower no measure of any group of questions."""
    means = np.stack([table[:, group == number].mean(axis=1) for number in np.unique(group)])
    harmless = (means >= means[:, :1] - ROUNDING).all(axis=(0, 2))
    return int(np.where(harmless, table[:, :, -1].mean(axis=1), -np.inf).argmax())


if __name__ == "__main__":
    main()
