"""Checkpoints in the true shape and format with random weights: what they cost is real.

What a model says depends on its weights; how long it loads, how much memory it takes and how fast
it generates do not. So speed and memory of models that cannot be fetched are measured on these.
Shapes are those of each model's published config.json.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

from mmrag.backends import torchvision_ops

torchvision_ops.ensure()

import open_clip  # noqa: E402 - needs the line above
import transformers as hf  # noqa: E402
from safetensors.torch import save_file  # noqa: E402
from sentence_transformers import SentenceTransformer  # noqa: E402
from sentence_transformers import models as parts  # noqa: E402

LAYERS = "num_hidden_layers"
_MESSAGE = (
    "{%% for message in messages %%}{{ message['role'] }} "
    "{%% for part in message['content'] %%}{%% if part['type'] == 'image' %%}%s "
    "{%% else %%}{{ part['text'] }} {%% endif %%}{%% endfor %%}{%% endfor %%}"
)


def clip(architecture: str, file: Path) -> None:
    """A CLIP model of open_clip, by its name there."""
    save_file(open_clip.create_model(architecture, load_weights=False).state_dict(), file)


def minilm(folder: Path) -> None:
    """all-MiniLM-L6-v2: six layers of 384, mean of the tokens."""
    words = _tokenizer(30_522)
    config = hf.BertConfig(
        hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536
    )
    bare = folder.with_name(folder.name + "-bare")
    hf.BertModel(config).save_pretrained(bare)
    words.save_pretrained(bare)
    bert = parts.Transformer(str(bare), max_seq_length=256)
    SentenceTransformer(modules=[bert, parts.Pooling(384)]).save(str(folder))


def llava_7b(folder: Path, device: torch.device, layers: int | None = None) -> None:
    """LLaVA 1.5 with Llama 7B: CLIP ViT-L/14 at 336 pixels."""
    words = _byte_tokenizer(32_064, "<image>")
    config = hf.LlavaConfig(
        vision_config=hf.CLIPVisionConfig(
            hidden_size=1024, intermediate_size=4096, num_hidden_layers=24,
            num_attention_heads=16, image_size=336, patch_size=14, projection_dim=768,
        ),
        text_config=hf.LlamaConfig(
            hidden_size=4096, intermediate_size=11_008, num_attention_heads=32,
            vocab_size=len(words), max_position_embeddings=4096, **{LAYERS: layers or 32},
        ),
        image_token_index=words.convert_tokens_to_ids("<image>"),
        image_seq_length=576,
    )  # fmt: skip
    pictures = hf.CLIPImageProcessor(
        size={"shortest_edge": 336}, crop_size={"height": 336, "width": 336}
    )
    processor = hf.LlavaProcessor(
        pictures, words, patch_size=14, vision_feature_select_strategy="default",
        num_additional_image_tokens=1, chat_template=_MESSAGE % "<image>",
    )  # fmt: skip
    _save(hf.LlavaForConditionalGeneration, config, processor, folder, device)


def qwen3_vl_8b(folder: Path, device: torch.device, layers: int | None = None) -> None:
    """Qwen3-VL-8B-Instruct: 36 layers of 4,096, a vision tower of 27 layers."""
    specials = ("<|image_pad|>", "<|video_pad|>", "<|vision_start|>", "<|vision_end|>")
    words = _byte_tokenizer(151_936, *specials)
    image, video, start, end = words.convert_tokens_to_ids(list(specials))
    config = hf.Qwen3VLConfig(
        text_config={
            "hidden_size": 4096, "intermediate_size": 12_288, "num_attention_heads": 32,
            "num_key_value_heads": 8, "head_dim": 128, "vocab_size": len(words),
            "max_position_embeddings": 262_144, LAYERS: layers or 36,
            "rope_parameters": {
                "rope_type": "default", "rope_theta": 5e6, "mrope_section": [24, 20, 20],
                "mrope_interleaved": True,
            },
        },
        vision_config={"out_hidden_size": 4096},
        image_token_id=image, video_token_id=video,
        vision_start_token_id=start, vision_end_token_id=end,
    )  # fmt: skip
    side = {"patch_size": 16, "temporal_patch_size": 2, "merge_size": 2}
    processor = hf.Qwen3VLProcessor(
        hf.Qwen2VLImageProcessor(**side), words, hf.Qwen3VLVideoProcessor(**side),
        chat_template=_MESSAGE % "<|vision_start|><|image_pad|><|vision_end|>",
    )  # fmt: skip
    _save(hf.Qwen3VLForConditionalGeneration, config, processor, folder, device)


VLMS: dict[str, Callable[..., None]] = {"llava-1.5-7b": llava_7b, "qwen3-vl-8b": qwen3_vl_8b}


def _tokenizer(size: int, *specials: str) -> hf.PreTrainedTokenizerFast:
    """One word for each ID below `size`, so that whatever is generated has a text."""
    ends = ("[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]")
    words = [*ends, *specials]
    words += [f"w{at}" for at in range(size - len(words))]
    raw = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, "[UNK]"))
    raw.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    raw.decoder = decoders.WordPiece("##")
    names = {f"{end[1:4].lower()}_token": end for end in ends[:4]}
    return hf.PreTrainedTokenizerFast(
        tokenizer_object=raw, mask_token=ends[4], extra_special_tokens=list(specials), **names
    )


def _byte_tokenizer(size: int, *specials: str) -> hf.PreTrainedTokenizerFast:
    """Bytes, as published models have, so that a grammar can be kept to; the rest are words."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = ["[PAD]", "[END]", *specials, *letters]
    words += [f"\u0120w{at}" for at in range(size - len(words))]
    bare = models.BPE({word: at for at, word in enumerate(words)}, [], ignore_merges=True)
    raw = Tokenizer(bare)
    raw.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(r"\s?\S+"), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])  # fmt: skip
    raw.decoder = decoders.ByteLevel()
    names = dict(zip(("pad_token", "eos_token"), words[:2], strict=True))
    return hf.PreTrainedTokenizerFast(
        tokenizer_object=raw, extra_special_tokens=list(specials), **names
    )


def _save(
    kind: type, config: hf.PretrainedConfig, processor: hf.ProcessorMixin, folder: Path,
    device: torch.device,
) -> None:  # fmt: skip
    with _half(), device:
        model = kind(config)
    model.generation_config.pad_token_id = processor.tokenizer.pad_token_id
    model.save_pretrained(folder)
    processor.save_pretrained(folder)


@contextmanager
def _half() -> Iterator[None]:
    """Weights are made in 16 bits, as they are published."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        yield
    finally:
        torch.set_default_dtype(before)
