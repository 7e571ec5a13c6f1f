"""Animations: each frame that looks like none before it is a page, whatever the file declares."""

import struct
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, features

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError, UsageError
from mmrag.ingest.formats import animation
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.pictures import open_picture

MANY = 10**7
AVIF = pytest.mark.skipif(not features.check("avif"), reason="this Pillow reads no AVIF")
KINDS = ["gif", "png", "webp", pytest.param("avif", marks=AVIF)]
EXACT = KINDS[:3]
HUGE = 12_000
"""Pixels a side: more than a frame may have, and few enough for a test that fails."""


def drawn(path: Path, number: int) -> Image.Image:
    """A page as grey pixels, 110 an inch: as many as the frame has."""
    with open_file(path, MANY) as file, file.load(number, IngestSettings()) as page:
        return page.get_pixmap(dpi=110).pil_image().convert("L")


def read(path: Path, max_pixels: int = MANY) -> tuple[int, list[str]]:
    """How many pages there are, and what is told of the file."""
    with open_file(path, max_pixels) as file:
        return file.pages, [str(problem) for problem in file.problems]


def alike(one: Image.Image, other: Image.Image) -> bool:
    difference = np.asarray(ImageChops.difference(one.convert("L"), other.convert("L")))
    return one.size == other.size and float(difference.mean()) < 4


def slide(at: int, ground: str = "white") -> Image.Image:
    """A picture with a bar of its own place."""
    image = Image.new("RGB", (220, 110), ground)
    ImageDraw.Draw(image).rectangle((10, 10 + 20 * at, 120, 20 + 20 * at), "black")
    return image


def saved(path: Path, frames: Sequence[Image.Image], **options: object) -> Path:
    frames[0].save(path, save_all=True, append_images=frames[1:], lossless=True, **options)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_of_an_animation_is_a_page(tmp_path: Path, kind: str) -> None:
    path = saved(tmp_path / f"a.{kind}", [slide(at) for at in range(4)])
    assert read(path) == (4, [])
    for at in (3, 0, 2):  # whatever was shown before
        assert alike(drawn(path, at + 1), slide(at))
    assert alike(open_picture(path, MANY), slide(0))


@pytest.mark.parametrize("kind", EXACT)
def test_frames_that_look_the_same_are_one_page(tmp_path: Path, kind: str) -> None:
    path = saved(tmp_path / f"a.{kind}", [slide(at) for at in (0, 1, 0, 2, 1, 0)])
    assert read(path) == (3, [])
    assert alike(drawn(path, 3), slide(2))


@pytest.mark.parametrize("disposal", [1, 2, 3])
def test_frames_are_shown_on_what_the_ones_before_leave(tmp_path: Path, disposal: int) -> None:
    frames = [slide(at, ground) for at, ground in enumerate(("white", "white", "silver"))]
    path = saved(tmp_path / "a.gif", frames, disposal=disposal)
    for at, shown in enumerate(frames, 1):
        assert alike(drawn(path, at), shown)


@pytest.mark.parametrize(("disposal", "blend"), [(0, 1), (1, 0), ([0, 2, 2], 0)])
def test_so_are_those_of_an_apng(tmp_path: Path, disposal: object, blend: int) -> None:
    frames = [slide(at).convert("RGBA") for at in range(3)]
    path = saved(tmp_path / "a.png", frames, disposal=disposal, blend=blend)
    for at, shown in enumerate(frames, 1):
        assert alike(drawn(path, at), shown)


def test_a_picture_that_stands_before_an_apng_is_a_page_too(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", [slide(at) for at in range(3)], default_image=True)
    assert read(path) == (3, [])


def test_what_is_cleared_is_white(tmp_path: Path) -> None:
    frames = [frame((0, 0, 220, 110), disposal=2), frame((0, 0, 9, 9))]
    assert drawn(gif(tmp_path / "a.gif", frames), 2).getpixel((100, 50)) > 250


# Files made to harm who reads them.


def gif(path: Path, frames: Iterable[bytes], size: tuple[int, int] = (220, 110)) -> Path:
    """GIF89a with a palette of 128 greys, the darkest first."""
    greys = bytes(value for at in range(128) for value in (2 * at,) * 3)
    path.write_bytes(
        b"GIF89a" + struct.pack("<2H3B", *size, 0b11110110, 0, 0) + greys + b"".join(frames) + b";"
    )
    return path


def frame(box: tuple[int, int, int, int], grey: int = 0, disposal: int = 1) -> bytes:
    """One colour in `box` (left, top, width, height). Codes of 8 bits: 128 clears, 129 ends."""
    pixels = min(box[2] * box[3], 10**5)
    codes = b"".join(
        b"\x80" + bytes([grey]) * min(100, pixels - at) for at in range(0, pixels, 100)
    )
    codes += b"\x81"
    blocks = (codes[at : at + 255] for at in range(0, len(codes), 255))
    control = b"!\xf9\x04" + bytes([disposal << 2 | 1, 0, 0, 127, 0])
    return b"".join((
        control, b",", struct.pack("<4HB", *box, 0), b"\x07",
        *(bytes([len(block)]) + block for block in blocks), b"\x00",
    ))  # fmt: skip


@pytest.mark.promise(33)
def test_of_ten_thousand_frames_those_within_the_limit_are_read_and_it_is_told(
    tmp_path: Path,
) -> None:
    differing = (frame((at % 220, at // 220, 1, 1)) for at in range(10_000))
    pages, [told] = read(gif(tmp_path / "a.gif", differing))
    assert pages == animation.MAX_PAGES
    assert told.startswith("limit: the animation is read up to its frame 100, and what follows")


def test_of_ten_thousand_frames_that_look_the_same_a_thousand_are_looked_at(tmp_path: Path) -> None:
    blinking = (frame((0, 0, 4, 4), at % 2) for at in range(10_000))
    pages, [told] = read(gif(tmp_path / "a.gif", blinking, (4, 4)))
    assert pages == 2 and "up to its frame 1000" in told


@pytest.mark.promise(17)
def test_large_frames_are_looked_at_up_to_a_sum_of_pixels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(animation, "MAX_PIXELS", 3 * 220 * 110)
    pages, [told] = read(saved(tmp_path / "a.gif", [slide(at) for at in range(5)]))
    assert pages == 3 and "up to its frame 3" in told


@pytest.mark.promise(17)
@pytest.mark.parametrize("disposal", [1, 2])
@pytest.mark.parametrize(
    ("size", "box"), [((HUGE, HUGE), (0, 0, 9, 9)), ((9, 9), (0, 0, HUGE, HUGE))]
)
def test_a_giant_screen_or_first_frame_is_refused(
    tmp_path: Path, size: tuple[int, int], box: tuple[int, int, int, int], disposal: int
) -> None:
    path = gif(tmp_path / "a.gif", [frame(box, disposal=disposal), frame((0, 0, 9, 9), 1)], size)
    before_it_takes_memory = "too large: more than twice max_pixels"
    with pytest.raises(DocumentError, match=before_it_takes_memory):
        read(path)
    with pytest.raises(UsageError, match=before_it_takes_memory):
        open_picture(path, MANY)


@pytest.mark.promise(17)
@pytest.mark.parametrize("disposal", [1, 2, 3])
@pytest.mark.parametrize(
    "box", [(0, 0, HUGE, HUGE), (HUGE - 9, HUGE - 9, 9, 9), (0, 0, 4000, 4000)]
)
def test_a_giant_frame_ends_the_animation_before_it(
    tmp_path: Path, box: tuple[int, int, int, int], disposal: int
) -> None:
    path = gif(
        tmp_path / "a.gif", [frame((0, 0, 9, 9)), frame(box, 1, disposal), frame((0, 0, 1, 1))]
    )
    pages, [told] = read(path)
    assert pages == 1
    assert "breaks off after its frame 1, and what follows is left out: the picture is too" in told
    assert drawn(path, 1).getpixel((4, 4)) < 9


def test_a_frame_that_stands_out_of_the_screen_makes_the_page_larger(tmp_path: Path) -> None:
    path = gif(tmp_path / "a.gif", [frame((0, 0, 9, 9)), frame((200, 100, 40, 20))])
    assert read(path) == (2, [])
    assert drawn(path, 2).size == (240, 120)


@pytest.mark.promise(15)
@pytest.mark.parametrize(("kind", "cut"), [("gif", 30), ("gif", 1), ("png", 40)])
def test_of_a_file_that_is_cut_the_whole_frames_count(tmp_path: Path, kind: str, cut: int) -> None:
    path = saved(tmp_path / f"a.{kind}", [slide(at) for at in range(4)])
    path.write_bytes(path.read_bytes()[:-cut])
    pages, [told] = read(path)
    assert pages == (4 if cut == 1 else 3)
    assert told.startswith("picture: the animation breaks off after its frame")
    assert alike(drawn(path, 3), slide(2))


@pytest.mark.promise(15)
@pytest.mark.parametrize(
    ("place", "value"),
    [(12, 10**6), (4, 0), (4, 10**9)],  # the left edge and the width of a frame
)
def test_of_an_apng_with_a_box_beyond_its_picture_the_frames_before_count(
    tmp_path: Path, place: int, value: int
) -> None:
    path = saved(tmp_path / "a.png", [slide(at) for at in range(4)])
    path.write_bytes(changed(path.read_bytes(), b"fcTL", 2, place, value))
    pages, [told] = read(path)
    assert pages == 2 and "breaks off after its frame 2" in told
    assert alike(drawn(path, 2), slide(1))


def test_an_apng_that_declares_ten_thousand_frames_has_those_that_are_there(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", [slide(at) for at in range(4)])
    path.write_bytes(changed(path.read_bytes(), b"acTL", 0, 0, 10_000))
    pages, [told] = read(path)
    assert pages == 4 and "breaks off after its frame 4" in told


def test_of_a_webp_with_a_broken_frame_the_frames_before_it_count(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.webp", [slide(at) for at in range(4)])
    data = path.read_bytes()
    third = [at for at in range(len(data)) if data.startswith(b"VP8L", at)][2]
    (size,) = struct.unpack("<I", data[third + 4 : third + 8])
    start, end = third + 13, third + 8 + size  # behind its width and height (RFC 9649)
    path.write_bytes(data[:start] + bytes(end - start) + data[end:])
    pages, [told] = read(path)
    assert pages == 2 and "breaks off after its frame 2" in told


@pytest.mark.parametrize("end", [b"", b"!", b"!\xf9", b",", b",\x00\x00\x00"])
def test_a_gif_of_one_frame_with_a_torn_second_is_its_first(tmp_path: Path, end: bytes) -> None:
    path = gif(tmp_path / "a.gif", [frame((0, 0, 220, 110), 40)])
    path.write_bytes(path.read_bytes()[:-1] + end)
    assert read(path)[0] == 1
    assert drawn(path, 1).getpixel((100, 50)) == pytest.approx(80, abs=3)


def changed(data: bytes, kind: bytes, number: int, place: int, value: int) -> bytes:
    """A PNG with four bytes of one of its chunks changed, and its checksum right."""
    found, at = [], 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == kind:
            found.append((at + 8, length))
        at += 12 + length
    start, length = found[number]
    body = data[start : start + length]
    body = body[:place] + struct.pack(">I", value) + body[place + 4 :]
    checksum = struct.pack(">I", zlib.crc32(kind + body))
    return data[:start] + body + checksum + data[start + length + 4 :]
