"""Vectors and words at size, on this machine: `make bench-scale`.

    python eval/scale.py vectors --count 1000000             every store that is installed
    python eval/scale.py vectors --count 100000 --stores faiss lancedb
    python eval/scale.py words --count 1000000               the keyword channel
    python eval/scale.py words --count 300000 --keywords fts5 tantivy lancedb
    python eval/scale.py lists --count 1000000               approximate FAISS by probed lists

`vectors` fills an index with synthetic rows of 384 dimensions (points around topics that are as
unequally frequent as words, in a space of 48 dimensions with some noise in all), and lets each
store publish them, open in a new process, search, and take one document more. Recall is that of
what the exact store finds. `words` fills the keyword channel with passages whose words are as
frequent as in the sample corpus, and asks questions of rare and of common words. `--folder` keeps
what was made, and takes up what is there.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import get_args

import faiss
import numpy as np
import psutil
import pymupdf
from bench import folder_bytes, machine

from mmrag import ids
from mmrag.config import StoreSettings, WordEngineName
from mmrag.protocols import VectorStore
from mmrag.store import faiss_lists, nearest
from mmrag.store.catalog import Catalog
from mmrag.store.full_text import Fts5
from mmrag.store.keywords import looked_for
from mmrag.store.layout import IndexLayout
from mmrag.store.sources import SourceFile
from mmrag.store.vector_store import open_with
from mmrag.text import function_words
from mmrag.types import Document, Page, ParsedDocument, Passage, Space, VectorBatch

DIMENSION, INNER, TOPICS = 384, 48, 4096
PER_DOCUMENT = 200  # passages
QUERIES, K, DEPTH = 200, 10, 200  # results, and those that a search takes from each channel
WORDS = 80  # of a passage
DOCUMENTS_AT_ONCE = 50  # in one transaction, where words or vectors alone are stored
CORPUS = Path(__file__).resolve().parents[1] / "corpora/sample/docs"
STORES = {
    "faiss": StoreSettings(approximate_from=10**9),
    "faiss-approximate": StoreSettings(approximate_from=1),
    "lancedb": StoreSettings(vectors="lancedb", approximate_from=1),
    "milvus": StoreSettings(vectors="milvus", approximate_from=1),
}
KEYWORDS = ("fts5", *get_args(WordEngineName))
SPACE = Space("synthetic", "0" * 64, "none", DIMENSION)
QUESTIONS = {
    "three rare words": (2000, 3000, 5000),
    "three middling words": (200, 300, 500),
    "a common and a rare word": (10, 4000),
    "six words of a question": (5, 20, 60, 200, 900, 3000),
    "three common words": (3, 5, 8),
}
"""Questions by the ranks of their words among all, function words left out."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=["vectors", "words", "lists", *STEPS])
    parser.add_argument("--count", type=int, default=1_000_000, help="vectors or passages")
    parser.add_argument("--stores", nargs="*", default=list(STORES), choices=list(STORES))
    parser.add_argument("--word-matches", type=int, default=200_000, help="as [retrieve] has it")
    parser.add_argument("--keywords", nargs="*", default=["fts5"], choices=KEYWORDS)
    parser.add_argument("--folder", type=Path, help="where the index is made, and left")
    options = parser.parse_args()
    if options.what in STEPS:
        print(json.dumps(STEPS[options.what](options.folder, options.stores[0])))
        return
    print(f"machine: {machine()}", flush=True)
    if options.what == "lists":
        lists(options.count)
        return
    with tempfile.TemporaryDirectory(prefix="mmrag-scale-") as scratch:
        folder = options.folder or Path(scratch)
        if options.what == "words":
            words(folder, options.count, options.word_matches, options.keywords)
        else:
            vectors(folder, options.count, options.stores)


def vectors(folder: Path, count: int, stores: list[str]) -> None:
    """Figures of each store, each step in a process of its own; the exact one comes first."""
    rows = Rows()
    with Catalog.create(IndexLayout(folder)) as catalog:
        held = catalog.vectors.counts().get("passage", 0)
        started = time.monotonic()
        for first in range(held // PER_DOCUMENT, count // PER_DOCUMENT, DOCUMENTS_AT_ONCE):
            with catalog.transaction():
                for number in range(first, min(first + DOCUMENTS_AT_ONCE, count // PER_DOCUMENT)):
                    put_vectors(catalog, number, rows.of(number))
        catalog.checkpoint()
    took = time.monotonic() - started
    print(f"filled in {took:.0f} s, {folder_bytes(folder) / 1e6:.0f} MB", flush=True)
    for name in dict.fromkeys(("faiss", *stores)):
        for step in STEPS:
            command = [sys.executable, __file__, step, "--folder", str(folder), "--stores", name]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                print(f"{name} {step}: {done.stderr.strip().splitlines()[-1]}", flush=True)
                break
            print(f"{name} {step}: {done.stdout.splitlines()[-1]}", flush=True)


def publish(folder: Path, name: str) -> dict[str, float]:
    """Let a store hold what is there."""
    before, started = folder_bytes(folder), time.monotonic()
    with _opened(folder, name, write=True) as (_, store):
        store.publish(["passage"], force=True)
    took = time.monotonic() - started
    return {
        "publish s": round(took, 1),
        "publish CPU s": round(time.process_time(), 1),
        "disk MB": round((folder_bytes(folder) - before) / 1e6),
    }


def search(folder: Path, name: str) -> dict[str, float]:
    """Open, and search for points near those that are there; recall of what the exact one finds."""
    draw = np.random.default_rng(3)
    queries = Rows().drawn(draw, QUERIES)
    truth = folder / "truth.json"
    told: dict[str, float] = {}
    with _opened(folder, name) as (_, store):
        before, started = _memory(), time.monotonic()
        store.search("passage", queries[:1], DEPTH)
        told["open and first search ms"] = round(1000 * (time.monotonic() - started))
        for k in (K, DEPTH):
            took: list[float] = []
            found: list[list[str]] = []
            spent = time.process_time()
            for query in queries:
                began = time.perf_counter()
                found.append([item for item, _ in store.search("passage", query[None], k)[0]])
                took.append(1000 * (time.perf_counter() - began))
            spent = time.process_time() - spent
            told[f"k={k} CPU ms"] = round(1000 * spent / len(queries), 1)
            told[f"k={k} p50 ms"] = round(statistics.median(took), 1)
            told[f"k={k} p95 ms"] = round(statistics.quantiles(took, n=20)[-1], 1)
            if name == "faiss":
                held = json.loads(truth.read_text()) if truth.exists() else {}
                truth.write_text(json.dumps({**held, str(k): found}))
            exact = json.loads(truth.read_text())[str(k)]
            right = sum(len({*own} & {*best}) for own, best in zip(found, exact, strict=True))
            told[f"recall@{k}"] = round(right / sum(map(len, exact)), 4)
        told["memory MB"] = round((_memory() - before) / 1e6)
    return told


def add(folder: Path, name: str) -> dict[str, float]:
    """Take one document more, be done with it, and find it; then take it out again."""
    number = 10**9 + int(time.time())
    rows = Rows().of(number)[:20]
    with _opened(folder, name, write=True) as (catalog, store):
        started = time.monotonic()
        put(catalog, number, ["word"] * len(rows), rows)
        stored = time.monotonic() - started
        store.publish(["passage"])
        took = time.monotonic() - started
        (best,) = store.search("passage", rows[:1], 1)
        catalog.remove_path(f"/docs/{number}.txt")
    assert best[0][0].startswith(document_of(number).id)
    return {"add one document ms": round(1000 * took), "of it the database": round(1000 * stored)}


STEPS = {"publish": publish, "search": search, "add": add}


def lists(count: int) -> None:
    """Recall@10 among the candidates of approximate FAISS, without a database, by probed lists."""
    made = Rows()
    rows = np.empty((count // PER_DOCUMENT * PER_DOCUMENT, DIMENSION), np.float32)
    for number, own in enumerate(np.split(rows, count // PER_DOCUMENT)):  # never held twice
        own[:] = made.of(number)
    queries = made.drawn(np.random.default_rng(3), QUERIES)
    exact = np.array([np.argpartition(-(rows @ query), K)[:K] for query in queries])
    started = time.process_time()
    drawn = faiss_lists.sample(np.arange(len(rows)))
    index = faiss_lists.train(rows[drawn], len(rows), 0).index
    index.add_with_ids(rows, np.arange(len(rows)))
    print(
        f"{count} vectors, {index.nlist} lists: {time.process_time() - started:.0f} s of CPU time"
    )
    for probed in (16, 32, 64, 128, 256):
        settings = faiss.SearchParametersIVF(nprobe=probed)
        began = time.process_time()
        _, found = index.search(queries, nearest.LEAST_CANDIDATES, params=settings)
        took = 1000 * (time.process_time() - began) / QUERIES
        right = sum(len({*own} & {*best}) for own, best in zip(found, exact, strict=True))
        print(
            f"{probed} probed: recall@{K} {right / exact.size:.4f}, CPU {took:.1f} ms", flush=True
        )


def words(folder: Path, count: int, word_matches: int, keywords: list[str]) -> None:
    """Times of questions to the keyword channel, with all their words and without common ones."""
    shares = frequencies()
    vocabulary = np.array(list(shares))
    share = np.array(list(shares.values()))
    with Catalog.create(IndexLayout(folder)) as catalog:
        held = catalog.session.count("searchable")
        for first in range(held // PER_DOCUMENT, count // PER_DOCUMENT, DOCUMENTS_AT_ONCE):
            with catalog.transaction():
                for number in range(first, min(first + DOCUMENTS_AT_ONCE, count // PER_DOCUMENT)):
                    draw = np.random.default_rng(number)
                    drawn = draw.choice(len(share), (PER_DOCUMENT, WORDS), p=share)
                    texts = [" ".join(vocabulary[own]) for own in drawn]
                    document = document_of(number)
                    catalog.documents.insert(document)
                    catalog.words.insert_passages(document.id, _passages(document, texts))
        catalog.checkpoint()
        size = folder_bytes(folder) / 1e6
        print(f"{catalog.session.count('searchable')} passages, {size:.0f} MB", flush=True)
    plain = [word for word in vocabulary if word not in function_words.of(["en"]) and len(word) > 2]
    for name in keywords:
        settings = StoreSettings.model_validate({"keywords": name})
        with Catalog.open(IndexLayout(folder), write=True) as catalog:
            began, before = time.process_time(), folder_bytes(folder)
            catalog.find_words_by(settings).publish()
            took, size = time.process_time() - began, (folder_bytes(folder) - before) / 1e6
            print(f"{name}: published in {took:.0f} s of CPU time, {size:.0f} MB", flush=True)
        with Catalog.open(IndexLayout(folder)) as catalog:
            catalog.find_words_by(settings)
            _ask(catalog, plain, word_matches if name == "fts5" else 0)


def _ask(catalog: Catalog, plain: list[str], word_matches: int) -> None:
    """Times of questions, whole and without common words, and how many first ones are the same."""
    for name, ranks in QUESTIONS.items():
        whole: list[float] = []
        bounded: list[float] = []
        same = 0
        for shift in range(10):
            question = " ".join(plain[min(rank + shift, len(plain) - 1)] for rank in ranks)
            began = time.process_time()
            every = catalog.words.search(question, DEPTH)
            middle = time.process_time()
            whole.append(1000 * (middle - began))
            if word_matches:
                left_out = catalog.words.too_common(question, word_matches)
                found = catalog.words.search(question, DEPTH, left_out=left_out)
                bounded.append(1000 * (time.process_time() - middle))
            else:  # beside what FTS5 finds
                found = Fts5(catalog.session).search(looked_for(question), DEPTH)
            same += len(dict(every[:K]).keys() & dict(found[:K]).keys())
        told = f"{name:<26} all words: CPU p50 {statistics.median(whole):.1f} ms, worst "
        told += f"{max(whole):.1f} ms; "
        if bounded:
            told += f"bounded: {statistics.median(bounded):.1f} ms, worst {max(bounded):.1f} ms, "
        print(f"{told}{10 * same / K:.0f} % of the first {K} the same", flush=True)


def put(catalog: Catalog, number: int, texts: list[str], rows: np.ndarray | None = None) -> None:
    """Store a document of one page with these passages, and their rows."""
    document = document_of(number)
    page = ids.page_id(document.id, 1)
    passages = _passages(document, texts)
    parsed = ParsedDocument(
        document,
        (Page(page, document.id, 1, 600, 800, " ".join(texts), "pdf"),),
        (),
        tuple(passages),
    )
    batches = []
    if rows is not None:
        items = tuple(passage.id for passage in passages)
        batches.append(VectorBatch("passage", items, rows, SPACE))
    catalog.put(parsed, [], batches, SourceFile(document.path, 1, 1))


def put_vectors(catalog: Catalog, number: int, rows: np.ndarray) -> None:
    """Store a document of one page with passages and their rows, and nothing that finds words."""
    document = document_of(number)
    passages = _passages(document, ["word"] * PER_DOCUMENT)
    page = Page(ids.page_id(document.id, 1), document.id, 1, 600, 800, "", "pdf")
    catalog.documents.insert(document)
    catalog.pages.insert([page])
    catalog.passages.insert(passages)
    items = tuple(passage.id for passage in passages)
    catalog.vectors.put(VectorBatch("passage", items, rows, SPACE))


def _passages(document: Document, texts: list[str]) -> tuple[Passage, ...]:
    page = ids.page_id(document.id, 1)
    passages: list[Passage] = []
    start = 0
    for at, text in enumerate(texts, start=1):
        passages.append(Passage(ids.passage_id(page, at), page, start, start + len(text), text))
        start += len(text) + 1
    return tuple(passages)


def document_of(number: int) -> Document:
    """A document by its number."""
    digest = sha256(str(number).encode()).hexdigest()
    return Document(ids.document_id(digest), f"/docs/{number}.txt", digest, str(number), 1)


def frequencies() -> dict[str, float]:
    """Words of the sample corpus with their shares, the most frequent first.

    The sample has few different words: behind them stand as many made-up ones as make 100,000,
    each as rare as Zipf's law has it for its rank.
    """
    counts: Counter[str] = Counter()
    for path in sorted(CORPUS.glob("*.pdf")):
        with pymupdf.open(path) as document:
            for page in document:
                counts.update(re.findall(r"[a-z]+", page.get_text().lower()))
    found = dict(counts.most_common())
    lead = max(found.values())
    found.update({f"rare{rank}": lead / rank for rank in range(len(found) + 1, 100_001)})
    total = sum(found.values())
    return {word: count / total for word, count in found.items()}


@contextmanager
def _opened(
    folder: Path, name: str, *, write: bool = False
) -> Iterator[tuple[Catalog, VectorStore]]:
    with (
        Catalog.open(IndexLayout(folder), write=write) as catalog,
        closing(open_with(catalog, STORES[name])) as store,
    ):
        yield catalog, store


def _memory() -> int:
    return int(psutil.Process().memory_info().rss)


class Rows:
    """Rows of documents, the same for the same number."""

    def __init__(self) -> None:
        draw = np.random.default_rng(7)
        spread = np.sort(draw.gamma(2.0, 1.0, INNER))[::-1]
        self._basis = draw.standard_normal((INNER, DIMENSION)).astype(np.float32)
        self._basis *= (spread / spread.mean())[:, None]
        self._topics = draw.standard_normal((TOPICS, INNER)).astype(np.float32)
        share = 1 / np.arange(1, TOPICS + 1)
        self._share = share / share.sum()

    def of(self, number: int) -> np.ndarray:
        """The rows of a document, shape `(PER_DOCUMENT, DIMENSION)`."""
        return self.drawn(np.random.default_rng(1000 + number), PER_DOCUMENT)

    def drawn(self, draw: np.random.Generator, count: int) -> np.ndarray:
        topics = self._topics[draw.choice(TOPICS, count, p=self._share)]
        inner = topics + 0.7 * draw.standard_normal((count, INNER))
        rows = inner @ self._basis + 0.5 * draw.standard_normal((count, DIMENSION))
        rows = rows.astype(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


if __name__ == "__main__":
    main()
