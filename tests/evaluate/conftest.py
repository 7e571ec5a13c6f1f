"""A dataset of two small documents, and an index of them that finds by words alone."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mmrag import ids
from mmrag.config import RetrieveSettings
from mmrag.retrieve.search import Searcher
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.store.sources import SourceFile
from mmrag.store.vector_store import open_vector_store
from mmrag.types import Document, Figure, Page, ParsedDocument, Passage, Space, VectorBatch

TEXTS = {
    "apples": ["Apples are red", "Pears are green", "A table of prices"],
    "boats": ["Boats are fast", "Sails are white"],
}
QUERIES = [
    {"qid": "q1", "query": "red apples?", "doc": "apples", "type": "colour"},
    {"qid": "q2", "query": "x", "query_clean": "white sails", "doc_id": "boats", "scope": "doc",
     "evidence_sources": "['Chart', 'Pure-text (Plain-text)']"},
    {"qid": "q3", "query": "prices", "doc": "apples", "scope": "corpus", "type": "price"},
]  # fmt: skip
QRELS = "q1\t0\tapples#1\t2\nq2\t0\tboats#2\t1\nq3\t0\tapples#3\t1\nq3\t0\tapples#2\t0\n"
REGIONS = [{"qid": "q3", "doc": "apples", "page": 3, "bbox": [10, 10, 110, 110]}]


class Flat:
    """Every text has the same vector: the passage channel tells nothing."""

    space = Space("flat", "0" * 64, "none", 2)

    def encode(self, texts):
        return np.tile(np.array([1, 0], np.float32), (len(texts), 1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "fruit"
    (path / "docs").mkdir(parents=True)
    for name in TEXTS:
        (path / "docs" / f"{name}.pdf").touch()
    write(path / "queries.jsonl", QUERIES)
    (path / "qrels.tsv").write_text(QRELS)
    write(path / "qrels_regions.jsonl", REGIONS)
    return path


def write(path: Path, rows: list[dict]) -> None:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))


@pytest.fixture
def write_rows():
    return write


def parsed(name: str) -> ParsedDocument:
    """One passage a page; the last page of `apples` has a table at 20, 10 to 110, 110."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    document = ids.document_id(digest)
    pages = [
        Page(ids.page_id(document, number), document, number, 600, 800, text, "pdf")
        for number, text in enumerate(TEXTS[name], start=1)
    ]
    passages = [
        Passage(ids.passage_id(page.id, 1), page.id, 0, len(page.text), page.text) for page in pages
    ]
    figures = (
        [
            Figure(
                ids.figure_id(pages[2].id, 1), pages[2].id, 1, (20, 10, 110, 110), "table", "Prices"
            )
        ]
        if name == "apples"
        else []
    )
    return ParsedDocument(
        Document(document, f"/docs/{name}.pdf", digest, name, len(pages)),
        tuple(pages),
        tuple(figures),
        tuple(passages),
    )


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog.create(IndexLayout(tmp_path / "index")) as catalog:
        for name in TEXTS:
            made = parsed(name)
            texts = Flat().encode([passage.text for passage in made.passages])
            names = tuple(passage.id for passage in made.passages)
            batch = VectorBatch("passage", names, texts, Flat.space)
            catalog.put(made, [], [batch], SourceFile(made.document.path, 1, 1))
        yield catalog


@pytest.fixture
def searcher(catalog: Catalog) -> Searcher:
    vectors = open_vector_store(catalog)
    return Searcher(
        catalog, vectors, Flat, lambda: None, RetrieveSettings(), pictures=lambda names: {}
    )
