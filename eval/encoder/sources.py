"""Where the pictures come from: drawn ones, and the figures and pages of an index of papers."""

import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import kinds
import pictures
import pymupdf
from pairs import Pair, read_pair, write
from PIL import Image

from mmrag.index import Index
from mmrag.types import Document

PART = 1000  # pictures drawn by one process at a time
CUTTINGS, DPI = 6, 110  # of the text of one document
PAGE_OF_TEXT = 200  # words


def draw(work: Path, count: int) -> None:
    """Draw pictures in parts, each with its captions; those that are there stay."""
    parts = [part for part in range(-(-count // PART)) if not (work / f"drawn-{part}.npz").exists()]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for part, found in zip(parts, pool.map(_drawn, parts), strict=True):
            write(work / f"drawn-{part}.npz", found)
            print(f"drawn: {PART * (part + 1)} of {count}")


def _drawn(part: int) -> list[Pair]:
    made = [pictures.draw(seed) for seed in range(PART * part, PART * (part + 1))]
    return [
        read_pair(
            item.picture,
            item.captions,
            pictures.KINDS.index(item.kind),
            kinds.OF_DRAWN.get(item.kind, item.kind),
        )
        for item in made
    ]


def crop(work: Path, root: Path) -> None:
    """Take the figures of an index that have a caption, and cuttings of its pages of text."""
    target = work / f"figures-{root.name}.npz"
    if target.exists():
        return
    with Index.open(root) as index:
        found = list(_figures(index))
    write(target, found)
    print(f"{root}: {len(found)} figures")


def _figures(index: Index) -> Iterator[Pair]:
    catalog = index.searcher.catalog
    for group, document in enumerate(catalog.documents.all()):
        for figure in catalog.figures.of_document(document.id):
            if figure.picture and len(figure.caption.split()) > 2:
                with index.pictures.open(figure.id) as picture:
                    texts = [figure.caption[:300], *figure.mentions[:2]]
                    yield read_pair(picture, texts, group, kinds.of_figure(figure))
        yield from _cuttings(index, document, group)


def _cuttings(index: Index, document: Document, group: int) -> Iterator[Pair]:
    """Parts of pages that hold nothing but text."""
    catalog, chance = index.searcher.catalog, random.Random(document.id)
    drawn = {figure.page_id for figure in catalog.figures.of_document(document.id)}
    pages = [
        page
        for page in catalog.pages.of_document(document.id)
        if page.id not in drawn and len(page.text.split()) > PAGE_OF_TEXT
    ]
    if not pages:
        return
    with pymupdf.open(document.path) as opened:
        for page in chance.sample(pages, min(CUTTINGS, len(pages))):
            whole = opened[page.number - 1].rect
            width, height = (
                whole.width * chance.uniform(0.2, 0.9),
                whole.height * chance.uniform(0.1, 0.7),
            )
            x, y = (
                whole.x0 + chance.random() * (whole.width - width),
                whole.y0 + chance.random() * (whole.height - height),
            )
            part = pymupdf.Rect(x, y, x + width, y + height)
            pixels = opened[page.number - 1].get_pixmap(dpi=DPI, clip=part, alpha=False)
            words = " ".join(opened[page.number - 1].get_text(clip=part).split()[:30])
            if words:
                texts = [words, "text of a paper", "page of text"]
                picture = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)
                yield read_pair(picture, texts, group, "text")
