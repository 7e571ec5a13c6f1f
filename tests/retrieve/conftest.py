"""A small report in an index, and encoders whose vectors a person can predict."""

import hashlib
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mmrag import ids
from mmrag.config import RetrieveSettings
from mmrag.retrieve.search import Searcher
from mmrag.store.catalog import Catalog
from mmrag.store.item_pictures import ItemPictures
from mmrag.store.layout import IndexLayout
from mmrag.store.sources import SourceFile
from mmrag.store.vector_store import open_vector_store
from mmrag.types import (
    Description,
    Document,
    Figure,
    Page,
    ParsedDocument,
    Passage,
    Space,
    VectorBatch,
)

DIMENSION = 512


class WordHash:
    """Each word counts in one of 512 places, so that texts are near that share words."""

    space = Space("word-hash", "0" * 64, "lower", DIMENSION)

    def __init__(self) -> None:
        self.calls = 0

    def encode(self, texts):
        self.calls += 1
        rows = np.zeros((len(texts), DIMENSION), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row[zlib.crc32(word.encode()) % DIMENSION] += 1
            row[0] += 1e-3
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class Colours:
    """Pictures are their mean colour; texts the colours they name; a text has three words."""

    space = Space("colours", "0" * 64, "rgb", 3)
    text_space = None
    names = ("red", "green", "blue")

    def encode_images(self, images):
        rows = [np.asarray(image.convert("RGB"), np.float32).mean(axis=(0, 1)) for image in images]
        matrix = np.array(rows, np.float32) + 1
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)

    def encode_texts(self, texts):
        assert all(len(text.split()) <= 3 for text in texts)
        rows = [[1 + 254 * (name in text.split()) for name in self.names] for text in texts]
        matrix = np.array(rows, np.float32)
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)

    def split(self, text):
        words = text.split()
        return [" ".join(words[at : at + 3]) for at in range(0, len(words), 3)]


def report(path: str, pages: dict[int, dict]) -> ParsedDocument:
    """A document of as many pages as the highest number; a line is a passage."""
    digest = hashlib.sha256(path.encode()).hexdigest()
    name = ids.document_id(digest)
    made, figures, passages = [], [], []
    for number in range(1, max(pages) + 1):
        content = pages.get(number, {})
        page = ids.page_id(name, number)
        text = content.get("text", "")
        label = content.get("label", "")
        picture = hashlib.sha256(f"picture {number}".encode()).hexdigest()
        made.append(Page(page, name, number, 600, 800, text, "pdf", picture, label))
        start = 0
        for line in text.splitlines(keepends=True):
            if line.strip():
                item = ids.passage_id(page, len([p for p in passages if p.page_id == page]) + 1)
                end = start + len(line.rstrip("\n"))
                passages.append(Passage(item, page, start, end, text[start:end], ("Report",)))
            start += len(line)
        for ordinal, figure in enumerate(content.get("figures", ()), start=1):
            box = (10.0, 10.0 * ordinal, 300.0, 10.0 * ordinal + 8)
            item = ids.figure_id(page, ordinal)
            figures.append(
                replace(Figure(item, page, ordinal, box, "chart", picture=f"crop {item}"), **figure)
            )
    document = Document(name, path, digest, Path(path).stem, len(made))
    return ParsedDocument(document, tuple(made), tuple(figures), tuple(passages))


def put(catalog: Catalog, parsed: ParsedDocument, texts=None, images=None, colours=None) -> None:
    """Store a document; `colours` are rows of the image channel by page number."""
    told = [Description(f.id, f"A chart: {f.caption}", "extracted") for f in parsed.figures]
    batches = []
    if texts is not None:
        items = {"passage": [(p.id, p.text) for p in parsed.passages]}
        items["description"] = [(d.figure_id, d.text) for d in told]
        for channel, pairs in items.items():
            if pairs:
                rows = texts.encode([text for _, text in pairs])
                names = tuple(item for item, _ in pairs)
                batches.append(VectorBatch(channel, names, rows, texts.space))
    if images is not None:
        rows = images.encode_texts([colours[page.number] for page in parsed.pages])
        names = tuple(page.id for page in parsed.pages)
        batches.append(VectorBatch("image", names, rows, images.space))
    catalog.put(parsed, told, batches, SourceFile(parsed.document.path, 1, 1))


ANNUAL = {
    1: {"text": "Annual report of Acme\nThe board thanks all shareholders"},
    2: {
        "text": "Revenue grew to 80 million in 2021\nStaff numbers were stable\n2",
        "figures": [
            {"caption": "Figure 1: Turnover by region, north and south", "label": "Figure 1"},
            {"caption": "Table II. Dividends per share", "label": "Table II", "kind": "table"},
        ],
    },
    3: {"text": "The C++ (2019) toolchain was replaced\nOutlook: we expect revenue to fall\n2"},
    5: {"text": "Table 7: Offices\nOslo and Lima", "figures": []},
}


@pytest.fixture
def texts() -> WordHash:
    return WordHash()


@pytest.fixture
def images() -> Colours:
    return Colours()


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog.create(IndexLayout(tmp_path / "index")) as catalog:
        yield catalog


@pytest.fixture
def annual(catalog: Catalog, texts: WordHash) -> ParsedDocument:
    """A report of five pages in the index: text on four, a chart and a table on page 2."""
    parsed = report("/docs/annual.pdf", ANNUAL)
    put(catalog, parsed, texts)
    return parsed


@pytest.fixture
def other(catalog: Catalog, texts: WordHash) -> ParsedDocument:
    """A second document in the index, about plants."""
    parsed = report(
        "/docs/plants.pdf",
        {
            1: {"text": "Roses and their care\nRevenue of gardens"},
            2: {"text": "Tulips", "figures": [{"caption": "Figure 1: A tulip", "kind": "picture"}]},
        },
    )
    put(catalog, parsed, texts)
    return parsed


@pytest.fixture
def searcher(catalog: Catalog, texts: WordHash) -> Searcher:
    return make_searcher(catalog, texts)


@pytest.fixture
def searching() -> Callable[..., Searcher]:
    return make_searcher


def make_searcher(
    catalog, texts, images=None, reranker=None, rerank_candidates=20, late=None, **settings
) -> Searcher:
    return Searcher(
        catalog,
        open_vector_store(catalog),
        lambda: texts,
        lambda: images,
        RetrieveSettings(**settings),
        reranker,
        rerank_candidates,
        late,
        pictures=ItemPictures(catalog, lambda: pytest.fail("nothing is drawn")).images,
    )


@pytest.fixture
def storing():
    """`report` and `put`, for documents of a test's own."""
    return report, put
