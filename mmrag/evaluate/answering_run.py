"""One setting of a vision-language model over questions with pictures, in a process of its own.

`python -m mmrag.evaluate.answering_run FOLDER` (`own_process`) writes FOLDER/answered.json. A
setting that does not fit the memory ends with what the model said of it.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image

from mmrag.config import Settings
from mmrag.errors import MmragError, ModelError, NoReply
from mmrag.evaluate import own_process
from mmrag.models import Models
from mmrag.protocols import ChatModel, CountsTokens, Limits, TellsMemory, Turn
from mmrag.vision import prompts

_ANSWERED = "answered.json"


@dataclass(frozen=True, slots=True)
class AskedPicture:
    """A question and the file of the picture that it is about."""

    question: str
    picture: str


@dataclass(frozen=True, slots=True)
class AnsweringRun:
    """What a model said to each question, and what that took. Memory in bytes."""

    replies: tuple[str, ...]  # empty where it gave none
    load_seconds: float  # with the libraries, up to the first reply's beginning
    seconds: float  # of all replies
    tokens: int  # written in them
    memory_bytes: int  # of the weights as they lie
    peak_bytes: int  # the most that was held: of the GPU, or of the process
    foretold_bytes: int  # what `mmrag doctor` says beforehand


def answered(
    settings: Settings,
    asked: Sequence[AskedPicture],
    tell: Callable[[int], None] = lambda done: None,
) -> AnsweringRun:
    """Ask the model of a profile. Raises `ModelError` with what its process said last."""
    items = [asdict(item) for item in asked]
    with own_process.ended("mmrag.evaluate.answering_run", settings, items, tell) as folder:
        told = json.loads((folder / _ANSWERED).read_text(encoding="utf-8"))
        return AnsweringRun(**{**told, "replies": tuple(told["replies"])})


def _run(folder: Path, started: float) -> None:
    settings, items = own_process.given(folder)
    asked = [AskedPicture(**item) for item in items]
    limits = Limits(settings.vlm.max_new_tokens, settings.vlm.timeout_s)
    with Models(settings) as models:
        model = models.chat_model()
        load_seconds = time.perf_counter() - started
        if not isinstance(model, TellsMemory) or not isinstance(model, CountsTokens):
            raise ModelError(f"{model.name}: does not tell its memory and tokens")
        begun = time.perf_counter()
        replies = []
        for done, item in enumerate(asked, 1):
            replies.append(_reply(model, item, limits))
            own_process.tell_done(done)
        run = AnsweringRun(
            tuple(replies),
            load_seconds,
            time.perf_counter() - begun,
            model.tokens.written,
            model.memory_bytes(),
            model.gpu_peak_bytes() or own_process.peak_bytes(),
            round(models.foretold_bytes(on_gpu=model.on_gpu) or 0),
        )
    (folder / _ANSWERED).write_text(json.dumps(asdict(run)), encoding="utf-8")


def _reply(model: ChatModel, asked: AskedPicture, limits: Limits) -> str:
    with Image.open(asked.picture) as picture:
        turns = [
            Turn("system", prompts.SYSTEM),
            Turn("user", f"{asked.question}\n{prompts.ASK.text}", (picture.convert("RGB"),)),
        ]
    try:
        return "".join(model.stream(turns, limits)).strip()
    except NoReply:
        return ""


if __name__ == "__main__":
    try:
        _run(Path(sys.argv[1]), time.perf_counter())
    except MmragError as error:
        sys.exit(" ".join(str(error).split()))
