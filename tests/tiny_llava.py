"""Tiny checkpoints of the LLaVA family, in the true format, with random weights.

What they say is nonsense; how they are loaded, prompted and streamed is what a user's weights go
through: config.json, safetensors, tokenizer, image processor and chat template of each model.
`MODELS` makes each in a folder, seeded, in seconds.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

from mmrag.backends import torchvision_ops

torchvision_ops.ensure()

import transformers as hf  # noqa: E402 - needs the line above
from transformers.models.llava_next.image_processing_llava_next import (  # noqa: E402
    LlavaNextImageProcessor,
)
from transformers.models.llava_onevision.image_processing_llava_onevision import (  # noqa: E402
    LlavaOnevisionImageProcessor,
)

SEED = 20
CONTEXT = 4096  # tokens, as LLaVA 1.5
PATCH, SIDE = 14, 56  # pixels: 16 patches to a picture
GRID = [[SIDE, 2 * SIDE], [2 * SIDE, SIDE], [2 * SIDE, 2 * SIDE]]
TEXT = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": CONTEXT,
}
VISION = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "image_size": SIDE,
    "patch_size": PATCH,
}
WORDS = """
The chart shows the revenue of each year in millions of dollars. The table lists the parts of the
pump with their number and weight. USER: ASSISTANT: What does the figure say? Answer from the
evidence and name its marker, like [K7Q]. NOT IN THE EVIDENCE. 0 1 2 3 4 5 6 7 8 9 % $ ( ) [ ] < >
"""

_PICTURES = "{% for part in message['content'] if part['type'] == 'image' %}<image>"
_TEXTS = "{% for part in message['content'] if part['type'] == 'text' %}"
VICUNA = (  # LLaVA 1.5 and BakLLaVA: "USER: <image>\nQuestion ASSISTANT:"
    "{% for message in messages %}"
    "{% if message['role'] != 'system' %}{{ message['role'] | upper }}: {% endif %}"
    + _PICTURES
    + "{{ '\n' }}{% endfor %}"
    + _TEXTS
    + "{{ part['text'] + ' ' }}{% endfor %}"
    "{% endfor %}{% if add_generation_prompt %}ASSISTANT:{% endif %}"
)
MISTRAL = (  # LLaVA 1.6 with Mistral: "[INST] <image>\nQuestion [/INST]"
    "{% for message in messages %}"
    "{% if message['role'] == 'system' %}"
    "{{ '<<SYS>>\n' + message['content'][0]['text'] + '\n<</SYS>>\n\n' }}"
    "{% elif message['role'] == 'user' %}[INST] "
    + _PICTURES
    + "{{ '\n' }}{% endfor %}"
    + _TEXTS
    + "{{ part['text'] }}{% endfor %} [/INST]"
    "{% else %}" + _TEXTS + "{{ ' ' + part['text'] + '</s>' }}{% endfor %}{% endif %}"
    "{% endfor %}"
)
CHATML = (  # OneVision with Qwen2: "<|im_start|>user <image>\nQuestion<|im_end|>"
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + ' ' }}"
    + _PICTURES
    + "{% endfor %}"
    + _TEXTS
    + "{{ '\n' + part['text'] }}{% endfor %}{{ '<|im_end|>' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def llava(folder: Path) -> None:
    """LLaVA 1.5: CLIP and Llama, one view of each picture."""
    _with_clip(folder, hf.LlamaConfig)


def bakllava(folder: Path) -> None:
    """BakLLaVA: the same with Mistral."""
    _with_clip(folder, hf.MistralConfig)


def llava_next(folder: Path) -> None:
    """LLaVA 1.6: CLIP and Mistral; a picture is seen whole and in tiles."""
    tokenizer = _llama_tokenizer()
    config = hf.LlavaNextConfig(
        vision_config=_clip(),
        text_config=hf.MistralConfig(**TEXT, **specials(tokenizer), sliding_window=None),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        image_grid_pinpoints=GRID,
    )
    images = LlavaNextImageProcessor(
        size={"shortest_edge": SIDE},
        crop_size={"height": SIDE, "width": SIDE},
        image_grid_pinpoints=GRID,
    )
    processor = hf.LlavaNextProcessor(
        images,
        tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=MISTRAL,
    )
    save(folder, hf.LlavaNextForConditionalGeneration, config, processor)


def onevision(folder: Path) -> None:
    """LLaVA-OneVision: SigLIP and Qwen2; several pictures in one prompt."""
    tokenizer = bytes_tokenizer(["<|im_start|>", "<|im_end|>", "<image>", "<video>"])
    config = hf.LlavaOnevisionConfig(
        vision_config=hf.SiglipVisionConfig(**VISION, vision_use_head=False),
        text_config=hf.Qwen2Config(**TEXT, **specials(tokenizer), tie_word_embeddings=True),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        video_token_index=tokenizer.convert_tokens_to_ids("<video>"),
        image_grid_pinpoints=GRID,
    )
    images = LlavaOnevisionImageProcessor(
        size={"height": SIDE, "width": SIDE}, image_grid_pinpoints=GRID
    )
    processor = hf.LlavaOnevisionProcessor(
        images,
        tokenizer,
        hf.LlavaOnevisionVideoProcessor(size={"height": SIDE, "width": SIDE}),
        num_image_tokens=(SIDE // PATCH) ** 2,
        vision_feature_select_strategy="full",
        chat_template=CHATML,
    )
    save(folder, hf.LlavaOnevisionForConditionalGeneration, config, processor)


MODELS: dict[str, Callable[[Path], None]] = {
    "llava": llava,
    "llava-next": llava_next,
    "bakllava": bakllava,
    "onevision": onevision,
}


def _with_clip(folder: Path, text: type) -> None:
    tokenizer = _llama_tokenizer()
    config = hf.LlavaConfig(
        vision_config=_clip(),
        text_config=text(**TEXT, **specials(tokenizer)),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        image_seq_length=(SIDE // PATCH) ** 2,
    )
    images = hf.CLIPImageProcessor(
        size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE}
    )
    processor = hf.LlavaProcessor(
        images,
        tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=VICUNA,
    )
    save(folder, hf.LlavaForConditionalGeneration, config, processor)


def _clip() -> hf.CLIPVisionConfig:
    return hf.CLIPVisionConfig(**VISION, projection_dim=64)


def specials(tokenizer: hf.PreTrainedTokenizerBase) -> dict[str, int]:
    return {
        "vocab_size": len(tokenizer),
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }


def _llama_tokenizer() -> hf.PreTrainedTokenizerBase:
    """Pieces of words after a `▁`, with bytes for what is unknown, as in Llama."""
    specials = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    raw = Tokenizer(models.BPE(byte_fallback=True))
    raw.pre_tokenizer = pre_tokenizers.Metaspace()
    raw.train_from_iterator(
        [WORDS], trainers.BpeTrainer(vocab_size=500, special_tokens=specials, show_progress=False)
    )
    vocab, merges = _parts(raw)
    tokenizer = hf.LlamaTokenizer(vocab=vocab, merges=merges, pad_token="<pad>")
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        "<s> $A", special_tokens=[("<s>", tokenizer.bos_token_id)]
    )
    tokenizer.add_tokens(["<image>"], special_tokens=True)
    tokenizer.model_max_length = CONTEXT
    return tokenizer


def bytes_tokenizer(
    tokens: Sequence[str], named: Mapping[str, str] | None = None
) -> hf.PreTrainedTokenizerBase:
    """Pieces of bytes, as in Qwen2; `tokens` have a meaning of their own, some by a name."""
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.train_from_iterator(
        [WORDS],
        trainers.BpeTrainer(
            vocab_size=500,
            special_tokens=["<|endoftext|>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    vocab, merges = _parts(raw)
    end = "<|im_end|>" if "<|im_end|>" in tokens else "<|endoftext|>"
    more = {"extra_special_tokens": dict(named)} if named else {}
    tokenizer = hf.Qwen2Tokenizer(vocab=vocab, merges=merges, eos_token=end, **more)
    tokenizer.add_tokens(list(tokens), special_tokens=True)
    tokenizer.model_max_length = CONTEXT
    return tokenizer


def _parts(tokenizer: Tokenizer) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Vocabulary and merges, as transformers' tokenizers take them."""
    model = json.loads(tokenizer.to_str())["model"]
    return model["vocab"], [tuple(merge) for merge in model["merges"]]


def save(
    folder: Path, kind: type, config: hf.PretrainedConfig, processor: hf.ProcessorMixin
) -> None:
    hf.utils.logging.disable_progress_bar()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        model = kind(config).eval()
    tokenizer = processor.tokenizer
    said = [tokenizer.decode([token], skip_special_tokens=True) for token in range(len(tokenizer))]
    blank = [token for token, text in enumerate(said) if not text.strip() or "\ufffd" in text]
    with torch.no_grad():  # never the likeliest: a reply has words, and ends where a limit ends it
        model.get_output_embeddings().weight[[*blank, config.text_config.eos_token_id]] = 0
    model.generation_config.eos_token_id = config.text_config.eos_token_id
    model.generation_config.pad_token_id = config.text_config.pad_token_id
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
