"""Trains the image encoder that comes with mmrag, on drawn pictures and on those of publications.

    python eval/encoder/textbooks.py --work indexes/encoder CLONES
    python eval/encoder/train.py --work indexes/encoder --index indexes/papers --minutes 90
    python eval/encoder/train.py --work indexes/encoder --start FOLDER --rate 1e-3 --minutes 90

The tower learns to put a picture where MiniLM puts its captions (locked-text tuning, Zhai et al.,
2022, arXiv 2111.07991), and two views of one picture side by side. A batch holds several pictures
of one kind, paper or chapter, so that it has to tell apart what is alike. `--index` takes indexes
whose figures have captions; without any, and without textbooks, drawn pictures alone are learned
from. What is done already lies in the work folder, and is gone on with; `curve.csv` there has the
losses. `--start` begins with the weights of an open_clip folder of the same architecture.
"""

import argparse
import csv
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import kinds
import numpy as np
import pictures
import pymupdf
import torch
import views
from PIL import Image, ImageOps
from safetensors.torch import load_file, save_file
from torch.nn import functional

from mmrag.backends import minilm, torchvision_ops
from mmrag.config import TextSettings
from mmrag.index import Index
from mmrag.types import Document

torchvision_ops.ensure()

from open_clip.timm_model import TimmModel  # noqa: E402 - needs the line above

ARCHITECTURE = "regnetx_004"
WIDTH = 384  # of MiniLM's vectors
SIDE = 224  # of what the model sees later: somewhat more than in training (arXiv 1906.06423)
SMALL = 144  # side of their smaller copies
STORED = 256  # side of the stored pictures, in pixels
SIZES = ((0.5, 128), (1.0, 192))  # until which part of the time, with which side
BATCH, TOGETHER = 128, 16  # pictures of a batch, and of one group in it
DECAY, WARM_UP = 0.05, 200
SAME_CAPTION = 0.05  # temperature of the likeness of captions, which is what the model should find
AVERAGED = 0.998  # how much of the averaged weights stays at each step
SAVED_EVERY = 200  # steps
PART = 1000  # pictures
KINDS, UNKNOWN = list(kinds.NAMES), -1
TEXT = KINDS.index("text")
FORMS = ("{}", "a {}", "picture of a {}", "figure: {}")
REAL = 4  # how many drawn pictures a real figure weighs as much as
CUTTINGS, DPI = 6, 110  # of the text of one document
PAGE_OF_TEXT = 200  # words


Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]
"""Two views of each picture, `(BATCH, 3, side, side)`, the vector of a caption, and the kinds."""


@dataclass(frozen=True)
class Pair:
    """A picture in the middle of a white square, what is said of it, and what it belongs to."""

    square: np.ndarray  # uint8 of shape `(STORED, STORED, 3)`
    size: tuple[int, int]  # height and width of the picture inside
    texts: Sequence[str]
    group: int
    kind: str = ""  # of `kinds.NAMES`, where it is known


@dataclass(frozen=True)
class Pairs:
    """Pictures, uint8 of shapes `(STORED, STORED, 3)` and smaller, and the vectors of captions."""

    pictures: Sequence[np.ndarray]
    small: Sequence[np.ndarray]  # for small views: reading fewer pixels is half of the time
    sizes: np.ndarray  # float32 of shape `(pictures, 2)`: height and width, of the square's
    captions: Sequence[np.ndarray]  # of each picture, float32 of shape `(captions, WIDTH)`
    groups: Sequence[Sequence[int]]  # which pictures belong together
    group_of: Sequence[int]
    kinds: np.ndarray  # int64: which of `kinds.NAMES` each picture is, or `UNKNOWN`


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--index", type=Path, action="append", default=[])
    parser.add_argument("--drawn", type=int, default=20_000)
    parser.add_argument("--minutes", type=float, default=90.0)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--start", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    draw(options.work, options.drawn)
    for root in options.index:
        crop(options.work, root)
    pairs = read(options.work)
    print(f"{len(pairs.pictures)} pictures")
    train(pairs, options.work, 60 * options.minutes, options.rate, options.start, options.seed)


def draw(work: Path, count: int) -> None:
    """Draw pictures in parts, each with its captions; those that are there stay."""
    parts = [part for part in range(-(-count // PART)) if not (work / f"drawn-{part}.npz").exists()]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for part, found in zip(parts, pool.map(_drawn, parts), strict=True):
            write(work / f"drawn-{part}.npz", found)
            print(f"drawn: {PART * (part + 1)} of {count}")


def _drawn(part: int) -> list[Pair]:
    made = [pictures.draw(seed) for seed in range(PART * part, PART * (part + 1))]
    return [
        read_pair(
            item.picture,
            item.captions,
            pictures.KINDS.index(item.kind),
            kinds.OF_DRAWN.get(item.kind, item.kind),
        )
        for item in made
    ]


def crop(work: Path, root: Path) -> None:
    """Take the figures of an index that have a caption, and cuttings of its pages of text."""
    target = work / f"figures-{root.name}.npz"
    if target.exists():
        return
    with Index.open(root) as index:
        found = list(_figures(index))
    write(target, found)
    print(f"{root}: {len(found)} figures")


def _figures(index: Index) -> Iterator[Pair]:
    catalog = index.searcher.catalog
    for group, document in enumerate(catalog.documents()):
        for figure in catalog.figures_of_document(document.id):
            if figure.picture and len(figure.caption.split()) > 2:
                with index.pictures.open(figure.picture) as picture:
                    texts = [figure.caption[:300], *figure.mentions[:2]]
                    yield read_pair(picture, texts, group, kinds.of_figure(figure))
        yield from _cuttings(index, document, group)


def _cuttings(index: Index, document: Document, group: int) -> Iterator[Pair]:
    """Parts of pages that hold nothing but text."""
    catalog, chance = index.searcher.catalog, random.Random(document.id)
    drawn = {figure.page_id for figure in catalog.figures_of_document(document.id)}
    pages = [
        page
        for page in catalog.pages(document.id)
        if page.id not in drawn and len(page.text.split()) > PAGE_OF_TEXT
    ]
    if not pages:
        return
    with pymupdf.open(document.path) as opened:
        for page in chance.sample(pages, min(CUTTINGS, len(pages))):
            whole = opened[page.number - 1].rect
            width, height = (
                whole.width * chance.uniform(0.2, 0.9),
                whole.height * chance.uniform(0.1, 0.7),
            )
            x, y = (
                whole.x0 + chance.random() * (whole.width - width),
                whole.y0 + chance.random() * (whole.height - height),
            )
            part = pymupdf.Rect(x, y, x + width, y + height)
            pixels = opened[page.number - 1].get_pixmap(dpi=DPI, clip=part, alpha=False)
            words = " ".join(opened[page.number - 1].get_text(clip=part).split()[:30])
            if words:
                texts = [words, "text of a paper", "page of text"]
                picture = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)
                yield read_pair(picture, texts, group, "text")


def read_pair(picture: Image.Image, texts: Sequence[str], group: int, kind: str = "") -> Pair:
    coloured = picture.convert("RGBA") if "transparency" in picture.info else picture
    if coloured.mode in ("RGBA", "LA"):
        paper = Image.new("RGBA", coloured.size, "white")
        coloured = Image.alpha_composite(paper, coloured.convert("RGBA"))
    small = ImageOps.contain(coloured.convert("RGB"), (STORED, STORED), Image.Resampling.BICUBIC)
    square = Image.new("RGB", (STORED, STORED), "white")
    square.paste(small, ((STORED - small.width) // 2, (STORED - small.height) // 2))
    return Pair(np.asarray(square), (small.height, small.width), texts, group, kind)


def write(path: Path, pairs: Sequence[Pair]) -> None:
    """The pictures, and the vectors of all captions one after the other with their counts."""
    encoder = minilm.index_encoder(TextSettings())
    vectors = encoder.encode([text for each in pairs for text in each.texts])
    partial = path.with_suffix(".part")
    with partial.open("wb") as file:
        np.savez(
            file,
            pictures=np.stack([each.square for each in pairs]),
            sizes=np.array([each.size for each in pairs]),
            vectors=vectors,
            counts=np.array([len(each.texts) for each in pairs]),
            groups=np.array([each.group for each in pairs]),
            kinds=np.array([_number(each.kind) for each in pairs]),
        )
    partial.rename(path)


def _number(kind: str) -> int:
    return KINDS.index(kind) if kind in KINDS else UNKNOWN


def read(work: Path) -> Pairs:
    """Everything in the work folder. Figures of papers come `REAL` times: they are the aim.

    Cuttings of text do not: there are enough of them.
    """
    pixels: list[np.ndarray] = []
    sizes: list[np.ndarray] = []
    captions: list[np.ndarray] = []
    keys: list[tuple[str, int]] = []
    found: list[int] = []
    for path in sorted(work.glob("*.npz")):
        source = "drawn" if path.name.startswith("drawn-") else path.name
        with np.load(path, allow_pickle=False) as part:
            held, groups, kind = list(part["pictures"]), part["groups"], part["kinds"]
            measured = part["sizes"]
            vectors = np.split(part["vectors"], np.cumsum(part["counts"])[:-1])
            for copy in range(REAL if path.name.startswith("figures-") else 1):
                for at in range(len(held)):
                    if copy and kind[at] == TEXT:
                        continue
                    pixels.append(held[at])
                    sizes.append(measured[at])
                    captions.append(vectors[at])
                    found.append(kind[at])
                    keys.append((f"{source} {copy}", int(groups[at])))
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    group_of = [numbers[key] for key in keys]
    groups: list[list[int]] = [[] for _ in numbers]
    for at, group in enumerate(group_of):
        groups[group].append(at)
    small = {id(picture): shrunk(picture) for picture in pixels}
    return Pairs(
        pixels,
        [small[id(picture)] for picture in pixels],
        np.array(sizes, dtype=np.float32) / STORED,
        captions,
        groups,
        group_of,
        np.array(found),
    )


def shrunk(picture: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(picture).resize((SMALL, SMALL), Image.Resampling.BOX))


def train(
    pairs: Pairs, work: Path, seconds: float, most: float, start: Path | None, seed: int
) -> None:
    """Learn for a given time, at a rate of `most` first, and write the averaged weights."""
    torch.manual_seed(seed)
    model = TimmModel(ARCHITECTURE, WIDTH, image_size=SIDE, pool="avg", proj="linear")
    if start is not None:
        held = load_file(start / "open_clip_model.safetensors")
        model.load_state_dict(
            {
                name.removeprefix("visual."): value
                for name, value in held.items()
                if name.startswith("visual.")
            }
        )
    model = model.to(memory_format=torch.channels_last).train()
    scales = torch.nn.Parameter(torch.tensor([2.7, 2.7]))  # of text and of views: 1 / temperature
    averaged = {name: value.clone() for name, value in model.state_dict().items()}
    decayed = [value for value in model.parameters() if value.ndim > 1]
    others = [value for value in model.parameters() if value.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed}, {"params": [*others, scales], "weight_decay": 0.0}],
        lr=most,
        weight_decay=DECAY,
        betas=(0.9, 0.98),
    )
    state = work / "state.pt"
    step, spent = 0, 0.0
    if state.exists():
        held = torch.load(state, weights_only=True)
        model.load_state_dict(held["model"])
        optimizer.load_state_dict(held["optimizer"])
        averaged, step, spent = held["averaged"], held["step"], held["spent"]
        scales.data.copy_(held["scales"])
    chance = random.Random(seed + step)
    names, often = called(), frequencies(pairs.kinds)
    started = time.monotonic() - spent
    with (work / "curve.csv").open("a", newline="") as file:
        curve = csv.writer(file)
        while (spent := time.monotonic() - started) < seconds:
            part = spent / seconds
            side = next(size for until, size in SIZES if part <= until)
            rate = most * min(1.0, (step + 1) / WARM_UP) * (0.02 + 0.98 * (1 - part))
            for group in optimizer.param_groups:
                group["lr"] = rate
            losses = learn(model, scales, batch(pairs, chance, side), names, often, chance)
            optimizer.zero_grad(set_to_none=True)
            torch.stack(losses).sum().backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            scales.data.clamp_(0, 4.6)
            keep = min(AVERAGED, (step + 1) / (step + 10))
            for name, value in model.state_dict().items():
                if value.is_floating_point():
                    averaged[name].lerp_(value, 1 - keep)
                else:
                    averaged[name].copy_(value)
            step += 1
            if step % 20 == 0:
                row = [step, round(spent), side, *(round(loss.item(), 3) for loss in losses)]
                curve.writerow(row)
                file.flush()
                print(*row, *(round(value, 2) for value in scales.tolist()), flush=True)
            if step % SAVED_EVERY == 0:
                torch.save(
                    {
                        "model": model.state_dict(), "optimizer": optimizer.state_dict(),
                        "averaged": averaged, "step": step, "spent": spent, "scales": scales.data,
                    },
                    state,
                )  # fmt: skip
                save(averaged, scales, work)
    save(averaged, scales, work)


def called() -> list[torch.Tensor]:
    """The vectors of what each kind is called, in several wordings."""
    encoder = minilm.index_encoder(TextSettings())
    return [
        torch.from_numpy(encoder.encode([form.format(name) for name in names for form in FORMS]))
        for names in kinds.NAMES.values()
    ]


def frequencies(found: np.ndarray) -> torch.Tensor:
    """The part of each kind in all pictures whose kind is known, shape `(kinds,)`."""
    counts = np.bincount(found[found != UNKNOWN], minlength=len(KINDS)) + 1
    return torch.from_numpy(counts / counts.sum()).float()


def learn(
    model: torch.nn.Module,
    scales: torch.Tensor,
    made: Batch,
    names: Sequence[torch.Tensor],
    often: torch.Tensor,
    chance: random.Random,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """How far the pictures are from their captions, other views of themselves, and their kinds.

    Kinds that are frequent here need not be so elsewhere: their frequencies go into what is learned
    from and so not into what is learned (logit adjustment, arXiv 2007.07314, equation 10).
    """
    one, other, captions, of_kind = made
    with torch.autocast("cpu", torch.bfloat16):
        found = model(torch.cat([one, other]))
    first, second = functional.normalize(found.float(), dim=-1).chunk(2)
    to_text, to_view = scales.exp()
    alike = functional.softmax(captions @ captions.T / SAME_CAPTION, dim=-1)
    text = (
        sum(
            functional.cross_entropy(to_text * left @ right.T, alike)
            for view in (first, second)
            for left, right in ((view, captions), (captions, view))
        )
        / 4
    )
    both = torch.cat([first, second])
    itself = torch.eye(len(both), dtype=torch.bool)
    others = torch.arange(len(both)).roll(len(first))  # where the other view of each stands
    view = functional.cross_entropy((to_view * both @ both.T).masked_fill(itself, -1e9), others)
    rows = torch.stack([rows[chance.randrange(len(rows))] for rows in names])
    kind = functional.cross_entropy(
        to_text * both @ rows.T + often.log(), of_kind.repeat(2), ignore_index=UNKNOWN
    )
    return text, view, kind


def batch(pairs: Pairs, chance: random.Random, side: int) -> Batch:
    """Some pictures, several of each group among them."""
    chosen: dict[int, None] = {}
    while len(chosen) < BATCH:
        members = pairs.groups[pairs.group_of[chance.randrange(len(pairs.pictures))]]
        alike = chance.sample(members, min(TOGETHER, len(members), BATCH - len(chosen)))
        chosen |= dict.fromkeys(alike)
    held = pairs.small if side < SMALL else pairs.pictures
    pixels = torch.from_numpy(np.stack([held[at] for at in chosen]))
    sizes = torch.from_numpy(pairs.sizes[list(chosen)])
    captions = np.stack(
        [pairs.captions[at][chance.randrange(len(pairs.captions[at]))] for at in chosen]
    )
    one, other = (views.augmented(pixels, sizes, side, chance) for _ in range(2))
    return one, other, torch.from_numpy(captions), torch.from_numpy(pairs.kinds[list(chosen)])


def save(averaged: dict[str, torch.Tensor], scales: torch.Tensor, work: Path) -> None:
    """The checkpoint as open_clip names its parts, without the locked text tower."""
    found = {
        f"visual.{name}": value.half().contiguous() if value.is_floating_point() else value
        for name, value in averaged.items()
    }
    found["logit_scale"] = scales.data[0].clone()
    save_file(found, work / "open_clip_model.safetensors")


if __name__ == "__main__":
    main()
