"""Measures retrieval and answers on datasets, and writes eval/results (`make eval`).

    python eval/run.py corpora/sample ../shared/data/pages-dev

For each dataset: index its documents into indexes/eval-NAME (what is there already is not done
again), measure pages in document and corpus scope and figures where they are labelled, and the
answers where the dataset has gold ones; `--answers` measures these alone. eval/results/NAME.json
has the figures and what made them, never a question; README.md beside it shows all files of the
folder.
"""

import argparse
import json
import platform
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mmrag.errors import UsageError
from mmrag.evaluate import datasets, metrics
from mmrag.evaluate.answers import evaluate_answers
from mmrag.evaluate.datasets import Dataset
from mmrag.evaluate.report import RetrievalReport
from mmrag.evaluate.retrieval import evaluate
from mmrag.index import Index

RESULTS = Path(__file__).parent / "results"
WAYS = (
    ("document", "page"),
    ("corpus", "page"),
    ("document", "figure"),
    ("corpus", "figure"),
)
FIGURES = {"Chart", "Figure", "Table"}  # the names of MMLongBench-Doc
TEXTS = {"Pure-text (Plain-text)", "Generalized-text (Layout)"}
COLUMNS = ("recall@1", "recall@3", "recall@5", "recall@10", "mrr", "ndcg@5", "ndcg@10")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("datasets", nargs="+", type=Path)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument(
        "--answers", action="store_true", help="ask alone, and keep the figures of retrieval"
    )
    options = parser.parse_args()
    options.results.mkdir(parents=True, exist_ok=True)
    for folder in options.datasets:
        dataset = datasets.load(folder)
        path = options.results / f"{dataset.name}.json"
        result = json.loads(path.read_text()) if options.answers else measured(dataset)
        if any(question.answer for question in dataset.questions):
            result["answers"] = asked(dataset)
        path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        print(f"{path} written")
    found = [json.loads(path.read_text()) for path in sorted(options.results.glob("*.json"))]
    page = options.results / "README.md"
    page.write_text("\n".join(lines(found)) + "\n", encoding="utf-8")
    print(f"{page} written")


def index_of(dataset: Dataset) -> Path:
    return Path("indexes") / f"eval-{dataset.name}"


def asked(dataset: Dataset) -> dict[str, Any]:
    """The figures of answers without the questions, which are not ours to publish."""
    left_out = {"schema", "dataset", "made_by", "per_question", "wrongly_answered"}
    with Index.open(index_of(dataset)) as index:
        report = evaluate_answers(index, dataset).to_json()
    found = {name: value for name, value in report.items() if name not in left_out}
    return {"date": datetime.now(UTC).date().isoformat(), **found}


def measured(dataset: Dataset) -> dict[str, Any]:
    """The figures of retrieval of one dataset."""
    with Index.open(index_of(dataset), create=True) as index:
        for outcome in index.add(dataset.documents).failed:
            print(f"failed: {outcome.path}")
        runs = []
        for scope, unit in WAYS:
            try:
                report = evaluate(index.searcher, dataset, unit, scope, ablate=True)
            except UsageError:  # no question of this scope or unit
                continue
            found = report.to_json()
            found["by_type"] |= in_figures_alone(report, dataset)
            del found["per_question"], found["notes"]  # the questions are not ours to publish
            runs.append(found)
            print(f"{dataset.name}, {scope} scope, {unit}: {found['metrics']}")
        made_by = runs[0]["made_by"]
        for run in runs:
            del run["dataset"], run["made_by"]
        counts = index.status()
        settings = index.settings
        return {
            "dataset": dataset.name,
            "date": datetime.now(UTC).date().isoformat(),
            "made_by": {**made_by, "processor": processor()},
            "documents": len(counts.documents),
            "pages": counts.pages,
            "figures": counts.figures,
            "settings": {
                "profile": settings.name,
                "retrieve": settings.retrieve.model_dump(),
                "passage_words": settings.ingest.passage_words,
                "passage_overlap": settings.ingest.passage_overlap,
                "ocr": settings.ocr.model_dump(),
            },
            "runs": runs,
        }


def in_figures_alone(report: RetrievalReport, dataset: Dataset) -> dict[str, dict[str, float]]:
    """The questions whose evidence is in figures, charts and tables, and none in running text."""
    types = {question.id: set(question.types) for question in dataset.questions}
    rows = [
        tuple(item.measures[name] for name in metrics.NAMES)
        for item in report.per_question
        if types[item.id] & FIGURES and not types[item.id] & TEXTS
    ]
    return (
        {"evidence in figures alone": {"questions": len(rows), **metrics.mean(rows)}}
        if rows
        else {}
    )


def processor() -> str:
    """The name of the processor, as far as the system tells."""
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found[1] if found else platform.processor()


def lines(results: list[Mapping[str, Any]]) -> Iterator[str]:
    """The page that shows the results."""
    yield "# Results\n"
    yield "Made by `make eval`; in percent. The data sets beside `sample` do not come with mmrag."
    for result in results:
        made_by = result["made_by"]
        yield f"\n## {result['dataset']}\n"
        yield (
            f"{result['documents']} documents, {result['pages']} pages, {result['figures']} "
            f"figures; profile `{result['settings']['profile']}`, mmrag {made_by['mmrag']}, Python "
            f"{made_by['python']}, {made_by['processor']}, "
            f"{made_by['machine']}; {result['date']}.\n"
        )
        yield f"| | questions | {' | '.join(COLUMNS)} | p50 | p95 |"
        yield f"|---|---|{'---|' * (len(COLUMNS) + 2)}"
        for run in result["runs"]:
            name = f"**{run['unit']}s, {run['scope']} scope**"
            latency = run["latency_ms"]
            times = f"{latency['p50']:.0f} ms | {latency['p95']:.0f} ms"
            yield f"| {name} | {run['questions']} | {values(run['metrics'])} | {times} |"
            low_high = (
                f"{100 * run['confidence'][name][0]:.1f}–{100 * run['confidence'][name][1]:.1f}"
                for name in COLUMNS
            )
            yield f"| 95 % confidence | | {' | '.join(low_high)} | | |"
            parts = {
                "boxes at IoU 0.3": run["loose"],
                **run["by_channel"],
                **run["ablation"],
                **run["by_type"],
            }
            for part, found in parts.items():
                if found:
                    yield f"| {part} | {found.get('questions', '')} | {values(found)} | | |"
        if "answers" in result:
            yield from answer_lines(result["answers"])


def answer_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """What became of the questions, each asked of its own document."""
    outcomes = ("right", "wrong", "abstained", "unjudged")
    yield (
        f"\n{found['questions']} questions with evidence and {found['unanswerable']} without an "
        f"answer, each asked of its own document, {found['date']}; by type of the gold answer:\n"
    )
    yield f"| | {' | '.join(outcomes)} |"
    yield f"|---|{'---|' * len(outcomes)}"
    for name, counts in found["outcomes"].items():
        yield f"| {name} | {' | '.join(str(counts.get(key, 0)) for key in outcomes)} |"
    yield "\n| measure of answers | percent | 95 % confidence |\n|---|---|---|"
    for name, value in found["metrics"].items():
        low_high = found["confidence"].get(name)
        known = f"{100 * low_high[0]:.1f}–{100 * low_high[1]:.1f}" if low_high else ""
        yield f"| {name} | {100 * value:.1f} | {known} |"


def values(metrics: Mapping[str, float]) -> str:
    return " | ".join(f"{100 * metrics[name]:.1f}" for name in COLUMNS)


if __name__ == "__main__":
    main()
