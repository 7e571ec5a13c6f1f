"""Qwen3-VL as encoder of pictures and as re-ranker by the profile `pages-gpu`, in tiny."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmrag import config
from mmrag.models import Models
from mmrag.protocols import PictureReranker

PICTURES = [Image.new("RGB", (60, 40), colour) for colour in ("navy", "white", "red")]


@pytest.fixture(scope="module")
def tiny_qwen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an embedding model and a re-ranker, in sentence-transformers' format."""
    from mmrag.backends import torchvision_ops

    torchvision_ops.ensure()
    import tiny_families
    import torch
    from sentence_transformers import CrossEncoder, SentenceTransformer
    from sentence_transformers.base.modules import Normalize, Transformer
    from sentence_transformers.cross_encoder.modules import LogitScore
    from sentence_transformers.sentence_transformer.modules import Pooling

    folder = tmp_path_factory.mktemp("qwen")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        tiny_families.qwen3_vl(folder / "base")
    body = Transformer(str(folder / "base"))
    size = body.get_embedding_dimension()
    embedding = SentenceTransformer(
        modules=[body, Pooling(size, "lasttoken"), Normalize()], device="cpu"
    )
    embedding.save(str(folder / "embedding"), create_model_card=False)
    head = Transformer(str(folder / "base"), transformer_task="any-to-any")
    yes, no = (head.tokenizer.convert_tokens_to_ids(letter) for letter in "yn")
    reranker = CrossEncoder(modules=[head, LogitScore(yes, no)], device="cpu")
    reranker.save(str(folder / "reranker"), create_model_card=False)
    return folder


@pytest.fixture
def models(tiny_qwen: Path):
    settings = config.load("pages-gpu")
    changed = {
        "image": {"model": str(tiny_qwen / "embedding"), "device": "cpu", "precision": "fp32"},
        "rerank": {"model": str(tiny_qwen / "reranker"), "device": "cpu", "precision": "fp32"},
    }
    sections = {
        name: getattr(settings, name).model_copy(update=own) for name, own in changed.items()
    }
    with Models(settings.model_copy(update=sections)) as models:
        yield models


def test_pictures_and_questions_are_unit_vectors_of_one_space(models: Models) -> None:
    encoder = models.image_encoder()
    pictures, asked = encoder.encode_images(PICTURES), encoder.encode_texts(["which one?"])
    for rows in (pictures, asked):
        assert rows.shape[1] == encoder.space.dimension
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)


def test_the_re_ranker_judges_pictures_and_texts(models: Models) -> None:
    reranker = models.reranker()
    assert isinstance(reranker, PictureReranker)
    assert reranker.sees
    seen = reranker.score_pictures("which one?", PICTURES)
    assert seen.shape == (3,)
    assert np.isfinite(seen).all()
    assert seen[0] != seen[1]
    told = reranker.score("which one?", ["one", "another"])
    assert told.shape == (2,)
    assert np.isfinite(told).all()
    assert reranker.score_pictures("which one?", []).shape == (0,)
