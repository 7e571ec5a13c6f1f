"""A worker that a file has taken over: what it sends is data, and costs its own file alone."""

import hashlib
import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from mmrag.config import IngestSettings
from mmrag.ingest.events import FileFailed, FileParsed, ParseTask
from mmrag.ingest.sandbox.pool import parse_files
from mmrag.types import Picture

TAKEN_OVER = '''
"""Parsing that says what an honest worker does not; the file's name says which lie."""

import dataclasses
import hashlib
import os
import pickle
import stat
import struct
import time

import msgspec

from mmrag.ingest.raw import Opened, RawFigure, RawPage
from mmrag.ingest.sandbox import messages
from mmrag.ingest.sandbox.messages import Finished
from mmrag.types import Picture

PAGE = RawPage(1, 100.0, 100.0, "a page", (), "pdf")
NAN = float("nan")
FIGURE = RawFigure((0.0, 0.0, 9.0, 9.0), "chart", "", "", "", -1, "", None)
MARK = os.environ["MMRAG_TEST_MARK"]
WEBP = bytes.fromhex(os.environ["MMRAG_TEST_WEBP"])  # 20 x 10 pixels


class Bomb:
    def __reduce__(self):
        return os.system, (f"touch {MARK}",)


def picture(data=WEBP, sha256=None):
    return Picture(sha256 or hashlib.sha256(data).hexdigest(), data, "webp", 20, 10)


def frame(data):
    return struct.pack("=I", len(data)) + data


def page(**changes):
    return dataclasses.replace(PAGE, **changes)


def raw(data):
    (line,) = (at for at in map(int, os.listdir("/dev/fd")) if is_socket(at))
    os.write(line, data)


def is_socket(descriptor):
    try:
        return stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:  # that of the listing
        return False


LIES = {
    "pickle": lambda job: raw(frame(pickle.dumps(Bomb()))),
    "bare-pickle": lambda job: raw(pickle.dumps(Bomb())),
    "garbage": lambda job: raw(frame(os.urandom(4000))),
    "half": lambda job: raw(struct.pack("=I", 1000) + b"half"),
    "huge": lambda job: raw(struct.pack("=I", 0xFFFFFFFF)),
    "types": lambda job: raw(
        frame(msgspec.msgpack.encode([job.number, "RawPage", {"number": "one"}]))
    ),
    "job": lambda job: raw(frame(messages.encode(job.number + 1, PAGE))),
    "extra": lambda job: raw(
        frame(messages.encode(job.number, PAGE))
        + frame(messages.encode(job.number, page(number=2)))
        + frame(messages.encode(job.number, Finished())) * 2
    ),
    "nan-box": lambda job: page(figures=(dataclasses.replace(FIGURE, bbox=(0.0, NAN, 1.0, 1.0)),)),
    "hash": lambda job: page(picture=picture(sha256="0" * 64)),
}


def parse(job, enter):
    lie = job.task.path.stem
    yield Opened(2, 2, "", {}, ())
    if lie == "fine":
        yield page(picture=picture(), figures=(dataclasses.replace(FIGURE, picture=picture()),))
        yield page(number=2)
        return
    enter("text", 1)
    told = LIES[lie](job)
    if told is not None:
        raw(frame(messages.encode(job.number, told)))
    time.sleep(600)
'''


def webp() -> bytes:
    """A picture of 20 x 10 pixels."""
    buffer = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((20, 10)).save(buffer, "WEBP")
    return buffer.getvalue()


@pytest.fixture
def taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "mmrag_taken_over.py").write_text(TAKEN_OVER, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("MMRAG_TEST_MARK", str(tmp_path / "code-was-run"))
    monkeypatch.setenv("MMRAG_TEST_WEBP", webp().hex())
    sys.modules.pop("mmrag_taken_over", None)
    import mmrag_taken_over

    return mmrag_taken_over.parse


REASONS = {
    "pickle": "it does not decode",
    "bare-pickle": "bytes long",
    "garbage": "it does not decode",
    "huge": "it is 4,294,967,295 bytes long",
    "types": "it does not decode",
    "job": "about another job",
    "extra": "a message that was not asked for",
    "nan-box": "a box out of bounds",
    "hash": "a picture of another hash",
}


@pytest.mark.promise(31)
def test_each_lie_fails_its_file_and_the_others_are_read(
    taken_over: Callable[..., object], task: Callable[[Path], ParseTask], tmp_path: Path
) -> None:
    names = [*REASONS, "fine"]
    stored: list[Picture] = []
    events = parse_files(
        [task(Path(f"{name}.pdf")) for name in names],
        IngestSettings(workers=1),
        None,
        stored.append,
        parse=taken_over,
    )
    ends = [event for event in events if isinstance(event, FileParsed | FileFailed)]
    told = {}
    for name, end in zip(names, ends, strict=True):
        assert end.path.stem == name
        if name == "fine":
            assert isinstance(end, FileParsed) and end.document.document.status == "ok"
        else:
            assert isinstance(end, FileFailed), name
            told[name] = str(end.problem)
    start = "read: the parser process sent something that is no message: "
    wrong = {lie: told[lie] for lie, why in REASONS.items() if why not in told[lie]}
    assert wrong == {}
    assert all(reason.startswith(start) for reason in told.values())
    assert not (tmp_path / "code-was-run").exists()
    assert {picture.sha256 for picture in stored} == {hashlib.sha256(webp()).hexdigest()}


@pytest.mark.promise(31)
def test_a_worker_that_sends_half_a_message_does_not_stop_the_others(
    taken_over: Callable[..., object], task: Callable[[Path], ParseTask]
) -> None:
    tasks = [task(Path("half.pdf")), task(Path("fine.pdf"))]
    settings = IngestSettings(workers=2, page_timeout_s=1.0)
    events = list(parse_files(tasks, settings, None, lambda _: None, parse=taken_over))
    documents = [event.document for event in events if isinstance(event, FileParsed)]
    assert {Path(d.document.path).stem: d.document.status for d in documents} == {"fine": "ok"} | {
        "half": "partial"
    }
