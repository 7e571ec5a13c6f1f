"""Pages found by their many vectors, all compared and by LanceDB's index: see `eval/SCALE.md`.

    python eval/pages_at_size.py --count 4000

Synthetic pages of 64 vectors of 128 dimensions around topics that are as unequally frequent as
words; a question has 16 vectors near those of one page. Recall is that of what comparing all finds.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from bench import folder_bytes, machine
from scale import document_of

from mmrag import ids
from mmrag.config import LateSettings, StoreSettings
from mmrag.retrieve.late_interaction import LateInteraction
from mmrag.retrieve.query import Query
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.store.vector_store import open_page_index
from mmrag.types import Float32, Page, Space

DIMENSION, VECTORS, ASKED, TOPICS = 128, 64, 16, 2000
PER_DOCUMENT, QUESTIONS, K = 50, 40, 10
NOISE, NEAR = 0.7, 0.08  # of a page around its topics, and of a question around its page
SPACE = Space("synthetic", "0" * 64, "multi-vector, pooled by 1", DIMENSION)
LANCE = StoreSettings(vectors="lancedb")


class Drawn:
    """Pages and questions that are drawn at random."""

    space = SPACE

    def __init__(self) -> None:
        self._draw = np.random.default_rng(0)
        self._topics = self._draw.normal(size=(TOPICS, DIMENSION))
        share = 1 / np.arange(1, TOPICS + 1)
        self._share = share / share.sum()
        self.question = np.empty(0, np.float32)

    def page(self) -> Float32:
        chosen = self._topics[self._draw.choice(TOPICS, VECTORS, p=self._share)]
        return _unit(chosen + NOISE * self._draw.normal(size=chosen.shape))

    def near(self, page: Float32) -> Float32:
        chosen = page[self._draw.choice(VECTORS, ASKED, replace=False)]
        return _unit(chosen + NEAR * self._draw.normal(size=chosen.shape))

    def encode_query(self, text: str) -> Float32:
        return self.question


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=4000, help="pages")
    options = parser.parse_args()
    print(f"machine: {machine()}; {options.count} pages", flush=True)
    drawn = Drawn()
    with (
        tempfile.TemporaryDirectory(prefix="mmrag-pages-") as folder,
        Catalog.create(IndexLayout(Path(folder))) as catalog,
    ):
        kept = fill(catalog, drawn, options.count)
        asked = [drawn.near(page) for page in kept]
        compared = LateSettings(finds=K, compared_pages=options.count)
        exact = ask("all compared", LateInteraction(catalog, lambda: drawn, compared), drawn, asked)
        before, began, clock = folder_bytes(Path(folder)), time.process_time(), time.monotonic()
        index = open_page_index(catalog, LANCE)
        assert index is not None
        index.publish()
        print(
            f"index made in {time.process_time() - began:.0f} s ({time.monotonic() - clock:.0f} s "
            f"clock), {(folder_bytes(Path(folder)) - before) / 1e6:.0f} MB",
            flush=True,
        )
        proposing = LateSettings(finds=K, compared_pages=1)
        late = LateInteraction(catalog, lambda: drawn, proposing, lambda: index)
        found = ask("by the index", late, drawn, asked)
        right = sum(len({*own} & {*best}) for own, best in zip(found, exact, strict=True))
        print(f"recall@{K} {right / sum(map(len, exact)):.3f}", flush=True)
        add(catalog, drawn, options.count // PER_DOCUMENT, 20)
        began, clock = time.process_time(), time.monotonic()
        index.publish()
        print(
            f"one document of 20 pages more: {time.process_time() - began:.2f} s "
            f"({time.monotonic() - clock:.2f} s clock)"
        )


def fill(catalog: Catalog, drawn: Drawn, count: int) -> list[Float32]:
    """Store pages with their vectors; some of them, to be asked for."""
    kept: list[Float32] = []
    for number in range(count // PER_DOCUMENT):
        kept.append(add(catalog, drawn, number, PER_DOCUMENT))
    return kept[:: max(1, len(kept) // QUESTIONS)][:QUESTIONS]


def add(catalog: Catalog, drawn: Drawn, number: int, pages: int) -> Float32:
    """Store a document; the vectors of its first page."""
    document = document_of(number)
    names = [ids.page_id(document.id, at) for at in range(1, pages + 1)]
    rows = [drawn.page() for _ in names]
    with catalog.transaction():
        catalog.documents.insert(document)
        catalog.pages.insert(
            Page(name, document.id, at, 600, 800, "", "pdf") for at, name in enumerate(names, 1)
        )
        catalog.page_vectors.put(names, rows, SPACE, 8)
    return rows[0]


def ask(name: str, late: LateInteraction, drawn: Drawn, asked: list[Float32]) -> list[list[str]]:
    """The best pages for each question, and how long it took."""
    took: list[float] = []
    found: list[list[str]] = []
    for own in asked:
        drawn.question = own
        began = time.process_time()
        ranked, _ = late.reranked(Query("a question", unit="page"), [])
        took.append(1000 * (time.process_time() - began))
        found.append([item.unit for item in ranked[:K]])
    print(f"{name}: CPU p50 {statistics.median(took):.0f} ms, worst {max(took):.0f} ms", flush=True)
    return found


def _unit(rows: np.ndarray) -> Float32:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


if __name__ == "__main__":
    main()
