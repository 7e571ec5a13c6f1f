"""How well the fields and the text of receipts are read: the protocol of SROIE (ICDAR 2019).

    python eval/receipts.py ../shared/data/receipts-dev

The folder has `img/*.jpg`, `key/*.json` (company, date, address, total) and `box/*.csv` (four
corners and the text of a line). A field counts as right where it is the same text (task 3), in
capitals, as the truth is written; beside it stands the share that is the same but for spaces and
marks. OCR: character and word error rates of the text in reading order (jiwer), which also count
rows that were boxed in another order, and F1 over words (task 2), which does not. With
`--truth-lines` fields are read from the lines of the truth, to see the rules without OCR.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import jiwer

from mmrag import Vision
from mmrag.readings import PageReading
from mmrag.types import FormField, Page, ReadLine, TextPiece
from mmrag.vision.fields import by_rules

FIELDS = ("company", "date", "address", "total")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--profile", default="embedded")
    parser.add_argument("--truth-lines", action="store_true", help="Without OCR.")
    parser.add_argument("--misses", action="store_true", help="Show each field that is wrong.")
    options = parser.parse_args()
    names = sorted(path.stem for path in (options.folder / "key").glob("*.json"))
    exact: Counter[str] = Counter()
    loose: Counter[str] = Counter()
    told: Counter[str] = Counter()
    texts: list[tuple[str, str]] = []
    started = time.monotonic()
    with Vision.open(options.profile) as vision:
        for name in names:
            picture = options.folder / "img" / f"{name}.jpg"
            keys = json.loads((options.folder / "key" / f"{name}.json").read_text())
            boxes = options.folder / "box" / f"{name}.csv"
            if options.truth_lines:
                values = by_rules(truth_reading(boxes), FIELDS).values
            else:
                values = vision.fields(picture, FIELDS).values
            for field in FIELDS:
                told[field] += values[field] != "N/A"
                exact[field] += values[field].upper() == keys[field].upper()
                same = plain(values[field]) == plain(keys[field])
                loose[field] += same
                if options.misses and not same:
                    print(f"{name} {field}: {values[field]!r} for {keys[field]!r}")
            if not options.truth_lines:
                texts.append((truth(boxes).upper(), vision.ocr(picture).text.upper()))
    seconds = time.monotonic() - started
    print(f"{len(names)} receipts, {seconds / len(names):.1f} s each\n")
    print("field     exact F1   but for case, spaces and marks")
    for field in FIELDS:
        print(f"{field:<9} {f1(exact[field], told[field], len(names)):>8.1%} "
              f"{f1(loose[field], told[field], len(names)):>10.1%}")  # fmt: skip
    if not texts:
        return
    truths, reads = zip(*texts, strict=True)
    print(f"\nOCR: word F1 {word_f1(texts):.1%}, characters wrong "
          f"{jiwer.cer(list(truths), list(reads)):.1%}, words wrong "
          f"{jiwer.wer(list(truths), list(reads)):.1%}")  # fmt: skip


def truth(boxes: Path) -> str:
    """All text, in the order in which it was boxed."""
    return " ".join(line.text for line in truth_reading(boxes).lines)


def truth_reading(boxes: Path) -> PageReading:
    """The lines of the truth as a page that was read, in pixels."""
    lines = []
    for row in boxes.read_text("utf-8", "replace").splitlines():
        if row.count(",") > 7:
            *corners, text = row.split(",", 8)
            across, down = (list(map(float, corners[axis::2])) for axis in (0, 1))
            box = (min(across), min(down), max(across), max(down))
            piece = TextPiece(text, box)
            lines.append(ReadLine(text, box, box[3] - box[1], False, 0, (piece,)))
    width, height = (max(line.bbox[side] for line in lines) for side in (2, 3))
    return as_read(lines, Page("0" * 8 + "-p0001", "0" * 8, 1, width, height, "", "ocr"))


def as_read(lines: Iterable[ReadLine], page: Page, fields: Iterable[FormField] = ()) -> PageReading:
    """A page of which nothing but lines and fields was read."""
    return PageReading("", "", 1, page, tuple(lines), tuple(fields), (), (), {}, (), None)


def plain(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def word_f1(pairs: Iterable[tuple[str, str]]) -> float:
    """Over the words of truths and of what was read of them, without regard to order."""
    counted = [(Counter(truth.split()), Counter(read.split())) for truth, read in pairs]
    right = sum((wanted & given).total() for wanted, given in counted)
    return f1(
        right,
        sum(given.total() for _, given in counted),
        sum(wanted.total() for wanted, _ in counted),
    )


def f1(right: int, given: int, wanted: int) -> float:
    return 2 * right / (given + wanted) if given + wanted else 0.0


if __name__ == "__main__":
    main()
