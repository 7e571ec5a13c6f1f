"""Pictures in the form and size in which a vision-language model takes them."""

from PIL import Image

LEAST_SIDE = 32
"""Pixels: narrower pictures are put on white; image processors fail on strips of a few pixels."""
MOST_STRETCHED = 8
"""Longest allowed ratio of the sides: tiles of a longer strip would show nothing but margin."""


def fitted(image: Image.Image, longest: int) -> Image.Image:
    """`image` in RGB on white, its longer side at most `longest` pixels, never enlarged."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image)
    image = image.convert("RGB")
    scaled = _scaled(image.size, longest)
    if scaled != image.size:
        image = image.resize(scaled, Image.Resampling.LANCZOS)
    size = _on_ground(scaled)
    if size == image.size:
        return image
    ground = Image.new("RGB", size, "white")
    ground.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2))
    return ground


def fitted_size(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Width and height of a picture of this size once it is `fitted`."""
    return _on_ground(_scaled(size, longest))


def _scaled(size: tuple[int, int], longest: int) -> tuple[int, int]:
    scale = min(1.0, longest / max(size))
    if scale == 1:
        return size
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _on_ground(size: tuple[int, int]) -> tuple[int, int]:
    """The least ground on which a picture of this size is no strip."""
    least = max(LEAST_SIDE, -(-max(size) // MOST_STRETCHED))
    return max(size[0], least), max(size[1], least)
