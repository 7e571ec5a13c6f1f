"""Messages as bytes: each comes back as it was, and other bytes are no message."""

import os
import pickle
from pathlib import Path

import msgspec
import pytest

from mmrag.ingest.events import ParseTask
from mmrag.ingest.layout.segments import Segment
from mmrag.ingest.raw import Opened, RawFigure, RawPage
from mmrag.ingest.sandbox.messages import (
    BadMessage,
    Finished,
    Job,
    Message,
    Ready,
    Recycle,
    Refused,
    decode,
    decode_job,
    encode,
    encode_job,
)
from mmrag.types import Picture, Problem

BOX = (0.0, 1.5, 2.0, 3.0)


@pytest.mark.parametrize(
    "message",
    [
        Ready(),
        Opened(1, 2, "Title", {"author": "é"}, (Problem("open", "repaired"),)),
        RawPage(
            1,
            100.0,
            200.5,
            "text",
            (Segment(0, 4, 9.0, True, False, 1, BOX),),
            "both",
            (RawFigure(BOX, "table", "Table 1", "", "", -1, "", Picture("a", b"b", "webp", 1, 2)),),
            Picture("c", bytes(range(256)), "webp", 3, 4),
            (Problem("text", "damaged", 1),),
        ),
        Refused(Problem("open", "empty")),
        Finished(),
        Recycle(7),
    ],
)
def test_a_message_comes_back_as_it_was(message: Message) -> None:
    assert decode(encode(3, message)) == (3, message)


def test_a_job_comes_back_with_a_name_that_is_not_utf8() -> None:
    task = ParseTask(Path(os.fsdecode(b"/tmp/odd\xff.pdf")), "ab" * 32, "abababab")
    job = Job(4, task, 2, frozenset({("render", 2)}))
    assert decode_job(encode_job(job)) == job


def envelope(kind: str, body: object, job: object = 1) -> bytes:
    return msgspec.msgpack.encode([job, kind, body])


@pytest.mark.promise(31)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        pickle.dumps(Finished()),
        encode(1, Finished())[:-1],
        encode(1, Finished()) + b"\x00",
        b"\x91" * 100_000,
        envelope("Job", {}),
        envelope("Finished", {}, job="one"),
        envelope("Recycle", {"next_page": "one"}),
        envelope("Recycle", {"next_page": 1.5}),
        envelope("Recycle", {}),
        envelope("Opened", {"pages": 1, "all_pages": 1, "title": b"\xff", "metadata": {}}),
        b"\x93\x01\xa7Refused\x81\xa7problem\x82\xa5stage\xa1\xff\xa7message\xa0",
    ],
)
def test_other_bytes_are_no_message(data: bytes) -> None:
    with pytest.raises(BadMessage, match="something that is no message"):
        decode(data)


@pytest.mark.promise(31)
@pytest.mark.parametrize("kind", ["poster", 3, None])
def test_a_value_that_its_type_does_not_have_is_no_message(kind: object) -> None:
    page = {"number": 1, "width": 1.0, "height": 1.0, "text": "", "segments": [], "source": kind}
    with pytest.raises(BadMessage):
        decode(envelope("RawPage", page))
