"""How well text is read in pictures as they are, turned and skewed, beside rapidocr alone.

    python eval/ocr.py ../shared/data/receipts-dev --every 3

The folder has `img/*.jpg` and `box/*.csv` (four corners and the text of a line: SROIE, task 2). F1
over words, without regard to order and case. rapidocr alone: its own defaults, with the classifier
of its lines that turns them by 180 degrees.
"""

import argparse
import tempfile
import time
from pathlib import Path

import rapidocr
from PIL import Image
from receipts import truth, word_f1

from mmrag import Vision

COPIES = {"as it is": 0.0, "turned 90": 90.0, "turned 180": 180.0, "skewed 3": 3.0, "skewed 7": 7.0}
"""Degrees by which a copy is turned to the left; those skewed are laid on white."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="Only each so many-th picture.")
    parser.add_argument("--copy", action="append", choices=COPIES, help="Only these; repeatable.")
    options = parser.parse_args()
    pictures = sorted((options.folder / "img").glob("*.jpg"))[:: options.every]
    alone = rapidocr.RapidOCR(params={"Global.log_level": "critical"})
    print(f"{len(pictures)} pictures\n{'':<12}{'mmrag':>8}{'rapidocr':>10}{'s':>7}{'s':>7}")
    with Vision.open("embedded") as vision, tempfile.TemporaryDirectory() as folder:
        for name in options.copy or COPIES:
            degrees = COPIES[name]
            read: list[tuple[str, str, str]] = []
            seconds = [0.0, 0.0]
            for picture in pictures:
                copy = Path(folder) / f"{picture.stem}-{degrees:g}.png"
                with Image.open(picture) as image:
                    image.convert("RGB").rotate(degrees, expand=True, fillcolor="white").save(copy)
                started = time.monotonic()
                ours = vision.ocr(copy, "receipt").text
                between = time.monotonic()
                theirs = " ".join(alone(str(copy)).txts or ())
                seconds[0] += between - started
                seconds[1] += time.monotonic() - between
                wanted = truth(options.folder / "box" / f"{picture.stem}.csv")
                read.append((wanted.upper(), ours.upper(), theirs.upper()))
            one, other = (word_f1((a[0], a[place]) for a in read) for place in (1, 2))
            print(f"{name:<12}{one:>8.1%}{other:>10.1%}"
                  f"{seconds[0] / len(pictures):>7.1f}"
                  f"{seconds[1] / len(pictures):>7.1f}")  # fmt: skip


if __name__ == "__main__":
    main()
