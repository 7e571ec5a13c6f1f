"""Measures retrieval under several weights of the image channel, and chooses one.

    python eval/image_weight.py ../shared/data/pages-dev ../shared/data/figures-dev

The indexes are those of `make eval`. The last lines are nDCG@5 of all rankings under each weight,
and under the one that the other documents choose, by cross-validation over documents.
"""

import argparse
from collections import Counter
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
MEASURE = tune.MEASURE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("datasets", nargs="+", type=Path)
    options = parser.parse_args()
    print(f"| | image | {' | '.join(SHOWN)} |\n|---|---|{'---|' * len(SHOWN)}")
    tables, documents = [], []
    for folder in options.datasets:
        dataset = datasets.load(folder)
        with Index.open(Path("indexes") / f"eval-{dataset.name}") as index:
            for scope, unit in WAYS:
                reports = []
                for weight in WEIGHTS:
                    settings = index.searcher.settings
                    weights = settings.weights.model_copy(update={"image": weight})
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
    table = np.concatenate(tables, axis=1)
    print(f"\n{MEASURE} of all together:")
    for weight, value in zip(WEIGHTS, table.mean(axis=1), strict=True):
        print(f"{weight:g}: {100 * value:.2f}")
    validated = tune.cross_validated(table, documents).mean()
    of_weights = np.repeat(np.array(WEIGHTS)[:, np.newaxis], len(documents), axis=1)
    chosen = Counter(tune.cross_validated(table, documents, of_weights).tolist())
    print(f"cross-validated: {100 * validated:.2f}; rankings under each weight: {dict(chosen)}")


def values(reports: Sequence[RetrievalReport]) -> np.ndarray:
    """The measure of each question, shape `(weights, questions)`."""
    return np.array([[item.measures[MEASURE] for item in each.per_question] for each in reports])


if __name__ == "__main__":
    main()
