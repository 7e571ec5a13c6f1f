"""LanceDB's own hybrid search beside mmrag's fusion, over the passages and figures of an index.

    python eval/engine_hybrid.py corpora/sample --index indexes/eval-sample

All documents together. LanceDB holds the text and the vector of each passage and figure; its hybrid
takes the best of its full text, with its own stems, and of the vectors, by reciprocal ranks
(`RRFReranker`). A page is as good as its best passage or figure. "channels" is mmrag's weighted
sum of the same two kinds of search, before pages are read; "mmrag" is all of it.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

import lancedb
import numpy as np
import pyarrow as pa
from lancedb.index import FTS
from lancedb.rerankers import RRFReranker

from mmrag import Index, ids
from mmrag.evaluate import datasets, metrics
from mmrag.evaluate.retrieval import SAME_BOX, RetrievalRun
from mmrag.types import Float32

COLUMNS = ("recall@1", "recall@3", "recall@5", "ndcg@5")
DEPTH = 200  # passages and figures, as mmrag takes from each channel
CHANNELS = ("keyword", "passage", "description")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--index", type=Path, required=True)
    options = parser.parse_args()
    dataset = datasets.load(options.dataset)
    with (
        Index.open(options.index, "embedded") as index,
        tempfile.TemporaryDirectory(prefix="mmrag-hybrid-") as folder,
    ):
        run = RetrievalRun(index.searcher, dataset, "page", "corpus")
        table = filled(index, folder)
        vectors = index.models.query_encoder().encode([item.text for item in run.questions])
        unread = index.searcher.using(index.searcher.settings.model_copy(update={"read_pages": 0}))

        def by_lance(search: Callable[[str, Float32], pa.Table]) -> list[tuple[str, ...]]:
            stems = {document.id: Path(document.path).stem for document in index.documents()}
            names: list[tuple[str, ...]] = []
            for question, vector in zip(run.questions, vectors, strict=True):
                items = search(question.text, vector).column("item").to_pylist()
                pages = dict.fromkeys(map(ids.page_of, items))
                found = (f"{stems[ids.document_of(p)]}#{ids.page_number(p)}" for p in pages)
                names.append(tuple(found)[: metrics.DEPTH])
            return names

        ways = {
            "LanceDB, full text": by_lance(lambda text, _: text_of(table, text).to_arrow()),
            "LanceDB, vectors": by_lance(
                lambda _, vector: table.search(vector).limit(DEPTH).to_arrow()
            ),
            "LanceDB, hybrid": by_lance(lambda text, vector: hybrid(table, text, vector)),
            "channels": run.named(run.together(unread, lambda: None, CHANNELS), SAME_BOX).names,
            "mmrag": run.named(run.together(index.searcher, lambda: None), SAME_BOX).names,
        }
        print(f"| {len(run.questions)} questions | {' | '.join(COLUMNS)} |")
        print(f"|---|{'---|' * len(COLUMNS)}")
        for way, names in ways.items():
            found = metrics.mean(metrics.all_of(names, run.wanted))
            told = " | ".join(f"{100 * found[name]:.1f}" for name in COLUMNS)
            print(f"| {way} | {told} |")


def filled(index: Index, folder: str) -> "lancedb.table.Table":
    """A table of the passages and figures with text and vector of each."""
    catalog = index.catalog
    names, rows = zip(
        *(catalog.vectors.all_rows(c) for c in ("passage", "description")), strict=True
    )
    vectors = dict(zip([*names[0], *names[1]], np.concatenate(rows), strict=True))
    texts = {
        row["item_id"]: "\n".join((row["heading"], row["caption"], row["body"]))
        for row in catalog.session.execute(
            "select item_id, heading, caption, body from words "
            "join searchable on searchable.id = words.rowid"
        )
    }
    items = [item for item in vectors if item in texts]
    dimension = len(vectors[items[0]])
    flat = pa.array(np.concatenate([vectors[item] for item in items]))
    table = lancedb.connect(folder).create_table(
        "items",
        pa.table(
            {
                "item": items,
                "text": [texts[item] for item in items],
                "vector": pa.FixedSizeListArray.from_arrays(flat, dimension),
            }
        ),
    )
    table.create_index("text", config=FTS())
    return table


def text_of(table: "lancedb.table.Table", text: str) -> "lancedb.query.LanceFtsQueryBuilder":
    plain = "".join(letter if letter.isalnum() else " " for letter in text)
    return table.search(plain, query_type="fts").limit(DEPTH)


def hybrid(table: "lancedb.table.Table", text: str, vector: Float32) -> pa.Table:
    plain = "".join(letter if letter.isalnum() else " " for letter in text)
    search = table.search(query_type="hybrid").vector(vector).text(plain)
    return search.rerank(RRFReranker()).limit(DEPTH).to_arrow()


if __name__ == "__main__":
    main()
