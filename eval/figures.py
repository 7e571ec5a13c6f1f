"""Recall and precision of figure boxes and captions on pages with known figures.

    python eval/figures.py ../shared/data/figures-dev
    python eval/figures.py ../shared/data/figures-dev --misses --layout never

A true figure is found when a found box has an IoU of 0.5 or more with its box. A caption matches
when the words of the found and the true caption have an F1 of 0.8 or more. Captions are counted in
two ways, over all true figures both times: `with box`, the box is found and carries the caption;
`anywhere`, some found figure of the page carries it, wherever its box is. `labels` counts the found
boxes with the true number ("Figure 3"). Precision is the share of found figures that match a true
one, on pages without automatic labels, which leave figures out.
"""

import argparse
import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

import pymupdf

from mmrag import boxes
from mmrag.ingest.figures.regions import FoundFigure, find_figures
from mmrag.ingest.layout import fragments
from mmrag.types import BBox

SAME_BOX = 0.5
"""Least intersection over union of a found box with a true one."""
SAME_CAPTION = 0.8
"""Least F1 of the words of two captions."""
COLUMNS = {"boxes": "boxes", "labels": "labels", "captions": "with box", "anywhere": "anywhere"}


class Truth(TypedDict):
    """A line of figures.jsonl, as far as it is read."""

    fig_id: str
    doc: str
    page: int
    kind: str  # "Figure" or "Table"
    label: str
    bbox: list[float]
    caption: str
    source: str  # "human" or "auto"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dataset", type=Path, help="folder with docs/ and figures.jsonl")
    parser.add_argument("--layout", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("--misses", action="store_true", help="list on stderr what was not found")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    recalls: dict[str, Counter[str]] = defaultdict(Counter)
    precision: Counter[str] = Counter()
    seconds = 0.0
    for (name, number), truth in pages(options.dataset).items():
        with pymupdf.open(options.dataset / "docs" / f"{name}.pdf") as document:
            page = document[number - 1]
            begun = time.process_time()
            found = find_figures(page, fragments.read(page).fragments, options.layout)
            seconds += time.process_time() - begun
        for figure in truth:
            marks = score(figure, found)
            for group in ("all", figure["source"], f"{figure['source']} {figure['kind'].lower()}"):
                recalls[group].update(figures=1, **marks)
            if options.misses and not (marks["boxes"] and marks["captions"]):
                print(miss(figure, found, marks), file=sys.stderr)
        if not any(figure["source"] == "auto" for figure in truth):
            precision.update(found=len(found), right=sum(is_true(f, truth) for f in found))
    report = {
        "recall": {group: percentages(count) for group, count in sorted(recalls.items())},
        "precision": {
            "found": precision["found"],
            "right": precision["right"],
            "precision": percent(precision["right"], precision["found"]),
        },
        "cpu_seconds_per_page": round(seconds / max(len(pages(options.dataset)), 1), 3),
    }
    print(json.dumps(report, indent=2) if options.json else text(report))


def pages(dataset: Path) -> dict[tuple[str, int], list[Truth]]:
    """The true figures by document and page."""
    lines = (dataset / "figures.jsonl").read_text(encoding="utf-8").splitlines()
    figures: Iterable[Truth] = map(json.loads, lines)
    grouped: dict[tuple[str, int], list[Truth]] = defaultdict(list)
    for figure in sorted(figures, key=lambda figure: (figure["doc"], figure["page"])):
        grouped[figure["doc"], figure["page"]].append(figure)
    return grouped


def score(truth: Truth, found: list[FoundFigure]) -> dict[str, bool]:
    """What of one true figure is among those found on its page."""
    best = nearest(truth, found)
    hit = best is not None and overlap(best, truth) >= SAME_BOX
    return {
        "boxes": hit,
        "labels": hit and best is not None and best.label.split()[-1:] == [truth["label"]],
        "captions": hit and best is not None and same_caption(best, truth),
        "anywhere": any(same_caption(figure, truth) for figure in found),
    }


def nearest(truth: Truth, found: list[FoundFigure]) -> FoundFigure | None:
    return max(found, key=lambda figure: overlap(figure, truth), default=None)


def overlap(figure: FoundFigure, truth: Truth) -> float:
    x0, y0, x1, y1 = truth["bbox"]
    return boxes.iou(figure.bbox, (x0, y0, x1, y1))


def is_true(figure: FoundFigure, truth: list[Truth]) -> bool:
    return any(overlap(figure, one) >= SAME_BOX for one in truth)


def same_caption(figure: FoundFigure, truth: Truth) -> bool:
    return word_f1(figure.caption, truth["caption"]) >= SAME_CAPTION


def word_f1(found: str, truth: str) -> float:
    """Harmonic mean of precision and recall of the words, 0 to 1."""
    one, other = (Counter(words(text)) for text in (found, truth))
    common = sum((one & other).values())
    return 2 * common / (sum(one.values()) + sum(other.values())) if common else 0.0


def words(text: str) -> list[str]:
    """The words of a caption in small letters; those that a line end parts are joined."""
    return re.findall(r"\w+", re.sub(r"(?<=[a-z])-\s+(?=[a-z])", "", text.lower()))


def percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def percentages(count: Counter[str]) -> dict[str, float]:
    return {"figures": count["figures"]} | {
        name: percent(count[name], count["figures"]) for name in COLUMNS
    }


def miss(truth: Truth, found: list[FoundFigure], marks: dict[str, bool]) -> str:
    """One line on a figure that was not found, or whose caption was not."""
    best = nearest(truth, found)
    wrong = [COLUMNS[name] for name, right in marks.items() if not right]
    return (
        f"{truth['fig_id']}: missed {', '.join(wrong)}; box {rounded(truth['bbox'])}, "
        f"nearest IoU {overlap(best, truth) if best else 0:.2f}, "
        f"caption {best.caption[:60] if best else ''!r} for {truth['caption'][:60]!r}; "
        f"found {[(figure.label or figure.kind, rounded(figure.bbox)) for figure in found]}"
    )


def rounded(box: BBox | list[float]) -> list[int]:
    return [round(value) for value in box]


def text(report: dict) -> str:
    """The report as a table, with the rules that it counts by."""
    rows = [
        f"boxes: IoU >= {SAME_BOX}; captions: word F1 >= {SAME_CAPTION}, with their box or anywhere"
        " on the page",
        f"{'':<14}{'figures':>8}" + "".join(f"{name + ' %':>12}" for name in COLUMNS.values()),
    ]
    for group, row in report["recall"].items():
        rates = "".join(f"{row[name]:>12}" for name in COLUMNS)
        rows.append(f"{group:<14}{row['figures']:>8}{rates}")
    right = report["precision"]
    rows.append(
        f"precision {right['precision']} %: {right['right']} of {right['found']} figures found on "
        "pages without automatic labels"
    )
    rows.append(f"{report['cpu_seconds_per_page']} s of CPU a page")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
