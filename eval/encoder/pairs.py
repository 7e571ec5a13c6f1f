"""Pictures with what is said of them, as the training reads and keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import kinds
import numpy as np
from PIL import Image, ImageOps

from mmrag.backends import minilm
from mmrag.config import TextSettings

SMALL = 144  # side of the smaller copies, in pixels
STORED = 256  # side of the stored pictures, in pixels
KINDS, UNKNOWN = list(kinds.NAMES), -1
TEXT = KINDS.index("text")
REAL = 4  # how many drawn pictures a real figure weighs as much as


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
