"""How well types of documents are told, on pages that were labelled by hand.

    python eval/documents.py ../shared/data --half dev

`document_types.tsv` has a line a page: its file below the folder, the number of the page, and its
type as a person told it from its picture. Each file belongs to one half by the hash of its name:
rules are made on `dev`, and `test` is for this table alone.
"""

import argparse
import hashlib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Literal

from mmrag import Vision
from mmrag.readings import PictureSource
from mmrag.vision.document import DocumentLook, DocumentResult

LABELS = Path(__file__).with_name("document_types.tsv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("dev", "test"), default="dev")
    parser.add_argument("--misses", action="store_true", help="Show each page that is wrong.")
    options = parser.parse_args()
    labels = {
        PictureSource(f"{file}#{page}", options.folder / file, int(page)): kind
        for file, page, kind in (line.split("\t") for line in LABELS.read_text().splitlines())
        if half(file) == options.half and (options.folder / file).is_file()
    }
    right: dict[str, Counter[bool]] = defaultdict(Counter)
    with Vision.open("embedded") as vision:
        for outcome in vision.batch(DocumentLook("embedded")).run(labels):
            wanted = labels[outcome.source]
            found = outcome.result
            told = found.type if isinstance(found, DocumentResult) else "unknown"
            right[wanted][told == wanted] += 1
            if options.misses and told != wanted:
                reason = found.reason if isinstance(found, DocumentResult) else outcome.problem
                print(f"{outcome.source.name}: {told} for {wanted} ({reason})")
    for kind, counts in sorted(right.items()):
        print(f"{kind:<18} {counts[True]:>3} of {counts.total():>3}")
    every = sum((counts for counts in right.values()), Counter[bool]())
    mean = sum(counts[True] / counts.total() for counts in right.values()) / len(right)
    print(f"{options.half}: {every[True] / every.total():.1%} of {every.total()} pages, "
          f"{mean:.1%} on average of the types")  # fmt: skip


def half(file: str) -> Literal["dev", "test"]:
    """Pages of one file are in one half."""
    return "test" if hashlib.sha256(file.encode()).digest()[0] % 2 else "dev"


if __name__ == "__main__":
    main()
