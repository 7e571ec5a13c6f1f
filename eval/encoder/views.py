"""Views of a picture as documents change them: cut, scaled, turned, grey, compressed, noisy."""

import io
import math
import random

import numpy as np
import torch
from PIL import Image
from torch.nn import functional

MEAN, DEVIATION = 0.5, 0.5
TURN = 0.07  # radians, four degrees
CUT = 0.2  # of the width or height, at one side
WHOLE, TURNED, GREY, COMPRESSED, BLURRED, NOISY, TONED = 0.25, 0.4, 0.3, 0.25, 0.25, 0.25, 0.5


def augmented(
    pixels: torch.Tensor, sizes: torch.Tensor, side: int, chance: random.Random
) -> torch.Tensor:
    """A random view of each picture.

    `pixels` is uint8 of shape `(n, height, width, 3)`, with the pictures in the middle of white
    squares, and `sizes` of shape `(n, 2)` says how much of a square's height and width each
    picture takes. The views are float32 of shape `(n, 3, side, side)`, as the model takes them.
    """
    noise = torch.Generator().manual_seed(chance.getrandbits(60))
    dark = 1 - _compressed(pixels, chance).permute(0, 3, 1, 2).float() / 255
    places = [_cut(dark[at], *size, chance) for at, size in enumerate(sizes.tolist())]
    grid = functional.affine_grid(
        torch.tensor(places), [len(dark), 3, side, side], align_corners=False
    )
    dark = functional.grid_sample(_smooth(dark, side), grid, align_corners=False)
    light = 1 - dark
    for at in range(len(light)):
        if chance.random() < GREY:
            light[at] = light[at].mean(0, keepdim=True)
        if chance.random() < TONED:
            light[at] = _toned(light[at], chance)
        if chance.random() < BLURRED:
            light[at] = functional.avg_pool2d(light[at], 3, 1, 1, count_include_pad=False)
        if chance.random() < NOISY:
            light[at] += chance.uniform(0.01, 0.08) * torch.randn(light[at].shape, generator=noise)
    made = (light.clamp(0, 1) - MEAN) / DEVIATION
    return made.to(memory_format=torch.channels_last)


def _cut(
    dark: torch.Tensor, height: float, width: float, chance: random.Random
) -> list[list[float]]:
    """Blank what a cut takes of a picture, and where its rest is seen: an affine matrix.

    The rest is scaled to fit the square, and turned and moved a little, as pictures are that
    people cut out by hand. Of a square that goes from -1 to 1 the picture takes `height`, `width`.
    """
    left, right, top, bottom = (
        0.0 if chance.random() < WHOLE else chance.uniform(0, CUT) for _ in range(4)
    )
    if chance.random() < WHOLE:
        left = right = top = bottom = 0.0
    pixels = dark.shape[-1]
    x0, x1 = width * (2 * left - 1), width * (1 - 2 * right)
    y0, y1 = height * (2 * top - 1), height * (1 - 2 * bottom)
    first, last, upper, lower = (round((at + 1) / 2 * pixels) for at in (x0, x1, y0, y1))
    dark[:, :upper] = dark[:, lower:] = 0
    dark[:, :, :first] = dark[:, :, last:] = 0
    zoom = max(x1 - x0, y1 - y0) / 2 * chance.uniform(0.98, 1.12)
    angle = chance.uniform(-TURN, TURN) if chance.random() < TURNED else 0.0
    wide, high = (zoom * chance.uniform(0.97, 1.03) for _ in range(2))
    x, y = ((a + b) / 2 + zoom * chance.uniform(-0.04, 0.04) for a, b in ((x0, x1), (y0, y1)))
    cos, sin = math.cos(angle), math.sin(angle)
    return [[wide * cos, -high * sin, x], [wide * sin, high * cos, y]]


def _smooth(dark: torch.Tensor, side: int) -> torch.Tensor:
    """Without what is finer than a pixel of the view."""
    if dark.shape[-1] < 1.2 * side:
        return dark
    return functional.interpolate(dark, size=(round(1.1 * side),) * 2, mode="area")


def _compressed(pixels: torch.Tensor, chance: random.Random) -> torch.Tensor:
    """Some of the pictures after JPEG."""
    made = pixels.clone()
    for at in range(len(made)):
        if chance.random() >= COMPRESSED:
            continue
        buffer = io.BytesIO()
        Image.fromarray(made[at].numpy()).save(buffer, "JPEG", quality=chance.randint(20, 80))
        made[at] = torch.from_numpy(np.array(Image.open(buffer)))
    return made


def _toned(light: torch.Tensor, chance: random.Random) -> torch.Tensor:
    """Other contrast, brightness and paper, as a scan or a screen has."""
    contrast, paper = chance.uniform(0.6, 1.1), chance.uniform(0.85, 1.0)
    return (1 - contrast * (1 - light)) * paper + (1 - paper) * chance.uniform(0, 0.5)
