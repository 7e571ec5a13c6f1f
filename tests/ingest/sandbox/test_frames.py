"""Messages over a socket: whole, in order, and never longer than the limit."""

import socket
from collections.abc import Iterator

import pytest

from mmrag.ingest.sandbox import frames
from mmrag.ingest.sandbox.frames import Inbox
from mmrag.ingest.sandbox.messages import BadMessage


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    with ours, theirs:
        yield ours, theirs


def test_messages_come_whole_however_they_are_cut(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    inbox = Inbox(ours)
    theirs.sendall(b"\x03\x00\x00\x00on")
    assert inbox.take() == [] and not inbox.is_empty
    theirs.sendall(b"e")
    frames.send(theirs, b"")
    frames.send(theirs, b"three")
    assert inbox.take() == [b"one", b"", b"three"] and inbox.is_empty


def test_a_trusted_side_is_waited_for(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    frames.send(ours, bytes(100_000))
    assert frames.receive(theirs) == bytes(100_000)
    ours.close()
    assert frames.receive(theirs) is None


@pytest.mark.promise(31)
def test_a_message_that_declares_to_be_too_long_is_refused_before_it_comes(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    theirs.sendall(b"\xff\xff\xff\xff")
    with pytest.raises(BadMessage, match="4,294,967,295 bytes"):
        Inbox(ours).take()


def test_the_end_is_told(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.close()
    with pytest.raises(EOFError):
        Inbox(ours).take()
