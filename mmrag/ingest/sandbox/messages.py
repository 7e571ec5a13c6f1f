"""What crosses the line between the processes, as bytes of MessagePack.

A worker is not trusted: a file may have taken it over. What it sends is decoded into the types
below and nothing else; no code is ever loaded from it. `checks` and `conversation` look at values
and order. What the parent tells it once, as it starts, is the only thing that is pickled.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mmrag.errors import DocumentError
from mmrag.ingest.events import ParseTask
from mmrag.ingest.raw import Opened, RawPage
from mmrag.types import Problem

MAX_MESSAGE_BYTES = 128 << 20
"""Of one message; chosen by hand: a page with its pictures has 0.4 MB at most in five reports."""


class BadMessage(DocumentError):
    """A worker sent what an honest one never sends."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the parser process sent something that is no message: {what}")


@dataclass(frozen=True, slots=True)
class Job:
    """A task from a page on, with stages of pages that have failed before and are left out."""

    number: int  # from 1; every message about the job repeats it
    task: ParseTask
    first_page: int = 1
    skip: frozenset[tuple[str, int]] = frozenset()  # (stage, page)


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has started and waits for its first job."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The file cannot be read at all."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Finished:
    """The last page has been read."""


@dataclass(frozen=True, slots=True)
class Recycle:
    """The worker has read enough pages and ends; a new one goes on at `next_page`."""

    next_page: int


Message = Ready | Opened | RawPage | Refused | Finished | Recycle
"""What a worker says: `Ready`; then of each job `Opened`, its pages in order, `Finished`.

`Refused` or `Recycle` may end a job early. Of a task that only counts there are no pages.
"""


class _Envelope(msgspec.Struct, frozen=True, array_like=True):
    """A message on its way: the job that it is about (0 for `Ready`), its type, and its bytes."""

    job: int
    kind: str
    body: msgspec.Raw


def _from_bytes(wanted: type, value: object) -> object:
    if wanted is Path and isinstance(value, bytes):
        return Path(os.fsdecode(value))
    raise NotImplementedError


def _to_bytes(value: object) -> bytes:
    """A path as the bytes of the file system, which need not be UTF-8."""
    if isinstance(value, Path):
        return os.fsencode(value)
    raise NotImplementedError


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_to_bytes)
_JOB = msgspec.msgpack.Decoder(Job, dec_hook=_from_bytes)
_ENVELOPE = msgspec.msgpack.Decoder(_Envelope)
_KINDS: dict[str, msgspec.msgpack.Decoder[Message]] = {
    kind.__name__: msgspec.msgpack.Decoder(kind)
    for kind in (Ready, Opened, RawPage, Refused, Finished, Recycle)
}


def check_size(count: int) -> None:
    """Raises `BadMessage` where a message has more bytes than are taken."""
    if count > MAX_MESSAGE_BYTES:
        raise BadMessage(f"it is {count:,} bytes long")


def encode_job(job: Job) -> bytes:
    return _ENCODER.encode(job)


def decode_job(data: bytes) -> Job:
    return _JOB.decode(data)


def encode(job: int, message: Message) -> bytes:
    """The bytes of a message about the job of that number."""
    body = msgspec.Raw(_ENCODER.encode(message))
    return _ENCODER.encode(_Envelope(job, type(message).__name__, body))


def decode(data: bytes) -> tuple[int, Message]:
    """The number of a job and a message of checked types. Raises `BadMessage`."""
    try:
        envelope = _ENVELOPE.decode(data)
        if envelope.kind not in _KINDS:
            raise BadMessage("an unknown kind")
        return envelope.job, _KINDS[envelope.kind].decode(envelope.body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BadMessage("it does not decode") from error
