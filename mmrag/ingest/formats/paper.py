"""A picture as it looks on paper: upright, in RGB, with what is transparent filled."""

import io

import numpy as np
from PIL import Image, ImageCms, ImageOps

_OPAQUE = 128  # of 255: pixels at least so opaque are seen
_NEARLY_WHITE = 200  # of 255: lighter ones are lost on white
_MOSTLY = 0.5  # of the pixels; chosen by hand, like the two above
_PHOTOMETRIC = 262
"""Tag of a TIFF: 0 where its lowest value is white (TIFF 6.0, page 37)."""


_SRGB = ImageCms.createProfile("sRGB")
_OUT = {"RGB": "RGB", "RGBA": "RGBA", "CMYK": "RGB", "L": "RGB"}
"""Modes of pictures whose profile is minded, and the modes that they become."""


def on_paper(image: Image.Image) -> Image.Image:
    """The picture upright, as its EXIF data say, in sRGB, as its profile of colours says.

    Values of more than 8 bits are stretched over what there is. What is transparent becomes white,
    or black where white is what is drawn on it.
    """
    upright = _in_srgb(ImageOps.exif_transpose(image))
    if upright.mode.startswith("I;16") or upright.mode in ("I", "F"):
        return _stretched(upright, inverted=_is_inverted(image))
    if upright.mode in ("RGBA", "LA", "La", "PA", "RGBa") or "transparency" in upright.info:
        layered = upright.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "black" if _is_white_ink(layered) else "white")
        return Image.alpha_composite(ground, layered).convert("RGB")
    return upright.convert("RGB")


def _in_srgb(image: Image.Image) -> Image.Image:
    """By its ICC profile; as it is without one, or where that is damaged or of another mode."""
    data = image.info.get("icc_profile")
    if not data or image.mode not in _OUT:
        return image
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
        made = ImageCms.profileToProfile(image, profile, _SRGB, outputMode=_OUT[image.mode])
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return made or image


def _stretched(image: Image.Image, *, inverted: bool) -> Image.Image:
    """Grey from the lowest value to the highest; in place, since the array may be large."""
    values = np.array(image, np.float32)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    np.nan_to_num(values, copy=False, nan=low, posinf=high, neginf=low)
    values -= low
    values *= 255 / max(high - low, 1e-9)
    if inverted:
        np.subtract(255, values, out=values)
    return Image.fromarray(values.astype(np.uint8)).convert("RGB")


def _is_inverted(image: Image.Image) -> bool:
    """Whether a TIFF's lowest value is white; Pillow minds that up to 8 bits alone."""
    tags = getattr(image, "tag_v2", {})
    return tags.get(_PHOTOMETRIC) == 0


def _is_white_ink(image: Image.Image) -> bool:
    """Whether most of an RGBA picture is transparent, and most of the rest nearly white."""
    opaque = np.asarray(image.getchannel("A")) >= _OPAQUE
    seen = np.asarray(image.convert("L"))[opaque]
    return 0 < seen.size < _MOSTLY * opaque.size and float((seen >= _NEARLY_WHITE).mean()) > _MOSTLY
