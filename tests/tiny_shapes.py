"""A small CLIP model that knows coloured shapes, trained here in seconds.

Tests prove the image channel with it: it is a true open_clip model, loaded from the folder that
this writes (open_clip_config.json and .safetensors) as any user's model is.
"""

import json
import random
from pathlib import Path

import torch
from PIL import Image, ImageDraw
from safetensors.torch import save_file

from mmrag.backends import torchvision_ops

torchvision_ops.ensure()

import open_clip  # noqa: E402 - needs the line above

COLOURS = ("red", "green", "blue", "black")
SHAPES = ("circle", "square", "triangle")
CAPTIONS = tuple(f"{colour} {shape}" for colour in COLOURS for shape in SHAPES)
SENTENCES = ("{}", "a {}", "a picture of a {}", "an image that shows a {}", "where is the {}?")
PICTURES, BATCH, RATE = 1000, 48, 2e-3
MAX_LOG_SCALE = 4.6  # 100, as CLIP was trained (section 2.5)
CONFIG = {
    "model_cfg": {
        "embed_dim": 32,
        "vision_cfg": {"image_size": 32, "layers": [1, 1, 1, 1], "width": 8, "head_width": 64},
        "text_cfg": {
            "context_length": 16,
            "vocab_size": 49408,  # of open_clip's own tokenizer
            "width": 32,
            "heads": 2,
            "layers": 1,
        },
    },
    "preprocess_cfg": {
        "mean": [0.5, 0.5, 0.5],
        "std": [0.5, 0.5, 0.5],
        "interpolation": "bilinear",
        "resize_mode": "squash",
    },
}


def draw(caption: str, chance: random.Random, size: tuple[int, int] = (96, 96)) -> Image.Image:
    """A picture of what `caption` says, "COLOUR SHAPE", somewhere on white."""
    colour, shape = caption.split()
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    side = chance.uniform(0.45, 0.9) * min(size)
    left, top = chance.uniform(0, size[0] - side), chance.uniform(0, size[1] - side)
    box = (left, top, left + side, top + side)
    if shape == "circle":
        pen.ellipse(box, fill=colour)
    elif shape == "square":
        pen.rectangle(box, fill=colour)
    else:
        pen.polygon([(left, box[3]), (box[2], box[3]), (left + side / 2, top)], fill=colour)
    return image


def train(folder: Path, steps: int = 180, seed: int = 1) -> Path:
    """Train the model on drawn shapes and save it in `folder`, as open_clip keeps models."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "open_clip_config.json").write_text(json.dumps(CONFIG, indent=1), encoding="utf-8")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # more only wait for each other on layers this small
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = open_clip.create_model(f"local-dir:{folder}", load_weights=False)
        _fit(model, random.Random(seed), steps, open_clip.get_tokenizer(f"local-dir:{folder}"))
    torch.set_num_threads(threads)
    weights = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(weights, str(folder / "open_clip_model.safetensors"))
    return folder


def _fit(
    model: torch.nn.Module, chance: random.Random, steps: int, tokenize: open_clip.SimpleTokenizer
) -> None:
    """Train until each picture is nearest to the sentence that says what it shows."""
    prepare = open_clip.image_transform(
        model.visual.image_size, is_train=False, **CONFIG["preprocess_cfg"]
    )
    shown = [number % len(CAPTIONS) for number in range(PICTURES)]
    pictures = torch.stack([prepare(draw(CAPTIONS[number], chance)) for number in shown])
    truth = torch.tensor(shown)
    sentences = [tokenize([text.format(name) for name in CAPTIONS]) for text in SENTENCES]
    model.token_embedding.requires_grad_(False)  # random vectors tell words apart well enough
    trained = [weights for weights in model.parameters() if weights.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, total_steps=steps, pct_start=0.1
    )
    model.train()
    for _ in range(steps):
        batch = torch.randint(PICTURES, (BATCH,))
        logits, _ = model.get_logits(pictures[batch], chance.choice(sentences))
        loss = torch.nn.functional.cross_entropy(logits, truth[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            model.logit_scale.clamp_(0, MAX_LOG_SCALE)
    model.eval()
