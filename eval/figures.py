"""Recall of figure boxes and captions on pages with known figures.

    python eval/figures.py ../shared/data/figures-dev
    python eval/figures.py corpora/sample --misses

A figure is found when a found box has an IoU of 0.5 or more with its box. A caption matches when
the words of the found and the true caption have an F1 of 0.8 or more. `captions` counts the
matching captions of found boxes over all figures; `captions anywhere` those of any found figure on
the page.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pymupdf

from mmrag.ingest import boxes, fragments
from mmrag.ingest.figures import FoundFigure, find_figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dataset", type=Path, help="folder with docs/ and figures.jsonl")
    parser.add_argument("--misses", action="store_true", help="list what was not found")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    lines = (options.dataset / "figures.jsonl").read_text(encoding="utf-8").splitlines()
    pages: dict[tuple[str, int], list[dict]] = defaultdict(list)
    for figure in map(json.loads, lines):
        pages[figure["doc"], figure["page"]].append(figure)
    counts: dict[str, Counter] = defaultdict(Counter)
    for (name, number), truth in sorted(pages.items()):
        with pymupdf.open(options.dataset / "docs" / f"{name}.pdf") as document:
            page = document[number - 1]
            found = find_figures(page, fragments.read(page).fragments)
        for figure in truth:
            score(figure, found, counts, options.misses)
        counts["all"]["found on pages with figures"] += len(found)
    report = {group: summary(count) for group, count in sorted(counts.items())}
    print(json.dumps(report, indent=2) if options.json else text(report))


def score(truth: dict, found: list[FoundFigure], counts: dict[str, Counter], misses: bool) -> None:
    """Count one true figure against those found on its page."""
    best = max(found, key=lambda item: boxes.iou(item.bbox, tuple(truth["bbox"])), default=None)
    overlap = boxes.iou(best.bbox, tuple(truth["bbox"])) if best else 0.0
    hit = overlap >= 0.5
    named = hit and best is not None and word_f1(best.caption, truth["caption"]) >= 0.8
    anywhere = any(word_f1(item.caption, truth["caption"]) >= 0.8 for item in found)
    for group in ("all", truth["source"], f"{truth['source']} {truth['kind'].lower()}"):
        counts[group].update(
            figures=1, boxes=hit, captions=named, **{"captions anywhere": anywhere}
        )
    if misses and not (hit and named):
        print(
            f"{truth['fig_id']}: IoU {overlap:.2f}, caption {'ok' if named else 'missed'}"
            f"{' (elsewhere)' if anywhere and not named else ''}"
            f"  caption {best.caption[:90] if best else ''!r}"
            f"  true {[round(v) for v in truth['bbox']]}"
            f"  found {[[round(v) for v in item.bbox] + [item.label] for item in found]}"
        )


def word_f1(found: str, truth: str) -> float:
    """Harmonic mean of precision and recall of the words, 0 to 1."""
    one, other = (Counter(re.findall(r"\w+", text.lower())) for text in (found, truth))
    common = sum((one & other).values())
    return 2 * common / (sum(one.values()) + sum(other.values())) if common else 0.0


def summary(count: Counter) -> dict[str, float]:
    total = count["figures"]
    return {"figures": total} | {
        name: round(100 * value / total, 1) if name in RATES else value
        for name, value in count.items()
        if name != "figures"
    }


RATES = ("boxes", "captions", "captions anywhere")


def text(report: dict[str, dict[str, float]]) -> str:
    rows = [f"{'':<16}{'figures':>8}{'boxes %':>9}{'captions %':>12}{'anywhere %':>12}"]
    rows += [
        f"{group:<16}{row['figures']:>8}{row['boxes']:>9}{row['captions']:>12}"
        f"{row['captions anywhere']:>12}"
        for group, row in report.items()
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    main()
