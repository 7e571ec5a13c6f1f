"""Small true multi-vector encoders of pages and re-rankers of pictures, as hubs have them.

Fixtures for the whole suite: `tests/conftest.py` makes them known.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tiny_encoders import CHARACTERS

SPECIALS = (
    "<pad>",
    "<unk>",
    "<cls>",
    "<sep>",
    "<|begin_of_text|>",
    "<image>",
    "<fake_token_around_image>",
    "<global-img>",
    "<end_of_utterance>",
    *(f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)),
)
TEMPLATE = (
    "{% for message in messages %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endfor %}"
)
SIDE, PATCH, SHUFFLE = 32, 8, 2  # pixels, pixels, patches a side that become one token


@pytest.fixture(scope="session")
def tiny_page_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ColModernVBERT in sentence-transformers' format: sees 32 by 32 pixels; dimension 16."""
    from mmrag.backends import torchvision_ops

    torchvision_ops.ensure()
    import torch
    import transformers as hf
    from sentence_transformers import MultiVectorEncoder
    from sentence_transformers.base.modules import Dense, Normalize, Transformer
    from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask

    tokenizer = _tokenizer()
    text = hf.ModernBertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=256,
        pad_token_id=tokenizer.pad_token_id,
        cls_token_id=tokenizer.cls_token_id,
        sep_token_id=tokenizer.sep_token_id,
        bos_token_id=tokenizer.cls_token_id,
        eos_token_id=tokenizer.sep_token_id,
    )
    vision = hf.SiglipVisionConfig(
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        image_size=SIDE,
        patch_size=PATCH,
    )
    vlm = hf.ModernVBertConfig(
        text_config=text,
        vision_config=vision,
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        pixel_shuffle_factor=SHUFFLE,
    )
    folder = tmp_path_factory.mktemp("models")
    edge = {"longest_edge": SIDE}
    hf.Idefics3Processor(
        hf.Idefics3ImageProcessor(size=edge, max_image_size=edge, do_image_splitting=False),
        tokenizer,
        image_seq_len=(SIDE // PATCH // SHUFFLE) ** 2,
        chat_template=TEMPLATE,
    ).save_pretrained(folder / "base")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        hf.ModernVBertModel(vlm).save_pretrained(folder / "base")
        plain = torch.nn.Identity()
        project = Dense(32, 16, False, plain, module_input_name="token_embeddings")
        model = MultiVectorEncoder(
            modules=[
                Transformer(str(folder / "base")),
                project,
                MultiVectorMask(),
                Normalize("token_embeddings"),
            ],
            device="cpu",
        )
    model.save(str(folder / "tiny-pages"), create_model_card=False)
    return folder / "tiny-pages"


@pytest.fixture(scope="session")
def tiny_gemma(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An EmbeddingGemma 2 in sentence-transformers' format: texts and pictures, dimension 24."""
    from mmrag.backends import torchvision_ops

    torchvision_ops.ensure()
    import torch
    import transformers as hf
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Normalize, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    names = ("image", "boi", "eoi", "audio", "boa", "eoa")
    tokens = {f"{name}_token": f"<|{name}|>" for name in names}
    tokenizer = _tokenizer(tokens)
    numbers = {name: tokenizer.convert_tokens_to_ids(token) for name, token in tokens.items()}
    text = {
        "vocab_size": len(tokenizer) + 1,  # the processor adds one for films
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "layer_types": ["sliding_attention", "full_attention"],
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 16,
        "global_head_dim": 16,
        "hidden_size_per_layer_input": 8,
        "embedding_dim": 24,
        "pad_token_id": 0,
        "bos_token_id": 2,
        "eos_token_id": 3,
    }
    vision = {
        "model_type": "gemma4_vision",
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "patch_size": 4,
        "pooling_kernel_size": 2,
        "position_embedding_size": 64,
    }
    config = hf.EmbeddingGemma2Config(
        text_config=text,
        vision_config=vision,
        audio_config=None,
        image_token_id=numbers["image_token"],
        video_token_id=len(tokenizer),
        audio_token_id=numbers["audio_token"],
    )
    folder = tmp_path_factory.mktemp("models")
    hf.EmbeddingGemma2Processor(
        hf.Gemma4AudioFeatureExtractor(),
        hf.Gemma4ImageProcessor(patch_size=4, max_soft_tokens=70, pooling_kernel_size=2),
        tokenizer,
        hf.EmbeddingGemma2VideoProcessor(),
        chat_template=TEMPLATE.replace("<image>", tokens["image_token"]),
    ).save_pretrained(folder / "base")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        hf.EmbeddingGemma2Model(config).save_pretrained(folder / "base")
    model = SentenceTransformer(
        modules=[Transformer(str(folder / "base")), Pooling(24), Normalize()], device="cpu"
    )
    model.save(str(folder / "tiny-gemma"), create_model_card=False)
    return folder / "tiny-gemma"


def _tokenizer(more: Mapping[str, str] | None = None):
    """Each character is a token; `more` are special tokens by the attribute that names each."""
    import transformers as hf
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors

    all_words = [*SPECIALS, *(more or {}).values(), *CHARACTERS, " ", "\n"]
    words = {word: number for number, word in enumerate(all_words)}
    made = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    made.decoder = decoders.Fuse()
    made.post_processor = processors.TemplateProcessing(
        single="<cls> $A <sep>", special_tokens=[("<cls>", 2), ("<sep>", 3)]
    )
    return hf.PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token="<pad>",
        unk_token="<unk>",
        cls_token="<cls>",
        sep_token="<sep>",
        additional_special_tokens=list(SPECIALS[4:]),
        extra_special_tokens=dict(more or {}),
        model_max_length=256,
    )
