"""Pictures like photographs: a scene, exposed as a camera does."""

import numpy as np
from canvas import Box, Canvas, Said, colour_name
from PIL import Image
from scenes import SCENES, Pixels
from topics import a, number


def photo(cv: Canvas, box: Box) -> Said:
    """A photograph, or several in a collage."""
    rng = cv.rng
    left, top, right, bottom = (round(value) for value in box)
    collage = rng.random() < 0.15
    rows, columns = rng.choice(((1, 2), (2, 2), (2, 3), (1, 3))) if collage else (1, 1)
    wide, high = (right - left) // columns, (bottom - top) // rows
    gap = 8 if collage else 0
    scenes = []
    grey = rng.random() < 0.15
    for at in range(rows * columns):
        made, about, kind = rng.choice(SCENES)(cv, high // 2, wide // 2)
        made = _exposed(cv, made, grey)
        tile = Image.fromarray(made).resize((wide - gap, high - gap), Image.Resampling.BILINEAR)
        cv.image.paste(
            tile, (left + at % columns * wide + gap // 2, top + at // columns * high + gap // 2)
        )
        scenes.append((about, kind))
    about, kind = scenes[0]
    if collage:
        count = number(len(scenes))
        looks = [f"a collage of {count} photos", f"{count} photographs side by side"]
        return Said(("photo collage", "photographs"), looks, f"{about} and {scenes[1][0]}")
    tone = _tone(cv.image) if not grey else "grey"
    looks = [
        "a black and white photo" if grey else f"a photo in {tone} colours",
        f"{a(kind)}, photo",
    ]
    return Said(("photo", "photograph", "picture"), looks, about, [f"{kind}: {about}"])


def _exposed(cv: Canvas, made: Pixels, grey: bool) -> np.ndarray:
    """As a camera gives it: light, contrast, vignette and grain."""
    high, wide = made.shape[:2]
    if grey:
        made = np.repeat(made.mean(axis=-1, keepdims=True), 3, axis=-1)
    x = np.linspace(-1, 1, wide, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, high, dtype=np.float32)[:, None]
    dim = (1 - cv.rng.uniform(0, 0.3) * (x * x + y * y) / 2)[..., None]
    grain = cv.chance.standard_normal((high, wide, 1), dtype=np.float32) * cv.rng.uniform(1, 9)
    made = (made - 128) * cv.rng.uniform(0.75, 1.15) + 128 + cv.rng.uniform(-15, 15)
    return (made * dim + grain).clip(0, 255).astype(np.uint8)


def _tone(picture: Image.Image) -> str:
    red, green, blue = np.asarray(picture.resize((8, 8))).reshape(-1, 3).mean(axis=0)
    return colour_name(f"#{int(red):02x}{int(green):02x}{int(blue):02x}")
