"""Small documents of known content, and indexes made of them."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from mmrag import ids
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.store.rows import SourceFile
from mmrag.types import (
    Channel,
    Description,
    Document,
    Figure,
    Page,
    ParsedDocument,
    Passage,
    Space,
    VectorBatch,
)

SPACE = Space("words", "0" * 64, "none", 8)
MakeDocument = Callable[..., ParsedDocument]


def sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def make_document(path: str, pages: Sequence[str], **changes: object) -> ParsedDocument:
    """One passage per line of a page; one figure on every page."""
    digest = sha("\f".join(pages))
    document_id = ids.document_id(digest)
    made_pages, figures, passages = [], [], []
    for number, text in enumerate(pages, start=1):
        page = ids.page_id(document_id, number)
        made_pages.append(Page(page, document_id, number, 600.0, 800.0, text, "pdf", sha(page)))
        figures.append(
            Figure(
                ids.figure_id(page, 1),
                page,
                1,
                (10.0, 20.5, 300.0, 200.0),
                "chart",
                caption=f"Figure {number}: growth",
                text="axis 2020 2021",
                heading=("Results",),
                mentions=("As Figure 1 shows.",),
                label=f"Figure {number}",
                picture=sha(f"{page} crop"),
            )
        )
        start = 0
        for ordinal, line in enumerate(text.splitlines(keepends=True), start=1):
            end = start + len(line)
            name = ids.passage_id(page, ordinal)
            passages.append(Passage(name, page, start, end, line, ("Report", "Results")))
            start = end
    document = Document(document_id, path, digest, Path(path).name, len(pages), **changes)
    return ParsedDocument(document, tuple(made_pages), tuple(figures), tuple(passages))


def vector(text: str, dimension: int = 8) -> np.ndarray:
    """A unit vector that only depends on the text."""
    seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8])
    row = np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)
    return row / np.linalg.norm(row)


def batch_of(parsed: ParsedDocument, channel: Channel = "passage", space: Space = SPACE):
    items = {
        "passage": [(item.id, item.text) for item in parsed.passages],
        "description": [(item.id, item.id) for item in parsed.figures],
        "image": [(item.id, item.id) for item in (*parsed.pages, *parsed.figures)],
    }[channel]
    rows = [vector(text, space.dimension) for _, text in items]
    matrix = np.array(rows, np.float32).reshape(len(items), space.dimension)
    return VectorBatch(channel, tuple(item for item, _ in items), matrix, space)


def put(catalog: Catalog, parsed: ParsedDocument, path: str | None = None) -> ParsedDocument:
    descriptions = [Description(f.id, f"A chart: {f.caption}", "extracted") for f in parsed.figures]
    catalog.put(
        parsed,
        descriptions,
        [batch_of(parsed, "passage"), batch_of(parsed, "description")],
        SourceFile(path or parsed.document.path, 100, 1),
    )
    return parsed


@pytest.fixture
def layout(tmp_path: Path) -> IndexLayout:
    return IndexLayout(tmp_path / "index")


@pytest.fixture
def catalog(layout: IndexLayout):
    with Catalog.create(layout) as catalog:
        yield catalog
