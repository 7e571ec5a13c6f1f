"""Measures an image encoder on pictures that documents contain: the table of the model card.

    python eval/encoder/measure.py ../shared/data

Beside the encoder that comes with mmrag stand its own tower with random weights, and chance.
`--model FOLDER` measures another open_clip folder. Without the data the tables stay empty.
"""

import argparse
import io
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pymupdf
import torch
from PIL import Image, ImageOps
from safetensors.torch import load_file, save_file

from mmrag.backends import open_clip, shipped_clip, shipped_clip_files
from mmrag.config import ImageSettings
from mmrag.protocols import ImageEncoder
from mmrag.types import BBox, Float32

DPI = 110
KINDS = Path(__file__).parent / "kinds.jsonl"
CHARTS = Path(__file__).parent / "kinds_of_charts.jsonl"
TEMPLATES = ("{}", "a {}", "picture of a {}", "figure: {}")
WORDS = {
    "bar chart": ("bar chart", "horizontal bar chart", "stacked bar chart"),
    "line chart": ("line chart", "line graph with several curves", "plot with axes and curves"),
    "pie chart": ("pie chart",),
    "table": ("table", "table of numbers", "table with rows and columns"),
    "diagram": ("flow chart", "block diagram with boxes and arrows", "network graph", "tree"),
    "text": ("page of text", "paragraph of text", "list of links", "equation", "pseudo-code"),
    "photograph": ("photograph", "photo of a scene"),
    "drawing": ("line drawing", "schematic drawing of a device"),
    "logo": ("logo", "icon"),
}
"""How a user may call each kind; a picture is of the kind whose names are nearest on average."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default=shipped_clip.NAME)
    options = parser.parse_args()
    figures, captions = crops(options.data)
    print(f"{len(figures)} figures and charts\n")
    encoders = {"encoder": load(options.model), "random weights": untrained(options.model)}
    print("| % | encoder | random weights | chance |\n|---|---|---|---|")
    vectors = {name: encoder.encode_images(figures) for name, encoder in encoders.items()}
    for change, changed in CHANGES.items():
        pictures = [changed(picture) for picture in figures]
        found = [
            same(vectors[name], encoder.encode_images(pictures))
            for name, encoder in encoders.items()
        ]
        print(row(f"itself at rank 1, {change}", *found, 1 / len(figures)))
    told = [at for at, caption in enumerate(captions) if caption]
    for k in (1, 10):
        found = [
            by_caption(encoder, vectors[name], captions, told, k)
            for name, encoder in encoders.items()
        ]
        print(row(f"caption to figure, recall@{k}", *found, k / len(figures)))
    for name, file in (("kind of chart", CHARTS), ("kind of figure", KINDS)):
        kinds, labelled = labels(options.data, file)
        guesses = [guessed(encoder, labelled) for encoder in encoders.values()]
        found = [right(guess, kinds) for guess in guesses]
        most = max(kinds.count(kind) for kind in kinds) / len(kinds)
        print(row(f"{name}, {len(kinds)} labelled", *found, most))
    by_kind = {kind: right(guesses[0], kinds, kind) for kind in WORDS}
    print("\n" + ", ".join(f"{kind} {value:.0%}" for kind, value in by_kind.items()))
    start = time.perf_counter()
    encoders["encoder"].encode_images(figures)
    print(f"\n{len(figures) / (time.perf_counter() - start):.0f} pictures a second")


def load(model: str) -> ImageEncoder:
    return open_clip.load(ImageSettings(backend="open_clip", model=model), offline=True)


def untrained(model: str) -> ImageEncoder:
    """The same tower before it learned anything."""
    folder = shipped_clip_files.FOLDER if model == shipped_clip.NAME else Path(model)
    with tempfile.TemporaryDirectory() as name:
        copy = Path(shutil.copytree(folder, Path(name) / "random"))
        held = load_file(copy / "open_clip_model.safetensors")
        torch.manual_seed(0)
        for key, value in held.items():
            if value.ndim > 1:
                torch.nn.init.kaiming_normal_(value, nonlinearity="relu")
            elif key.endswith(("running_mean", "bias")):
                value.zero_()
            elif value.is_floating_point() and value.ndim:
                value.fill_(1)
        save_file(held, copy / "open_clip_model.safetensors")
        return load(str(copy))


def crops(data: Path) -> tuple[list[Image.Image], list[str]]:
    """The figures of figures-dev and the charts of charts-dev, and the caption of each."""
    pictures, captions = [], []
    for item in lines(data / "figures-dev" / "figures.jsonl"):
        path = data / "figures-dev" / "docs" / f"{item['doc']}.pdf"
        pictures.append(crop(path, item["page"], item["bbox"]))
        captions.append(item["caption"])
    for item in lines(data / "charts-dev" / "charts.jsonl"):
        with Image.open(data / "charts-dev" / item["file"]) as picture:
            pictures.append(picture.convert("RGB"))
        captions.append(item.get("caption") or "")
    return pictures, captions


def labels(data: Path, file: Path) -> tuple[list[str], list[Image.Image]]:
    """The kinds and pictures of the figures or charts that were labelled by hand."""
    kinds, pictures = [], []
    for item in lines(file):
        kinds.append(item["kind"])
        if "file" in item:
            with Image.open(data / item["set"] / item["file"]) as picture:
                pictures.append(picture.convert("RGB"))
        else:
            path = data / item["set"] / "docs" / f"{item['doc']}.pdf"
            pictures.append(crop(path, item["page"], item["bbox"]))
    return kinds, pictures


def lines(path: Path) -> Iterator[Mapping[str, object]]:
    yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def crop(path: Path, page: int, box: BBox) -> Image.Image:
    with pymupdf.open(path) as document:
        pixels = document[page - 1].get_pixmap(dpi=DPI, clip=pymupdf.Rect(box), alpha=False)
    return Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)


def cut(picture: Image.Image) -> Image.Image:
    """Without 15 % of its width at the left, and of its height at the bottom."""
    width, height = picture.size
    return picture.crop((round(0.15 * width), 0, width, round(0.85 * height)))


def small(picture: Image.Image) -> Image.Image:
    return picture.resize((max(16, picture.width // 2), max(16, picture.height // 2)))


def compressed(picture: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=30)
    return Image.open(buffer).convert("RGB")


def grey(picture: Image.Image) -> Image.Image:
    return ImageOps.grayscale(picture).convert("RGB")


CHANGES: Mapping[str, Callable[[Image.Image], Image.Image]] = {
    "half the size": small,
    "JPEG of quality 30": compressed,
    "grey": grey,
    "cut by 15 % at two sides": cut,
    "all four": lambda picture: grey(compressed(small(cut(picture)))),
}


def same(vectors: Float32, changed: Float32) -> float:
    """The part of the changed pictures whose source is the nearest of all."""
    return float(np.mean((changed @ vectors.T).argmax(axis=1) == np.arange(len(vectors))))


def by_caption(
    encoder: ImageEncoder, vectors: Float32, captions: Sequence[str], told: Sequence[int], k: int
) -> float:
    """The part of the captions whose figure is among the nearest k."""
    likeness = encoder.encode_texts([encoder.split(captions[at])[0] for at in told]) @ vectors.T
    best = np.argsort(-likeness, axis=1)[:, :k]
    return float(np.mean([at in found for at, found in zip(told, best, strict=True)]))


def guessed(encoder: ImageEncoder, pictures: Sequence[Image.Image]) -> list[str]:
    """The kind that each picture is taken for."""
    names = list(WORDS)
    rows = []
    for words in WORDS.values():
        texts = [form.format(word) for word in words for form in TEMPLATES]
        mean = encoder.encode_texts(texts).mean(axis=0)
        rows.append(mean / np.linalg.norm(mean))
    best = (encoder.encode_images(pictures) @ np.stack(rows).T).argmax(axis=1)
    return [names[at] for at in best]


def right(guesses: Sequence[str], kinds: Sequence[str], only: str = "") -> float:
    """The part of the guesses, or of those for pictures of one kind, that are right."""
    counted = [
        (one, other) for one, other in zip(guesses, kinds, strict=True) if only in ("", other)
    ]
    return sum(one == other for one, other in counted) / max(1, len(counted))


def row(name: str, *values: float) -> str:
    return f"| {name} | {' | '.join(f'{100 * value:.1f}' for value in values)} |"


if __name__ == "__main__":
    main()
