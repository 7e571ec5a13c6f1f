"""Recall of figures whose pictures are the queries: as they are, cropped, turned, made small.

    python eval/pictures.py ../shared/data/figures-dev [--every 3] [--change "turned by 90 degrees"]

Each labelled figure is cut out of its page anew, at another resolution than the index has, changed,
and searched for among all figures of the index. It is found at rank k when one of the first k hits
lies on its page with an IoU of 0.5 or more with its box.
"""

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pymupdf
from PIL import Image

from mmrag import boxes
from mmrag.evaluate import datasets
from mmrag.evaluate.datasets import BoxTruth
from mmrag.index import Index
from mmrag.retrieve.query import Query
from mmrag.types import Hit

DPI = 100
"""Of the queries; the index has its crops at 150."""
SAME_BOX = 0.5
RANKS = (1, 5)
Change = Callable[[Image.Image], Image.Image]


def cropped(share: float) -> Change:
    """Without this share of its width and height on each of its four sides."""

    def crop(picture: Image.Image) -> Image.Image:
        x, y = (round(side * share) for side in picture.size)
        return picture.crop((x, y, picture.width - x, picture.height - y))

    return crop


CHANGES: Mapping[str, Change] = {
    "as it is": lambda picture: picture,
    "7 % cut off each side": cropped(0.07),
    "15 % cut off each side": cropped(0.15),
    "25 % cut off each side": cropped(0.25),
    "turned by 90 degrees": lambda picture: picture.transpose(Image.Transpose.ROTATE_90),
    "turned by 180 degrees": lambda picture: picture.transpose(Image.Transpose.ROTATE_180),
    "half as large": lambda picture: picture.reduce(2),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--indexes", type=Path, default=Path("indexes"), help="holds eval-NAME")
    parser.add_argument("--every", type=int, default=1, help="asks for one figure in so many")
    parser.add_argument("--change", action="append", choices=CHANGES, help="this change alone")
    options = parser.parse_args()
    dataset = datasets.load(options.dataset)
    truths = list(dict.fromkeys(box for question in dataset.questions for box in question.boxes))
    asked = [(truth, cut_out(options.dataset, truth)) for truth in truths[:: options.every]]
    with Index.open(options.indexes / f"eval-{dataset.name}") as index:
        heading = f"{len(asked)} figures"
        print(f"{heading:<32}" + "".join(f"{f'recall@{k}':>12}" for k in RANKS))
        for name in options.change or CHANGES:
            change, begun = CHANGES[name], time.perf_counter()
            ranks = [rank(index, truth, change(picture)) for truth, picture in asked]
            seconds = (time.perf_counter() - begun) / len(asked)
            shares = (100 * sum(found <= k for found in ranks) / len(asked) for k in RANKS)
            print(
                f"{name:<24}" + "".join(f"{share:>12.1f}" for share in shares), f"{seconds:.2f} s"
            )


def cut_out(dataset: Path, truth: BoxTruth) -> Image.Image:
    with pymupdf.open(dataset / "docs" / f"{truth.document}.pdf") as document:
        shown = document[truth.page - 1].get_pixmap(dpi=DPI, clip=pymupdf.Rect(truth.bbox))
        return Image.frombytes("RGB", (shown.width, shown.height), shown.samples)


def rank(index: Index, truth: BoxTruth, picture: Image.Image) -> float:
    """The rank of the figure among those found; endless where it is not."""
    hits = index.searcher.search(Query(image=picture, unit="figure", k=max(RANKS))).hits
    return next((hit.rank for hit in hits if is_true(hit, truth)), float("inf"))


def is_true(hit: Hit, truth: BoxTruth) -> bool:
    return (
        Path(hit.path).stem == truth.document
        and hit.page == truth.page
        and hit.bbox is not None
        and boxes.iou(hit.bbox, truth.bbox) >= SAME_BOX
    )


if __name__ == "__main__":
    main()
