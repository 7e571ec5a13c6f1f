"""Compares the text of each page with what a second reader, PDFium, finds in it.

    python tests/second_reader.py ../shared/data/pages-dev/docs --pages 6

Prints every page marked ok that holds less than 85 % of the second reader's letters and digits,
then a line of totals. OCR is off: pages that need it are noted, and are not compared.
"""

import argparse
import json
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmrag.config import IngestSettings
from mmrag.ids import document_id, file_sha256
from mmrag.ingest.events import FileParsed, ParseTask
from mmrag.ingest.sandbox.pool import parse_files

MIN_SHARE = 0.85
"""Of the second reader's letters and digits: with less, a page has lost text without a word."""
_MIN_CHARS = 20  # that the second reader finds: of fewer, one letter decides
_MIN_LETTERS = 0.4  # of what the second reader finds: with fewer letters it read codes, not text
_TIMEOUT_S = 60  # of the second reader for one file, which may hang on odd ones
_READ = """
import json, sys, pypdfium2
document = pypdfium2.PdfDocument(sys.argv[1])
pages = (document[at] for at in range(min(len(document), int(sys.argv[2]))))
print(json.dumps([page.get_textpage().get_text_bounded() for page in pages]))
"""


@dataclass(frozen=True)
class Compared:
    """One page: the share of the second reader's characters that mmrag has; what mmrag notes."""

    file: str
    page: int
    chars: int
    share: float
    is_noted: bool

    @property
    def is_lost(self) -> bool:
        return self.share < MIN_SHARE and not self.is_noted


def compare(files: Sequence[Path], pages: int) -> Iterator[Compared]:
    """The first `pages` pages of each file that both can read."""
    hashes = {path: file_sha256(path) for path in files}
    tasks = (ParseTask(path, sha256, document_id(sha256)) for path, sha256 in hashes.items())
    settings = IngestSettings(workers=1, layout="never", max_pages=pages)
    for event in parse_files(tasks, settings, None, lambda _: None):
        if not isinstance(event, FileParsed):
            continue
        noted = {problem.page for problem in event.document.document.problems}
        for page, other in zip(event.document.pages, _second(event.path, pages), strict=False):
            wanted = _characters(other)
            said = sum(not char.isspace() for char in other)
            if wanted.total() >= max(_MIN_CHARS, _MIN_LETTERS * said):
                found = (wanted & _characters(page.text)).total() / wanted.total()
                is_noted = page.number in noted
                yield Compared(event.path.name, page.number, wanted.total(), found, is_noted)


def _second(path: Path, pages: int) -> list[str]:
    """The texts of the pages as PDFium finds them; none where it cannot."""
    command = [sys.executable, "-c", _READ, str(path), str(pages)]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return []
    return list(json.loads(run.stdout)) if run.returncode == 0 else []


def _characters(text: str) -> Counter[str]:
    return Counter(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=6, help="of each file")
    options = parser.parse_args()
    every = list(compare(sorted(options.folder.glob("*.pdf")), options.pages))
    lost = [page for page in every if page.is_lost]
    for page in lost:
        print(f"{page.file} page {page.page}: {page.share:.0%} of {page.chars} characters")
    noted = sum(page.share < MIN_SHARE and page.is_noted for page in every)
    print(f"{len(every)} pages, {len(lost)} hold too little, {noted} more are noted")


if __name__ == "__main__":
    main()
