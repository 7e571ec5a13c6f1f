"""The frames of an animation that are pages: each look of it once, within bounds.

A frame changes what the one before it shows, so frames are looked at in order, and the first that
cannot be decoded is the last that is tried. How many a file declares is not believed.
"""

import hashlib
import os
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from mmrag.ingest.formats.pages import check_pixels
from mmrag.ingest.formats.paper import on_paper
from mmrag.ingest.formats.pillow import limited, open_image
from mmrag.ingest.reasons import reason
from mmrag.types import Problem

FORMATS = frozenset({"GIF", "PNG", "WEBP", "AVIF"})
"""Those of Pillow in which several pictures are an animation, and not what a camera adds."""
# Chosen by hand: to look at all of them takes a processor 3 to 5 s.
MAX_PAGES = 100
MAX_FRAMES = 1_000
MAX_PIXELS = 200_000_000
"""Of all frames that are looked at."""


def is_one(image: Image.Image) -> bool:
    """Whether a picture that was opened has frames, or seems to."""
    try:
        return image.format in FORMATS and bool(getattr(image, "is_animated", False))
    except Exception:  # of whatever stands where a second frame would: `pages` tells what it is
        return True


def pages(path: Path, max_pixels: int) -> tuple[Sequence[int], tuple[Problem, ...]]:
    """The frames, from 0, that look like none before them, and what is said of the others.

    `max_pixels` are those of one frame: GIF may have frames that are larger than its screen.
    """
    looks: dict[str, int] = {}
    pixels = frame = 0
    problems: tuple[Problem, ...] = ()
    with path.open("rb") as file:
        image = open_image(file, max_pixels)
        try:
            for frame in count():
                with limited(max_pixels):
                    image.seek(frame)
                check_pixels(image.width, image.height, max_pixels)
                pixels += image.width * image.height
                is_much = frame == MAX_FRAMES or pixels > MAX_PIXELS or len(looks) == MAX_PAGES
                if frame and is_much:
                    problems = (_beyond(frame),)
                    break
                looks.setdefault(_look(image), frame)
        except EOFError as error:
            problems = () if _is_end(image, file, frame) else (_broken(frame, error),)
        except Exception as error:  # whatever a parser raises costs the frames from there on
            problems = (_broken(frame, error),)
    if not looks:  # its only page then says why it cannot be read
        return [0], ()
    return list(looks.values()), problems


def _look(image: Image.Image) -> str:
    """The same text for frames that look the same."""
    shown = on_paper(image)
    return f"{shown.size} {hashlib.blake2b(shown.tobytes(), digest_size=16).hexdigest()}"


def _is_end(image: Image.Image, file: BinaryIO, frame: int) -> bool:
    """Whether there is no such frame because the animation is over, and not because it is cut."""
    if image.format == "GIF":  # does not say how many there are; its last byte does (GIF89a, 27)
        file.seek(-1, os.SEEK_CUR)
        return file.read(1) == b";"
    return frame >= int(getattr(image, "n_frames", 1))


def _beyond(frame: int) -> Problem:
    return Problem(
        "limit",
        f"the animation is read up to its frame {frame}, and what follows is left out (at most "
        f"{MAX_PAGES} frames that differ, {MAX_FRAMES:,} and {MAX_PIXELS:,} pixels in all)",
    )


def _broken(frame: int, error: Exception) -> Problem:
    return Problem(
        "picture",
        f"the animation breaks off after its frame {frame}, and what follows is left out: "
        f"{reason(error)}",
    )
