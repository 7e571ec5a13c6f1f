"""Files of plain text that a small parser reads as documents, and models one can predict.

Pages are separated by form feeds. A line that begins with "Figure" is a figure; any other line is
a passage. A file that begins with FAIL cannot be read, one with PARTIAL only in part,
one with LATE too, for it takes too long. One that begins with HOLDS has others within it.
"""

import hashlib
import io
import json
import os
import zlib
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmrag import ids
from mmrag.config import Settings
from mmrag.ingest.events import FileFailed, FileParsed, PageParsed
from mmrag.ingest.formats.members import path_of
from mmrag.models import Models
from mmrag.pipeline.engine import RunEngine
from mmrag.pipeline.plan import RunOptions
from mmrag.pipeline.run import index_paths
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.types import Document, Figure, Page, ParsedDocument, Passage, Picture, Problem, Space

DIMENSION = 32


class WordHash:
    """Each word counts in one of 32 places."""

    space = Space("word-hash", "0" * 64, "lower", DIMENSION)

    def encode(self, texts):
        rows = np.zeros((len(texts), DIMENSION), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[zlib.crc32(word.encode()) % DIMENSION] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class MeanColour:
    """A picture becomes the direction of its mean colour."""

    space = Space("mean-colour", "0" * 64, "rgb", 3)

    def encode_images(self, images):
        rows = [np.asarray(image.convert("RGB"), np.float32).mean(axis=(0, 1)) for image in images]
        matrix = np.array(rows, np.float32).reshape(len(images), 3) + 1
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def picture_of(text: str) -> Picture:
    colour = tuple(hashlib.sha256(text.encode()).digest()[:3])
    data = io.BytesIO()
    Image.new("RGB", (4, 4), colour).save(data, "png")
    raw = data.getvalue()
    return Picture(hashlib.sha256(raw).hexdigest(), raw, "png", 4, 4)


def parse_pages(task, text, save):
    """Pages, figures and passages of one file; pictures are saved as they come."""
    pages, figures, passages = [], [], []
    for number, content in enumerate(text.split("\f"), start=1):
        page = ids.page_id(task.document_id, number)
        shown = picture_of(f"{task.sha256} {number}")
        save(shown)
        pages.append(Page(page, task.document_id, number, 600, 800, content, "pdf", shown.sha256))
        start = 0
        for line in content.splitlines(keepends=True):
            end = start + len(line)
            if line.startswith("Figure"):
                crop = picture_of(line)
                save(crop)
                name = ids.figure_id(page, len([f for f in figures if f.page_id == page]) + 1)
                box = (0.0, 0.0, 10.0, 10.0)
                figures.append(
                    Figure(name, page, 1, box, "chart", caption=line.strip(), picture=crop.sha256)
                )
            elif line.strip():
                name = ids.passage_id(page, len([p for p in passages if p.page_id == page]) + 1)
                passages.append(Passage(name, page, start, end, line))
            start = end
    return tuple(pages), tuple(figures), tuple(passages)


class Parser:
    """Reads the text files; `read` lists what it was asked for."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, tasks, save):
        for task in tasks:
            self.read.append(task.path.name)
            text = task.bytes_at.read_text()
            if text.startswith("FAIL"):
                yield FileFailed(task.path, task.sha256, Problem("open", text[4:].strip()))
                continue
            pages, figures, passages = parse_pages(task, text, save)
            for page in pages:
                yield PageParsed(task.path, page.number, len(pages))
            title = task.path.stem
            document = Document(
                task.document_id, str(task.path), task.sha256, title, len(pages), is_named=True
            )
            if text.startswith(("PARTIAL", "LATE")):
                what = "signal 11" if text.startswith("PARTIAL") else "timeout after 20 s"
                problem = Problem("render", what, 1)
                document = replace(document, status="partial", problems=(problem,))
            held = unpacked(task, text) if text.startswith("HOLDS") else ()
            parsed = ParsedDocument(document, pages, figures, passages)
            yield FileParsed(task.path, parsed, members=held)


def opening(parse):
    """An engine that reads by a function, as `index_paths` opens one."""

    @contextmanager
    def engine(ingest, models):
        yield RunEngine(parse, models)

    return engine


def unpacked(task, text):
    """The files within one: HOLDS, and what each says by its name as JSON."""
    task.unpack_to.mkdir(parents=True)
    found = []
    for number, (name, inner) in enumerate(json.loads(text.removeprefix("HOLDS")).items()):
        path = path_of(task.unpack_to, number, name)
        path.write_text(inner)
        found.append((name, path))
    return tuple(found)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "docs"
    path.mkdir()
    return path


@pytest.fixture
def write(folder: Path) -> Callable[[str, str], Path]:
    """Writes a file into the folder."""

    def put(name: str, text: str) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return put


@pytest.fixture
def read_by() -> Callable[..., object]:
    """Makes an engine of a function that reads."""
    return opening


@pytest.fixture
def parser() -> Parser:
    return Parser()


@pytest.fixture
def layout(tmp_path: Path) -> IndexLayout:
    return IndexLayout(tmp_path / "index")


KEPT = Settings.model_validate({"ingest": {"pictures": "kept"}})
"""What the parser of these tests makes is drawn from no file."""


@pytest.fixture
def settings() -> Settings:
    return KEPT


def fakes(settings: Settings | None = None, **factories: Callable[[], object]) -> Models:
    """Models that need no weights; a factory given takes the place of another."""
    return Models(settings or KEPT, **{"text_encoder": WordHash, **factories})


@pytest.fixture
def word_hash() -> type[WordHash]:
    return WordHash


@pytest.fixture
def fake(settings: Settings) -> Callable[..., Models]:
    """Makes models that need no weights; `fake(describer=...)` puts one in another's place."""
    return partial(fakes, settings=settings)


@pytest.fixture
def models(settings: Settings) -> Models:
    return fakes(settings)


@pytest.fixture
def with_images(settings: Settings) -> Models:
    return fakes(settings, image_encoder=MeanColour)


@pytest.fixture
def run(layout, folder, parser, models):
    """Indexes the folder, or other paths."""

    def index(*paths, models=models, parse=parser, password_file=None, on_event=None, **options):
        return index_paths(
            layout,
            list(paths) or [folder],
            models,
            RunOptions(**options),
            password_file=password_file,
            open_engine=opening(parse),
            on_event=on_event,
        )

    return index


@pytest.fixture
def paths(layout, folder):
    """The indexed paths, relative to the folder, with the ID of the document each holds."""

    def read():
        with Catalog.open(layout) as catalog:
            return {os.path.relpath(p, folder): d for p, (_, d) in catalog.sources.all().items()}

    return read
