"""Whether the encoders of a profile encode: one sentence and one tiny picture, each in a process.

Libraries that do not fit together end a process without a Python error, so each encoder is tried in
one of its own: `python -m mmrag.doctor.encoders text`, with the profile's settings as JSON on its
standard input.
"""

import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from typing import Literal, TypeVar

from PIL import Image

from mmrag import network
from mmrag.config import Settings
from mmrag.doctor.check import Check
from mmrag.doctor.profile import ROLES
from mmrag.models import Models
from mmrag.protocols import Foresees

Encoder = TypeVar("Encoder")
EncoderName = Literal["text", "image", "late"]
TRIED: Mapping[EncoderName, str] = {
    "text": "text encoder",
    "image": "image encoder",
    "late": "page encoder",
}
TRY_SECONDS = 300.0
"""For loading one encoder and one item; chosen by hand: CLIP ViT-L on two busy cores takes 60 s."""
LONG_RUN = 100_000
"""Items that an encoder is told to expect: what a long run loads is tried, whatever a short one
does without."""
_LONGEST_REASON = 400  # characters of what a library says; chosen by hand


def examine(settings: Settings, failed: Collection[str]) -> Iterator[Check]:
    """A finding for each encoder of the profile whose files are there (not among `failed`)."""
    names: list[EncoderName] = ["text"]
    if settings.image.backend != "none":
        names.append("image")
    if settings.late.backend != "none":
        names.append("late")
    for name in names:
        if ROLES[name] not in failed:
            yield _tried(settings, name)


def encode_one(settings: Settings, name: EncoderName) -> str:
    """Load an encoder, encode one thing with it, and say what came out. Raises what it raises."""
    started = time.perf_counter()
    with Models(settings) as models:
        if name == "text":
            texts = _expecting(models.text_encoder())
            rows, what = texts.encode(["The tide turns twice a day."]), "sentence"
        elif name == "late":
            pages = models.page_encoder()
            assert pages is not None
            [rows], what = pages.encode_pages([Image.new("RGB", (32, 32), "white")]), "page"
        else:
            encoder = models.image_encoder()
            assert encoder is not None
            rows = _expecting(encoder).encode_images([Image.new("RGB", (32, 32), "white")])
            what = "picture"
    seconds = time.perf_counter() - started
    size = f"{len(rows)} times {rows.shape[1]}" if name == "late" else str(rows.shape[1])
    return f"loaded, and a {what} encoded in {size} numbers, in {seconds:.1f} s"


def _expecting(encoder: Encoder) -> Encoder:
    if isinstance(encoder, Foresees):
        encoder.expect(LONG_RUN)
    return encoder


def _tried(settings: Settings, name: EncoderName) -> Check:
    advice = (
        f"`mmrag models verify {settings.name}` reads its weights; where those are whole, install "
        "mmrag's packages again (constraints.txt has versions that fit together)"
    )
    command = [sys.executable, "-m", "mmrag.doctor.encoders", name]
    try:
        run = subprocess.run(
            command,
            input=settings.model_dump_json(),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TRY_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return Check(
            TRIED[name], "fail", f"not loaded within {TRY_SECONDS:g} s",
            "close other programs and run it again, or choose a smaller model",
        )  # fmt: skip
    if run.returncode == 0:
        return Check(TRIED[name], "pass", run.stdout.strip())
    ended = f"ended by signal {-run.returncode}: " if run.returncode < 0 else ""
    lines = run.stderr.strip().splitlines() or ["no reason given"]
    return Check(TRIED[name], "fail", (ended + lines[-1])[:_LONGEST_REASON], advice)


if __name__ == "__main__":
    if network.is_offline():
        network.forbid()
    sys.stdout.write(
        encode_one(
            Settings.model_validate_json(sys.stdin.read()),
            next(name for name in TRIED if name == sys.argv[1]),
        )
    )
