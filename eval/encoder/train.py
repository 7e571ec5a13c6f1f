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
from collections.abc import Sequence
from pathlib import Path

import kinds
import numpy as np
import torch
import views
from pairs import KINDS, SMALL, UNKNOWN, Pairs, read
from safetensors.torch import load_file, save_file
from sources import crop, draw
from torch.nn import functional

from mmrag.backends import minilm, torchvision_ops
from mmrag.config import TextSettings

torchvision_ops.ensure()

from open_clip.timm_model import TimmModel  # noqa: E402 - needs the line above

ARCHITECTURE = "regnetx_004"
WIDTH = 384  # of MiniLM's vectors
SIDE = 224  # of what the model sees later: somewhat more than in training (arXiv 1906.06423)
SIZES = ((0.5, 128), (1.0, 192))  # until which part of the time, with which side
BATCH, TOGETHER = 128, 16  # pictures of a batch, and of one group in it
DECAY, WARM_UP = 0.05, 200
SAME_CAPTION = 0.05  # temperature of the likeness of captions, which is what the model should find
AVERAGED = 0.998  # how much of the averaged weights stays at each step
SAVED_EVERY = 200  # steps
FORMS = ("{}", "a {}", "picture of a {}", "figure: {}")


Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]
"""Two views of each picture, `(BATCH, 3, side, side)`, the vector of a caption, and the kinds."""


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


def train(
    pairs: Pairs, work: Path, seconds: float, most: float, start: Path | None, seed: int
) -> None:
    """Learn for a given time, at a rate of `most` first, and write the averaged weights."""
    torch.manual_seed(seed)
    learner = Learner(most, start)
    state = work / "state.pt"
    if state.exists():
        learner.resume(state)
    chance = random.Random(seed + learner.step)
    names, often = called(), frequencies(pairs.kinds)
    started = time.monotonic() - learner.spent
    with (work / "curve.csv").open("a", newline="") as file:
        curve = csv.writer(file)
        while (spent := time.monotonic() - started) < seconds:
            learner.spent = spent
            side = next(size for until, size in SIZES if spent / seconds <= until)
            made = batch(pairs, chance, side)
            losses = learn(learner.model, learner.scales, made, names, often, chance)
            learner.follow(losses, spent / seconds)
            if learner.step % 20 == 0:
                told = (round(loss.item(), 3) for loss in losses)
                row = [learner.step, round(spent), side, *told]
                curve.writerow(row)
                file.flush()
                scales = learner.scales.tolist()
                print(*row, *(round(value, 2) for value in scales), flush=True)
            if learner.step % SAVED_EVERY == 0:
                learner.keep(state)
                learner.save(work)
    learner.save(work)


class Learner:
    """The tower, what it was trained with so far, and the average of its weights."""

    def __init__(self, most: float, start: Path | None) -> None:
        self.model = TimmModel(ARCHITECTURE, WIDTH, image_size=SIDE, pool="avg", proj="linear")
        if start is not None:
            self.model.load_state_dict(_visual(start / "open_clip_model.safetensors"))
        self.model = self.model.to(memory_format=torch.channels_last).train()
        # 1 / temperature, of texts and of views
        self.scales = torch.nn.Parameter(torch.tensor([2.7, 2.7]))
        self.averaged = {name: value.clone() for name, value in self.model.state_dict().items()}
        decayed = [value for value in self.model.parameters() if value.ndim > 1]
        others = [value for value in self.model.parameters() if value.ndim <= 1]
        self.most = most
        self.optimizer = torch.optim.AdamW(
            [{"params": decayed}, {"params": [*others, self.scales], "weight_decay": 0.0}],
            lr=most,
            weight_decay=DECAY,
            betas=(0.9, 0.98),
        )
        self.step, self.spent = 0, 0.0  # steps, and seconds

    def follow(self, losses: Sequence[torch.Tensor], part: float) -> None:
        """One step down, when a part of the time from 0 to 1 is over."""
        rate = self.most * min(1.0, (self.step + 1) / WARM_UP) * (0.02 + 0.98 * (1 - part))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        torch.stack(tuple(losses)).sum().backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.scales.data.clamp_(0, 4.6)
        keep = min(AVERAGED, (self.step + 1) / (self.step + 10))
        for name, value in self.model.state_dict().items():
            if value.is_floating_point():
                self.averaged[name].lerp_(value, 1 - keep)
            else:
                self.averaged[name].copy_(value)
        self.step += 1

    def resume(self, state: Path) -> None:
        """Go on where a run was interrupted."""
        held = torch.load(state, weights_only=True)
        self.model.load_state_dict(held["model"])
        self.optimizer.load_state_dict(held["optimizer"])
        self.averaged, self.step, self.spent = held["averaged"], held["step"], held["spent"]
        self.scales.data.copy_(held["scales"])

    def keep(self, state: Path) -> None:
        """Write all that `resume` needs."""
        torch.save(
            {
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "averaged": self.averaged,
                "step": self.step,
                "spent": self.spent,
                "scales": self.scales.data,
            },
            state,
        )

    def save(self, work: Path) -> None:
        """Write the checkpoint as open_clip names its parts, without the locked text tower."""
        found = {
            f"visual.{name}": value.half().contiguous() if value.is_floating_point() else value
            for name, value in self.averaged.items()
        }
        found["logit_scale"] = self.scales.data[0].clone()
        save_file(found, work / "open_clip_model.safetensors")


def _visual(path: Path) -> dict[str, torch.Tensor]:
    """The weights of the tower of the pictures in an open_clip checkpoint."""
    held = load_file(path)
    return {
        name.removeprefix("visual."): value
        for name, value in held.items()
        if name.startswith("visual.")
    }


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


if __name__ == "__main__":
    main()
