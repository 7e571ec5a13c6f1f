"""Measures retrieval by language on the parallel corpus: words alone, and all channels.

    python eval/languages.py [corpora/languages] [--profile multilingual]

Pages of all documents are ranked together, so that the same page in other languages is in the way.
The documents are indexed into indexes/eval-NAME-PROFILE; what is there already is not done again.
"""

import argparse
from pathlib import Path

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
    options = parser.parse_args()
    dataset = datasets.load(options.dataset)
    path = Path("indexes") / f"eval-{dataset.name}-{options.profile}"
    with Index.open(path, options.profile, create=True) as index:
        index.add(dataset.documents)
        run = RetrievalRun(index.searcher, dataset, "page", "corpus")
        languages = [question.types[0] for question in run.questions]
        told: dict[str, list[str]] = {language: [] for language in languages}
        for channels in WAYS.values():
            results = run.together(index.searcher, lambda: None, channels)
            rows = run.measured(run.named(results, SAME_BOX))
            for language in told:
                own = [row for row, of in zip(rows, languages, strict=True) if of == language]
                found = metrics.mean(own)
                told[language] += [f"{100 * found[name]:.0f}" for name in COLUMNS]
    heads = [f"{way}, {name}" for way in WAYS for name in COLUMNS]
    print(f"| language | questions | {' | '.join(heads)} |")
    print(f"|---|---|{'---|' * len(heads)}")
    for language, values in told.items():
        print(f"| {language} | {languages.count(language)} | {' | '.join(values)} |")


if __name__ == "__main__":
    main()
