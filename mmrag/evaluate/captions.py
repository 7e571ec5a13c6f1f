"""Captions against those that people wrote: BLEU, chrF, ROUGE-L, CIDEr-D and CLIPScore.

BLEU and chrF by sacrebleu, ROUGE-L by rouge-score. CIDEr-D as in Vedantam et al. 2015
(arXiv:1411.5726, equations 1 to 4 and section 6): n-grams of stems weighted by how rare they are
among the references. CLIPScore as in Hessel et al. 2021 (arXiv:2104.08718): 2.5 times the cosine
of picture and caption where that is above 0, by the profile's encoder, which no two profiles share.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from mmrag.errors import MmragError
from mmrag.evaluate import datasets
from mmrag.text.stems import stem
from mmrag.text.words import words
from mmrag.toolkit import Vision
from mmrag.vision.prompts import Style

Reference = Literal["caption", "summary"]
_GRAMS = 4  # words of the longest n-gram
_SIGMA = 6.0  # of the penalty on lengths, in words; as the paper has it
_CLIP_WEIGHT = 2.5  # of the cosine; as the paper has it


@dataclass(frozen=True, slots=True)
class CaptionPair:
    """A picture, what people wrote of it, and what was said of it; empty where nothing was."""

    picture: Path
    reference: str
    caption: str
    by: str


@dataclass(frozen=True, slots=True)
class CaptionReport:
    """Measures from 0 to 1, CIDEr-D and CLIPScore as their papers scale them."""

    dataset: str
    style: Style
    pictures: int
    said: int  # pictures of which something was said
    metrics: dict[str, float]
    pairs: tuple[CaptionPair, ...]

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {
            "dataset": self.dataset,
            "style": self.style,
            "pictures": self.pictures,
            "said": self.said,
            "metrics": {name: round(value, 4) for name, value in self.metrics.items()},
            "per_picture": [
                {
                    "picture": pair.picture.name,
                    "reference": pair.reference,
                    "caption": pair.caption,
                    "by": pair.by,
                }
                for pair in self.pairs
            ],
        }


def load(folder: Path, reference: Reference) -> list[tuple[Path, str]]:
    """Pictures with what people wrote of them, out of `charts.jsonl`. Raises `UsageError`."""
    found = []
    for place, row in datasets.objects(folder / "charts.jsonl"):
        with place:
            if row.get(reference):
                found.append((folder / row["file"], str(row[reference])))
    return found


def evaluate(
    vision: Vision,
    folder: Path,
    *,
    style: Style = "narrative",
    reference: Reference = "summary",
    most: int | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> CaptionReport:
    """Caption each picture and compare; one that cannot be read counts as nothing said."""
    wanted = load(folder, reference)[:most]
    pairs = []
    for done, (picture, written) in enumerate(wanted, 1):
        try:
            found = vision.caption(picture, style)
            pairs.append(CaptionPair(picture, written, found.text, found.by))
        except MmragError:
            pairs.append(CaptionPair(picture, written, "", ""))
        on_progress(done, len(wanted))
    said = [pair.caption for pair in pairs]
    written_of = [pair.reference for pair in pairs]
    metrics = {
        **_by_libraries(said, written_of),
        "cider": cider(said, written_of),
        **_clip_score(vision, pairs),
    }
    return CaptionReport(
        folder.name, style, len(pairs), sum(map(bool, said)), metrics, tuple(pairs)
    )


def _by_libraries(said: Sequence[str], written: Sequence[str]) -> dict[str, float]:
    """BLEU and chrF of the corpus, the mean ROUGE-L F1, 0 to 1."""
    if not said:
        return {}
    import sacrebleu
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rougeL"], use_stemmer=True)
    rouge = [
        scorer.score(reference, caption)["rougeL"].fmeasure
        for caption, reference in zip(said, written, strict=True)
    ]
    return {
        "bleu": sacrebleu.corpus_bleu(list(said), [list(written)]).score / 100,
        "chrf": sacrebleu.corpus_chrf(list(said), [list(written)]).score / 100,
        "rouge_l": sum(rouge) / len(rouge),
    }


def _clip_score(vision: Vision, pairs: Sequence[CaptionPair]) -> dict[str, float]:
    """Of what was said; nothing without an image encoder."""
    encoder = vision.models.image_encoder()
    said = [pair for pair in pairs if pair.caption]
    if encoder is None or not said:
        return {}
    scores = []
    for pair in said:
        [text] = encoder.encode_texts([encoder.split(pair.caption)[0]])
        picture = np.array(vision.embed(pair.picture).vector, np.float32)
        scores.append(_CLIP_WEIGHT * max(float(text @ picture), 0.0))
    return {"clip_score": sum(scores) / len(scores)}


def cider(said: Sequence[str], written: Sequence[str]) -> float:
    """CIDEr-D of captions with one reference each, 0 to 10."""
    references = [_grams(text) for text in written]
    rare = Counter(gram for grams in references for gram in grams)
    total = math.log(max(len(written), 1))

    def weights(grams: Counter[tuple[str, ...]], length: int) -> dict[tuple[str, ...], float]:
        return {
            gram: count * (total - math.log(max(rare[gram], 1)))
            for gram, count in grams.items()
            if len(gram) == length
        }

    scores = []
    for caption, reference in zip(map(_grams, said), references, strict=True):
        penalty = math.exp(-((_words(caption) - _words(reference)) ** 2) / (2 * _SIGMA**2))
        parts = []
        for length in range(1, _GRAMS + 1):
            one, other = weights(caption, length), weights(reference, length)
            shared = sum(min(one[gram], other[gram]) * other[gram] for gram in one if gram in other)
            norm = _norm(one) * _norm(other)
            parts.append(penalty * shared / norm if norm else 0.0)
        scores.append(10 * sum(parts) / _GRAMS)
    return sum(scores) / len(scores) if scores else 0.0


def _grams(text: str) -> Counter[tuple[str, ...]]:
    stems = [stem(word) for word in words(text)]
    return Counter(
        tuple(stems[at : at + length])
        for length in range(1, _GRAMS + 1)
        for at in range(len(stems) - length + 1)
    )


def _words(grams: Counter[tuple[str, ...]]) -> int:
    return sum(count for gram, count in grams.items() if len(gram) == 1)


def _norm(weights: dict[tuple[str, ...], float]) -> float:
    return math.sqrt(sum(value * value for value in weights.values()))
