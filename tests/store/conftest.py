"""Small documents of known content, and indexes made of them."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mmrag import ids
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.store.sources import SourceFile
from mmrag.types import (
    ChannelName,
    Description,
    Document,
    Figure,
    Page,
    ParsedDocument,
    Passage,
    Space,
    VectorBatch,
)

DIMENSION = 8


def sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@pytest.fixture(scope="session")
def make_document() -> Callable[..., ParsedDocument]:
    """A document from the texts of its pages: a passage per line, a figure on every page."""

    def make(path: str, *pages: str, **changes: object) -> ParsedDocument:
        digest = sha("\f".join(pages))
        name = ids.document_id(digest)
        made: list[Page] = []
        figures: list[Figure] = []
        passages: list[Passage] = []
        for number, text in enumerate(pages, start=1):
            page = ids.page_id(name, number)
            made.append(Page(page, name, number, 600.0, 800.0, text, "pdf"))
            figures.append(
                Figure(
                    ids.figure_id(page, 1),
                    page,
                    1,
                    (10.0, 20.5, 300.0, 200.0),
                    "chart",
                    caption=f"Figure {number}: growth of {text.split()[0]}",
                    text="axis 2020 2021",
                    heading=("Results",),
                    mentions=(f"As Figure {number} shows.",),
                    label=f"Figure {number}",
                )
            )
            start = 0
            for ordinal, line in enumerate(text.splitlines(keepends=True), start=1):
                end = start + len(line)
                item = ids.passage_id(page, ordinal)
                passages.append(Passage(item, page, start, end, line, ("Report", "Results")))
                start = end
        document = Document(name, path, digest, Path(path).name, len(pages))
        return ParsedDocument(
            replace(document, **changes), tuple(made), tuple(figures), tuple(passages)
        )

    return make


@pytest.fixture(scope="session")
def space() -> Space:
    return Space("words", "0" * 64, "none", DIMENSION)


@pytest.fixture(scope="session")
def vector() -> Callable[[str], np.ndarray]:
    """A unit vector that depends on the text alone."""

    def make(text: str) -> np.ndarray:
        seed = int(sha(text)[:12], 16)
        row = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
        return row / np.linalg.norm(row)

    return make


@pytest.fixture(scope="session")
def batch_of(space: Space, vector) -> Callable[..., VectorBatch]:
    """The vectors of a document in one channel, each made of the item's text or ID."""

    def make(parsed: ParsedDocument, channel: ChannelName = "passage") -> VectorBatch:
        items = {
            "passage": [(item.id, item.text) for item in parsed.passages],
            "description": [(item.id, item.caption) for item in parsed.figures],
            "image": [(item.id, item.id) for item in (*parsed.pages, *parsed.figures)],
        }[channel]
        rows = np.array([vector(text) for _, text in items]).reshape(len(items), DIMENSION)
        return VectorBatch(channel, tuple(item for item, _ in items), rows, space)

    return make


@pytest.fixture(scope="session")
def put(batch_of) -> Callable[..., ParsedDocument]:
    """Stores a document with extracted descriptions and the vectors of both text channels."""

    def store(
        catalog: Catalog,
        parsed: ParsedDocument,
        path: str = "",
        channels: Sequence[ChannelName] = ("passage", "description"),
    ) -> ParsedDocument:
        told = [Description(f.id, f"A chart. {f.caption}", "extracted") for f in parsed.figures]
        source = SourceFile(path or parsed.document.path, 100, 1)
        catalog.put(parsed, told, [batch_of(parsed, channel) for channel in channels], source)
        return parsed

    return store


@pytest.fixture
def layout(tmp_path: Path) -> IndexLayout:
    return IndexLayout(tmp_path / "index")


@pytest.fixture
def catalog(layout: IndexLayout) -> Iterator[Catalog]:
    with Catalog.create(layout) as catalog:
        yield catalog
