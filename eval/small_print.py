"""How well a scanned sheet is read by the size of its type: F1 over words.

    python eval/small_print.py

The lines of `corpora/languages/docs/orvel-en.pdf` are set on a sheet of A4, drawn at 200 dpi in
grey with the noise of a scanner, and read as `mmrag vision ocr` reads them. The last size is that
of a ticket, a third of the sheet, at 300 dpi.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pymupdf
from bench import machine
from PIL import Image
from receipts import word_f1

from mmrag import Vision

DOCUMENT = Path(__file__).parent.parent / "corpora" / "languages" / "docs" / "orvel-en.pdf"
SHEETS = [(points, 200, 595, 842) for points in (5, 6, 7, 8, 10)] + [(6, 300, 245, 341)]
"""Type and resolution, and the sides of the sheet in points."""
NOISE = 12  # of 255, standard deviation


def main() -> None:
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    print(f"machine: {machine()}")
    with pymupdf.open(DOCUMENT) as document:
        words = " ".join(page.get_text() for page in document).split()
    with Vision.open("embedded", cache=False) as vision, tempfile.TemporaryDirectory() as folder:
        for points, dpi, width, height in SHEETS:
            path = Path(folder) / "scan.png"
            said = scanned(words, points, dpi, (width, height), path)
            score = word_f1([(said, vision.ocr(path, "document").text)])
            print(f"{points} points, {dpi} dpi, {width} x {height} points: {score:.1%}", flush=True)


def scanned(words: list[str], points: int, dpi: int, size: tuple[int, int], path: Path) -> str:
    """Write the picture of a sheet with as many words as fit; they are returned."""
    with pymupdf.open() as document:
        page = document.new_page(width=size[0], height=size[1])
        font = pymupdf.Font("tiro")
        line, rest, said = "", list(words), []
        for top in np.arange(40, size[1] - 40, 1.4 * points):
            while rest and font.text_length(f"{line} {rest[0]}", points) < size[0] - 60:
                line = f"{line} {rest.pop(0)}"
            page.insert_text((30, top), line, fontsize=points, fontname="tiro")
            said.append(line)
            line = ""
        pixels = page.get_pixmap(dpi=dpi, colorspace="gray")
    grey = np.frombuffer(pixels.samples, np.uint8).reshape(pixels.height, pixels.width)
    noise = np.random.default_rng(0).normal(0, NOISE, grey.shape)
    image = Image.fromarray((grey + noise).clip(0, 255).astype(np.uint8))
    image.save(path, dpi=(dpi, dpi))
    return " ".join(said)


if __name__ == "__main__":
    main()
