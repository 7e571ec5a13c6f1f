"""Bytes of bounded length over a socket: each message follows its length in four bytes."""

import socket
import struct

from mmrag.ingest.sandbox.messages import check_size

_LENGTH = struct.Struct("=I")
_CHUNK_BYTES = 1 << 20  # taken from the socket at a time


def send(connection: socket.socket, data: bytes) -> None:
    """Send one message. Raises `OSError` where the other side is gone or does not take it."""
    connection.sendall(_LENGTH.pack(len(data)))
    connection.sendall(data)


def receive(connection: socket.socket) -> bytes | None:
    """Wait for one message of a side that is trusted; None where it has closed the connection."""
    head = _exactly(connection, _LENGTH.size)
    return None if head is None else _exactly(connection, _LENGTH.unpack(head)[0])


def _exactly(connection: socket.socket, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        piece = connection.recv(min(count - len(data), _CHUNK_BYTES))
        if not piece:
            return None
        data += piece
    return bytes(data)


class Inbox:
    """Takes messages from a side that is not trusted, and never waits for the rest of one."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = bytearray()

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come that was not handed on."""
        return not self._buffer

    def take(self) -> list[bytes]:
        """The messages that are complete once what waits in a readable socket is read.

        Raises `BadMessage` where one declares to be too long, `EOFError` where the socket is closed
        and `OSError` where it is broken.
        """
        piece = self._connection.recv(_CHUNK_BYTES)
        if not piece:
            raise EOFError
        self._buffer += piece
        messages = []
        while len(self._buffer) >= _LENGTH.size:
            length = _LENGTH.unpack_from(self._buffer)[0]
            check_size(length)
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                break
            messages.append(bytes(self._buffer[_LENGTH.size : end]))
            del self._buffer[:end]
        return messages
