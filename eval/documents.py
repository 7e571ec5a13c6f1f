"""How well types of documents are told, on pages that were labelled by hand.

    python eval/documents.py ../shared/data --half dev

`document_types.tsv` has a line a page: its file below the folder, the number of the page, and its
type as a person told it from its picture. Each file belongs to one half by the hash of its name:
rules are made on `dev`, and `test` is for this table alone. With `--text-layer` nothing is read but
the text layers of PDFs, and of receipts the lines of the truth: seconds where the layout model and
OCR take minutes; pages without such lines are left out.
"""

import argparse
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import pymupdf
from receipts import as_read, truth_reading

from mmrag import Vision
from mmrag.readings import PageReading, PictureSource
from mmrag.types import FormField, Page, ReadLine, TextPiece
from mmrag.vision.document import DocumentLook, by_rules
from mmrag.vision.document_types import TYPES

LABELS = Path(__file__).with_name("document_types.tsv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("dev", "test"), default="dev")
    parser.add_argument("--text-layer", action="store_true", help="Neither layout nor OCR.")
    parser.add_argument("--misses", action="store_true", help="Show each page that is wrong.")
    options = parser.parse_args()
    labels = {
        PictureSource(f"{file}#{page}", options.folder / file, int(page)): kind
        for file, page, kind in (line.split("\t") for line in LABELS.read_text().splitlines())
        if half(file) == options.half and (options.folder / file).is_file()
    }
    right: dict[str, Counter[bool]] = defaultdict(Counter)
    for source, told, reason in by_text(labels) if options.text_layer else by_reading(labels):
        wanted = labels[source]
        right[wanted][told == wanted] += 1
        if options.misses and told != wanted:
            print(f"{source.name}: {told} for {wanted} ({reason})")
    for kind, counts in sorted(right.items()):
        print(f"{kind:<18} {counts[True]:>3} of {counts.total():>3}")
    every = sum((counts for counts in right.values()), Counter[bool]())
    mean = sum(counts[True] / counts.total() for counts in right.values()) / len(right)
    print(f"{options.half}: {every[True] / every.total():.1%} of {every.total()} pages, "
          f"{mean:.1%} on average of the types")  # fmt: skip


Told = Iterator[tuple[PictureSource, str, str]]


def by_reading(sources: Iterable[PictureSource]) -> Told:
    """Types and reasons as `mmrag vision document` tells them."""
    with Vision.open("embedded") as vision:
        for outcome in vision.batch(DocumentLook("embedded")).run(sources):
            found = outcome.result
            kind = getattr(found, "type", TYPES[-1])
            yield outcome.source, kind, getattr(found, "reason", outcome.problem)


def by_text(sources: Iterable[PictureSource]) -> Told:
    """Types and reasons by the lines of text layers alone."""
    for source in sources:
        if source.path.suffix == ".jpg":
            reading = truth_reading(source.path.parents[1] / "box" / f"{source.path.stem}.csv")
        else:
            reading = text_layer(source)
        if reading.lines or reading.fields:
            found = by_rules(reading)
            yield source, found.type, found.reason


def text_layer(source: PictureSource) -> PageReading:
    """A page's lines as they stand in the file, and the fields of its form."""
    with pymupdf.open(source.path) as document:
        page = document[source.page - 1]
        lines = []
        for at, block in enumerate(page.get_text("dict")["blocks"]):
            for line in block.get("lines", ()):
                spans = line["spans"]
                text = " ".join("".join(span["text"] for span in spans).split())
                if text:
                    box, size = tuple(line["bbox"]), max(span["size"] for span in spans)
                    bold = all(span["flags"] & pymupdf.TEXT_FONT_BOLD for span in spans)
                    lines.append(ReadLine(text, box, size, bold, at, (TextPiece(text, box),)))
        fields = tuple(
            FormField(item.field_name or "", "", str(item.field_value or ""), tuple(item.rect))
            for item in page.widgets()
        )
        width, height = page.rect.width, page.rect.height
    read = Page("0" * 8 + "-p0001", "0" * 8, source.page, width, height, "", "pdf")
    return as_read(lines, read, fields)


def half(file: str) -> Literal["dev", "test"]:
    """Pages of one file are in one half."""
    return "test" if hashlib.sha256(file.encode()).digest()[0] % 2 else "dev"


if __name__ == "__main__":
    main()
