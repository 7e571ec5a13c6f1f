"""Small true encoder checkpoints, each in the format and folder that a user's model has.

Fixtures for the whole suite: `tests/conftest.py` makes them known.
"""

import string
from pathlib import Path

import pytest
from made_once import MadeOnce

from mmrag.config import ImageSettings

CHARACTERS = [*string.ascii_lowercase, *string.digits, *".,?!-:"]


@pytest.fixture(scope="session")
def tiny_clip(made_once: MadeOnce) -> ImageSettings:
    """An open_clip model that knows coloured shapes (`tiny_shapes.CAPTIONS`), trained here."""
    import tiny_shapes

    folder = made_once("tiny-clip", tiny_shapes.train)
    return ImageSettings(backend="open_clip", model=str(folder))


@pytest.fixture(scope="session")
def tiny_text_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers BERT that reads 32 tokens, one a character; dimension 32."""
    from mmrag.backends import sentence_transformers_text as ours  # mends torchvision first

    import torch  # isort: skip
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("models")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        BertModel(BertConfig(**_bert())).save_pretrained(folder / "bert")
    _characters_tokenizer().save_pretrained(folder / "bert")
    model = ours.SentenceTransformer(
        modules=[Transformer(str(folder / "bert")), Pooling(32)], device="cpu"
    )
    model.save(str(folder / "tiny-text"), create_model_card=False)
    return folder / "tiny-text"


@pytest.fixture(scope="session")
def tiny_cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CrossEncoder that reads 32 tokens, one a character."""
    from mmrag.backends import torchvision_ops

    torchvision_ops.ensure()
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    folder = tmp_path_factory.mktemp("models") / "tiny-cross"
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        config = BertConfig(**_bert(), id2label={0: "relevance"}, label2id={"relevance": 0})
        BertForSequenceClassification(config).save_pretrained(folder)
    _characters_tokenizer().save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_clip_st(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLIP model of sentence-transformers that reads 16 tokens, one a character."""
    from mmrag.backends import sentence_transformers_text as ours  # mends torchvision first

    import torch  # isort: skip
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPProcessor, CLIPTokenizer

    words = [*CHARACTERS, *(f"{c}</w>" for c in CHARACTERS), "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {word: number for number, word in enumerate(words)}
    tower = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
    }
    text = {
        "vocab_size": len(words),
        "max_position_embeddings": 16,
        "bos_token_id": len(words) - 2,
        "eos_token_id": len(words) - 1,
        "pad_token_id": len(words) - 1,
    }
    config = CLIPConfig(
        text_config=tower | text,
        vision_config=tower | {"image_size": 32, "patch_size": 8},
        projection_dim=16,
    )
    folder = tmp_path_factory.mktemp("models")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        CLIPModel(config).save_pretrained(folder / "clip")
    CLIPProcessor(
        CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}),
        CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=16),
    ).save_pretrained(folder / "clip")
    model = ours.SentenceTransformer(str(folder / "clip"), device="cpu")
    model.save(str(folder / "tiny-clip-st"), create_model_card=False)
    return folder / "tiny-clip-st"


def _bert() -> dict[str, int]:
    return {
        "vocab_size": len(_vocabulary()),
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 64,
        "max_position_embeddings": 32,
    }


def _vocabulary() -> list[str]:
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    return [*specials, *CHARACTERS, *(f"##{c}" for c in CHARACTERS)]


def _characters_tokenizer():
    from transformers import BertTokenizer

    numbers = {word: number for number, word in enumerate(_vocabulary())}
    return BertTokenizer(vocab=numbers, model_max_length=32)
