"""Tiny checkpoints of the families of 2025 and 2026, in the true format, with random weights.

As `tiny_llava`: what they say is nonsense; how they are loaded and prompted, see a picture and
stream is what a user's weights go through. `MODELS` makes each in a folder, seeded, in seconds.
Their chat templates write what those of the published checkpoints do, for the roles and parts
that mmrag sends.
"""

from collections.abc import Callable
from pathlib import Path

import tiny_llava
import transformers as hf
from tiny_llava import TEXT, bytes_tokenizer, save, specials
from transformers.models.idefics3.image_processing_idefics3 import Idefics3ImageProcessor
from transformers.models.llava_next.image_processing_llava_next import LlavaNextImageProcessor
from transformers.models.minicpmv4_6.image_processing_minicpmv4_6 import MiniCPMV4_6ImageProcessor
from transformers.models.minicpmv4_6.video_processing_minicpmv4_6 import MiniCPMV4_6VideoProcessor
from transformers.models.qwen2_vl.image_processing_qwen2_vl import Qwen2VLImageProcessor
from transformers.models.qwen3_vl.video_processing_qwen3_vl import Qwen3VLVideoProcessor
from transformers.models.smolvlm.image_processing_smolvlm import SmolVLMImageProcessor
from transformers.models.smolvlm.video_processing_smolvlm import SmolVLMVideoProcessor

PATCH = 16  # pixels, of Qwen's vision
TILE = 32  # pixels, of Idefics3's: 16 patches of 8 pixels, shuffled into 4 tokens
SLICE = 112  # pixels, of MiniCPM-V's
QWEN_TOKENS = (
    "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>",
    "<|video_pad|>",
)  # fmt: skip
GRANITE_TOKENS = ("<|start_of_role|>", "<|end_of_role|>", "<|end_of_text|>")

_PICTURE = "{% if part['type'] == 'image' %}"
_QWEN_TURNS = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
    "{% for part in message['content'] %}"
    + _PICTURE
    + "<|vision_start|><|image_pad|><|vision_end|>"
    "{% else %}{{ part['text'] }}{% endif %}{% endfor %}{{ '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}"
)
QWEN3_VL = _QWEN_TURNS + "{% endif %}"
QWEN3_5 = (  # of 4B and more: thinks unless it is told not to
    _QWEN_TURNS + "{% if enable_thinking is defined and enable_thinking is false %}"
    "{{ '<think>\n\n</think>\n\n' }}{% else %}{{ '<think>\n' }}{% endif %}{% endif %}"
)
GRANITE_VISION = (  # a task's tag becomes its words
    "{% for message in messages %}"
    "{{ '<|start_of_role|>' + message['role'] + '<|end_of_role|>' }}"
    "{% for part in message['content'] %}"
    + _PICTURE
    + "{{ '<image>\n' }}{% elif part['text'].startswith('<chart2csv>') %}"
    "Give the data of this chart as CSV."
    "{% else %}{{ part['text'] }}{% endif %}{% endfor %}{{ '<|end_of_text|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_of_role|>assistant<|end_of_role|>' }}{% endif %}"
)
GRANITE_DOCLING = (
    "{% for message in messages %}"
    "{{ '<|start_of_role|>' + message['role'] + '<|end_of_role|>' }}"
    "{% for part in message['content'] %}"
    + _PICTURE
    + "<image>{% else %}{{ part['text'] }}{% endif %}{% endfor %}{{ '<|end_of_text|>\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_of_role|>assistant<|end_of_role|>' }}{% endif %}"
)
SMOLVLM = (
    "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}"
    "{% if message['content'][0]['type'] == 'image' %}:{% else %}{{ ': ' }}{% endif %}"
    "{% for part in message['content'] %}"
    + _PICTURE
    + "<image>{% else %}{{ part['text'] }}{% endif %}{% endfor %}{{ '<end_of_utterance>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}Assistant:{% endif %}"
)
MINICPM = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
    "{% for part in message['content'] %}"
    + _PICTURE
    + "{{ '<|image_pad|>\n' }}{% else %}{{ part['text'] }}{% endif %}{% endfor %}"
    "{{ '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def qwen3_vl(folder: Path) -> None:
    """Qwen3-VL: patches by the picture's size, features of several layers of the vision."""
    tokenizer = bytes_tokenizer(QWEN_TOKENS)
    config = hf.Qwen3VLConfig(
        vision_config={**_qwen_vision(), "deepstack_visual_indexes": [0, 1]},
        text_config={
            **TEXT, **specials(tokenizer), "head_dim": 16, "rope_parameters": _rope([4, 2, 2]),
        },
        tie_word_embeddings=True,
        **_qwen_ids(tokenizer),
    )  # fmt: skip
    save(folder, hf.Qwen3VLForConditionalGeneration, config, _qwen(tokenizer, QWEN3_VL))


def qwen3_5(folder: Path) -> None:
    """Qwen3.5: linear attention in three layers of four; it has a switch for thinking."""
    tokenizer = bytes_tokenizer(QWEN_TOKENS)
    config = hf.Qwen3_5Config(
        vision_config=_qwen_vision(),
        text_config=_qwen3_5_text(tokenizer),
        tie_word_embeddings=True,
        **_qwen_ids(tokenizer),
    )
    save(folder, hf.Qwen3_5ForConditionalGeneration, config, _qwen(tokenizer, QWEN3_5))


def granite_vision(folder: Path) -> None:
    """Granite Vision 4: SigLIP in tiles, its features put into eight layers of the text model."""
    tokenizer = bytes_tokenizer([*GRANITE_TOKENS, "<image>", "<fcel>", "<nl>"])
    side = tiny_llava.SIDE
    grid = tiny_llava.GRID
    config = hf.Granite4VisionConfig(
        vision_config=hf.SiglipVisionConfig(**tiny_llava.VISION, vision_use_head=False),
        text_config={**TEXT, **specials(tokenizer), "num_hidden_layers": 6},
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        image_grid_pinpoints=grid,
        vision_feature_select_strategy="full",
        downsample_rate="1/2",
        deepstack_layer_map=[[0, 0], [1, 1]],
        spatial_target_layers=[2, 3, 4, 5],
        qformer_config={"intermediate_size": 128, "num_hidden_layers": 1},
    )
    images = LlavaNextImageProcessor(
        size={"height": side, "width": side},
        crop_size={"height": side, "width": side},
        image_grid_pinpoints=grid,
    )
    processor = hf.Granite4VisionProcessor(
        images,
        tokenizer,
        patch_size=tiny_llava.PATCH,
        vision_feature_select_strategy="full",
        downsample_rate="1/2",
        chat_template=GRANITE_VISION,
    )
    save(folder, hf.Granite4VisionForConditionalGeneration, config, processor)


def granite_docling(folder: Path) -> None:
    """Granite-Docling 258M: Idefics3, a page in tiles and whole; it writes DocTags."""
    tags = ["<doctag>", "</doctag>", "<loc_1>", "<fcel>", "<nl>"]
    tokenizer = bytes_tokenizer([*GRANITE_TOKENS, *_tile_tokens(), *tags])
    config = hf.Idefics3Config(**_idefics_parts(tokenizer))
    processor = hf.Idefics3Processor(
        Idefics3ImageProcessor(**_tiles()), tokenizer, image_seq_len=4,
        chat_template=GRANITE_DOCLING,
    )  # fmt: skip
    save(folder, hf.Idefics3ForConditionalGeneration, config, processor)


def smolvlm(folder: Path) -> None:
    """SmolVLM2: Idefics3 with SmolLM2, several pictures in one prompt."""
    tokenizer = bytes_tokenizer(["<|im_start|>", *_tile_tokens(), "<video>"])
    config = hf.SmolVLMConfig(**_idefics_parts(tokenizer))
    processor = hf.SmolVLMProcessor(
        SmolVLMImageProcessor(**_tiles()), tokenizer, SmolVLMVideoProcessor(**_tiles()),
        image_seq_len=4, chat_template=SMOLVLM,
    )  # fmt: skip
    save(folder, hf.SmolVLMForConditionalGeneration, config, processor)


def minicpm(folder: Path) -> None:
    """MiniCPM-V 4.6: slices of a picture, merged twice, before the text model of Qwen3.5."""
    named = {
        "image_token": "<|image_pad|>", "video_token": "<|video_pad|>",
        "image_start_token": "<image>", "image_end_token": "</image>",
        "slice_start_token": "<slice>", "slice_end_token": "</slice>",
        "image_id_start_token": "<image_id>", "image_id_end_token": "</image_id>",
    }  # fmt: skip
    tokenizer = bytes_tokenizer(["<|im_start|>", "<|im_end|>", *named.values()], named)
    config = hf.MiniCPMV4_6Config(
        vision_config={**tiny_llava.VISION, "image_size": SLICE},
        text_config={**_qwen3_5_text(tokenizer), "model_type": "qwen3_5_text"},
        insert_layer_id=0,
        image_size=SLICE,
        image_token_id=tokenizer.convert_tokens_to_ids(named["image_token"]),
        video_token_id=tokenizer.convert_tokens_to_ids(named["video_token"]),
    )
    slices = {"scale_resolution": SLICE, "max_slice_nums": 4, "patch_size": tiny_llava.PATCH}
    processor = hf.MiniCPMV4_6Processor(
        MiniCPMV4_6ImageProcessor(**slices), MiniCPMV4_6VideoProcessor(**slices), tokenizer,
        chat_template=MINICPM,
    )  # fmt: skip
    save(folder, hf.MiniCPMV4_6ForConditionalGeneration, config, processor)


MODELS: dict[str, Callable[[Path], None]] = {
    "qwen3-vl": qwen3_vl,
    "qwen3.5": qwen3_5,
    "granite-vision-4": granite_vision,
    "granite-docling": granite_docling,
    "smolvlm": smolvlm,
    "minicpm-v-4.6": minicpm,
}


def _qwen_vision() -> dict[str, object]:
    return {
        "depth": 2, "hidden_size": 64, "intermediate_size": 128, "num_heads": 4,
        "patch_size": PATCH, "out_hidden_size": TEXT["hidden_size"], "num_position_embeddings": 16,
    }  # fmt: skip


def _qwen3_5_text(tokenizer: hf.PreTrainedTokenizerBase) -> dict[str, object]:
    return {
        **TEXT, **specials(tokenizer), "head_dim": 32,
        "layer_types": ["linear_attention", "full_attention"],
        "linear_key_head_dim": 16, "linear_value_head_dim": 16,
        "linear_num_key_heads": 2, "linear_num_value_heads": 4,
        "rope_parameters": {**_rope([2, 1, 1]), "partial_rotary_factor": 0.25},
    }  # fmt: skip


def _rope(sections: list[int]) -> dict[str, object]:
    return {
        "rope_type": "default", "rope_theta": 10_000.0, "mrope_section": sections,
        "mrope_interleaved": True,
    }  # fmt: skip


def _qwen_ids(tokenizer: hf.PreTrainedTokenizerBase) -> dict[str, int]:
    names = {
        "image_token_id": "<|image_pad|>", "video_token_id": "<|video_pad|>",
        "vision_start_token_id": "<|vision_start|>", "vision_end_token_id": "<|vision_end|>",
    }  # fmt: skip
    return {key: tokenizer.convert_tokens_to_ids(name) for key, name in names.items()}


def _qwen(tokenizer: hf.PreTrainedTokenizerBase, template: str) -> hf.Qwen3VLProcessor:
    limits = {"shortest_edge": 4 * PATCH**2, "longest_edge": 64 * PATCH**2}  # pixels of a picture
    sizes = {"size": limits, "patch_size": PATCH}
    return hf.Qwen3VLProcessor(
        Qwen2VLImageProcessor(**sizes), tokenizer, Qwen3VLVideoProcessor(**sizes),
        chat_template=template,
    )  # fmt: skip


def _tile_tokens() -> list[str]:
    places = [f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)]
    around = ["<image>", "<fake_token_around_image>", "<global-img>", "<end_of_utterance>"]
    return [*around, *places]


def _tiles() -> dict[str, object]:
    return {"size": {"longest_edge": 3 * TILE}, "max_image_size": {"longest_edge": TILE}}


def _idefics_parts(tokenizer: hf.PreTrainedTokenizerBase) -> dict[str, object]:
    return {
        "vision_config": {**tiny_llava.VISION, "image_size": TILE, "patch_size": TILE // 4},
        "text_config": {**TEXT, **specials(tokenizer), "model_type": "llama"},
        "image_token_id": tokenizer.convert_tokens_to_ids("<image>"),
        "scale_factor": 2,
    }
