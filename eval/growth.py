"""What a run costs that has little to do, in indexes of more and more documents.

    python eval/growth.py 1000 10000

The documents are small files of text that are put into the index as they would be read. Then each
run is measured in CPU seconds of all processes: nothing to do, one file more, one file less.
"""

import resource
import sys
import tempfile
from pathlib import Path

import numpy as np

from mmrag import ids
from mmrag.index import Index
from mmrag.models import Models
from mmrag.pipeline.plan import source_of
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.store.vector_store import open_vector_store
from mmrag.types import Document, Page, ParsedDocument, Passage, Space, VectorBatch


def main(counts: list[int]) -> None:
    with Models.open("fast") as models:
        space = models.text_encoder().space
    print("| documents | nothing to do, CPU s | one more | one less |")
    print("|---|---|---|---|")
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="mmrag-growth-") as scratch:
            docs, root = Path(scratch) / "docs", Path(scratch) / "index"
            make(docs, root, count, space)
            with Index.open(root, "fast") as index:
                settled = spent(index, docs)  # what is derived is made
                nothing = spent(index, docs)
                (docs / "new.txt").write_text("The new ferry leaves at nine.")
                more = spent(index, docs)
                (docs / "00000.txt").unlink()
                less = spent(index, docs)
        print(f"| {count:,} | {nothing:.2f} (first {settled:.2f}) | {more:.2f} | {less:.2f} |")


def make(docs: Path, root: Path, count: int, space: Space) -> None:
    """Files, and an index that holds them."""
    random = np.random.default_rng(1)
    docs.mkdir()
    with Catalog.create(IndexLayout(root)) as catalog:
        for number in range(count):
            path = docs / f"{number:05}.txt"
            path.write_text(f"The ferry of day {number} carried {7 * number} cars.")
            parsed = read(path)
            row = random.standard_normal((1, space.dimension)).astype(np.float32)
            row /= np.linalg.norm(row)
            names = (parsed.passages[0].id,)
            batch = VectorBatch("passage", names, row, space)
            catalog.put(parsed, [], [batch], source_of(path))
        open_vector_store(catalog).publish()


def read(path: Path) -> ParsedDocument:
    """A file as a document of one page and passage."""
    text, sha256 = path.read_text(), ids.file_sha256(path)
    name = ids.document_id(sha256, 16)
    page = ids.page_id(name, 1)
    passage = Passage(ids.passage_id(page, 1), page, 0, len(text), text)
    return ParsedDocument(
        Document(name, str(path), sha256, path.stem, 1, is_named=True, keeps_pictures=False),
        (Page(page, name, 1, 595.0, 842.0, text, "pdf"),),
        (),
        (passage,),
    )


def spent(index: Index, docs: Path) -> float:
    """CPU seconds of one run, those of its workers with them."""
    before = used()
    report = index.add(docs)
    assert report.complete, report
    return used() - before


def used() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(r.ru_utime + r.ru_stime for r in map(resource.getrusage, kinds))


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]] or [1_000, 10_000])
