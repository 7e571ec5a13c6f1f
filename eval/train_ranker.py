"""Learns the coefficients of `mmrag.retrieve.ranker` from questions with known pages.

    python eval/train_ranker.py ../shared/data/pages-dev unseen/development \
        ../shared/data/figures-dev --weight figures-dev=0.25

`unseen/development` is of MMLongBench-Doc, by `mmlongbench.py`; each set is indexed first, into
indexes/eval-NAME.

A linear model over the features of the 40 best pages of each question, in document and in corpus
scope together, fitted by the likelihood of each evidence page among those that are none (the loss
of DPR, Karpukhin et al. 2020, arXiv:2004.04906, equation 2, in the mean over the evidence of a
question) with a quadratic penalty. It is measured by cross-validation over documents (8 parts, 6
times): no question is ranked by a model that has seen its document. `--train` learns from some of
the datasets alone, and ranks the others by that. What is printed last goes into COEFFICIENTS.
"""

import argparse
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from mmrag.evaluate import datasets, metrics
from mmrag.evaluate.datasets import Dataset, Question
from mmrag.index import Index
from mmrag.retrieve import ranker
from mmrag.retrieve.features import PageFeatures
from mmrag.retrieve.query import Query
from mmrag.types import Hit

PAGES = 40
PARTS = 8
TIMES = 6
PENALTY = 0.001
"""The best of 0.001, 0.005 and 0.02 by cross-validation on pages-dev, in both scopes."""
SHOWN = ("recall@1", "recall@3", "recall@5", "recall@10", "mrr", "ndcg@5")
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The pages that were read for a question. `named` is what naming its place adds to a page."""

    dataset: str
    document: str
    scope: str
    names: tuple[str, ...]
    truths: frozenset[str]
    features: Matrix  # pages x features
    named: Matrix
    weight: float = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("datasets", nargs="+", type=Path)
    parser.add_argument("--train", nargs="*", default=[], metavar="NAME", help="else all of them")
    parser.add_argument("--weight", nargs="*", default=[], metavar="NAME=W", help="of questions")
    parser.add_argument("--indexes", type=Path, default=Path("indexes"), help="holds eval-NAME")
    options = parser.parse_args()
    weights_of = {name: float(value) for name, value in (it.split("=") for it in options.weight)}
    candidates: list[Candidates] = []
    for dataset in map(datasets.load, options.datasets):
        with Index.open(options.indexes / f"eval-{dataset.name}") as index:
            candidates += candidates_of(index, dataset, "document")
            candidates += candidates_of(index, dataset, "corpus")
    candidates = [replace(item, weight=weights_of.get(item.dataset, 1.0)) for item in candidates]
    print(f"{'':<58}" + "".join(f"{name:>11}" for name in SHOWN))
    only_fused = np.eye(len(PageFeatures._fields))[0]
    groups = list(dict.fromkeys((item.dataset, item.scope) for item in candidates))
    for group in groups:
        chosen = [item for item in candidates if (item.dataset, item.scope) == group]
        show(f"{' '.join(group)} scope, fusion alone", measured(chosen, [only_fused] * len(chosen)))
    taught = options.train or [item.dataset for item in candidates]
    folds = [cross_validated(candidates, taught, seed) for seed in range(TIMES)]
    for group in groups:
        at = [n for n, item in enumerate(candidates) if (item.dataset, item.scope) == group]
        chosen = [candidates[number] for number in at]
        for told, change in (("", np.copy), (", statement as shipped", as_shipped)):
            runs = [measured(chosen, [change(weights[n]) for n in at]) for weights in folds]
            means = {name: float(np.mean([run[name] for run in runs])) for name in SHOWN}
            show(f"{' '.join(group)}, cross-validated{told}", means)
    weights = fitted([item for item in candidates if item.dataset in taught])
    for name, weight in zip(PageFeatures._fields, weights / weights[0], strict=True):
        print(f"    {name}={weight:.2f},")


def candidates_of(index: Index, dataset: Dataset, scope: str) -> list[Candidates]:
    """The candidates of each question that makes sense in this scope, and has a known page."""
    names = {item.id: PurePath(item.path).stem for item in index.documents()}
    ids = {name: document for document, name in names.items()}
    questions = [
        item
        for item in dataset.questions
        if item.pages and item.document in ids and (scope == "document" or item.scope == "corpus")
    ]
    results = index.searcher.search_many(
        [
            Query(
                text=item.text,
                k=PAGES,
                unit="page",
                documents=(ids[item.document],) if scope == "document" else (),
            )
            for item in questions
        ]
    )
    return [
        candidates(dataset.name, question, scope, result.hits, names)
        for question, result in zip(questions, results, strict=True)
    ]


def candidates(
    dataset: str, question: Question, scope: str, hits: Sequence[Hit], names: dict[str, str]
) -> Candidates:
    """The hits of one question, taken apart. A page that is named but not found has no features."""
    nothing = PageFeatures(*[0.0] * len(PageFeatures._fields))
    features = [PageFeatures(**hit.features) if hit.features else nothing for hit in hits]
    return Candidates(
        dataset,
        question.document,
        scope,
        tuple(f"{names[hit.document_id]}#{hit.page}" for hit in hits),
        frozenset(truth.name for truth in question.pages),
        np.array(features, float).reshape(len(hits), -1),
        np.array([hit.score - ranker.score(own) for hit, own in zip(hits, features, strict=True)]),
    )


def measured(candidates: list[Candidates], weights: list[Matrix]) -> dict[str, float]:
    rankings = [
        [item.names[at] for at in order(item, weight)] if item.names else []
        for item, weight in zip(candidates, weights, strict=True)
    ]
    return metrics.mean(metrics.all_of(rankings, [item.truths for item in candidates]))


def order(item: Candidates, weights: Matrix) -> NDArray[np.int64]:
    """The candidates, best first: their score from 0 to 1, and what naming their place adds."""
    score = np.maximum(item.features @ weights, 0) / weights[weights > 0].sum()
    return np.argsort(-(score + item.named), kind="stable")


def as_shipped(weights: Matrix) -> Matrix:
    """The weights with that of `statement` as it ships, which few questions have a part in."""
    at = PageFeatures._fields.index("statement")
    changed = weights.copy()
    changed[at] = ranker.COEFFICIENTS.statement * weights[0]
    return changed


def cross_validated(
    candidates: list[Candidates], taught: Collection[str], seed: int
) -> list[Matrix]:
    """For each question the weights of a model that has not seen its document.

    Of datasets that are not `taught`, none was seen.
    """
    learned = [item for item in candidates if item.dataset in taught]
    documents = sorted({item.document for item in learned})
    order = np.random.default_rng(seed).permutation(len(documents))
    part = {documents[at]: number % PARTS for number, at in enumerate(order)}
    models = [
        fitted([item for item in learned if part[item.document] != number])
        for number in range(PARTS)
    ]
    whole = fitted(learned)
    return [models[part[item.document]] if item.dataset in taught else whole for item in candidates]


def fitted(candidates: list[Candidates]) -> Matrix:
    """The weights of the features; a question without a true page among them is left out.

    The penalty is on the weights of features that vary by 1 within a question: what is the same
    for all pages of a document tells nothing in document scope.
    """
    weights = np.array([item.weight for item in candidates])
    varies = np.average([item.features.var(axis=0) for item in candidates], axis=0, weights=weights)
    scale = np.sqrt(np.maximum(varies, 1e-12))  # a feature may be of no question
    lists = []
    for item in candidates:
        true = np.array([name in item.truths for name in item.names], bool)
        if true.any():
            share = item.weight / weights.sum() / true.sum()
            lists.append((item.features / scale, true, share))

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for features, true, share in lists:
            scores = features @ weights
            likely = np.exp(scores - scores.max())
            part = likely / (likely + likely[~true].sum())  # of a page, were it the only evidence
            total -= share * float(np.log(part[true]).sum())
            rivals = likely * (part[true] / likely[true]).sum()
            slope = slope + share * features.T @ np.where(true, part - 1, rivals)
        return total, slope

    start = np.zeros(len(PageFeatures._fields))
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x / scale)


def show(title: str, values: dict[str, float]) -> None:
    print(f"{title:<58}" + "".join(f"{100 * values[name]:>11.1f}" for name in SHOWN))


if __name__ == "__main__":
    main()
