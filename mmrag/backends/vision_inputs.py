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
    scale = min(1.0, longest / max(image.size))
    if scale < 1:
        width, height = (max(1, round(side * scale)) for side in image.size)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    least = max(LEAST_SIDE, -(-max(image.size) // MOST_STRETCHED))
    size = (max(image.width, least), max(image.height, least))
    if size == image.size:
        return image
    ground = Image.new("RGB", size, "white")
    ground.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2))
    return ground
