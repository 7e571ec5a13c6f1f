"""The worker process: takes jobs from a socket and sends back what it reads, within its limits."""

import os
import pickle
import queue
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice

from mmrag import network
from mmrag.errors import DocumentError
from mmrag.ingest.raw import Opened, RawPage
from mmrag.ingest.reasons import reason
from mmrag.ingest.sandbox import checks, frames, limits, messages
from mmrag.ingest.sandbox.messages import Finished, Job, Message, Ready, Recycle, Refused
from mmrag.ingest.sandbox.setup import RECYCLE_PAGES, ParseFile, Setup
from mmrag.ingest.sandbox.stage_board import StageBoard
from mmrag.ingest.sandbox.surroundings import Surroundings
from mmrag.types import Problem

READ_AHEAD = 32
"""Messages that wait for the parent before the worker pauses; chosen by hand: some MB."""


class Outbox:
    """Sends from a thread, so that the worker reads on while the parent is busy."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._queue: queue.Queue[bytes | None] = queue.Queue(READ_AHEAD)
        self._thread = threading.Thread(target=self._send_all, daemon=True)
        self._thread.start()

    def put(self, data: bytes) -> None:
        """Queue one message; waits while the parent is far behind."""
        self._queue.put(data)

    def flush(self) -> None:
        """Wait until all is sent."""
        self._queue.join()

    def close(self) -> None:
        """Send what is left, and end."""
        self._queue.put(None)
        self._thread.join()

    def _send_all(self) -> None:
        while (data := self._queue.get()) is not None:
            frames.send(self._connection, data)
            self._queue.task_done()


def main() -> None:
    """Be a worker that is not forked. Arguments: what `run` takes, and the parent's number."""
    limits.die_with_parent(int(sys.argv[3]))
    run(int(sys.argv[1]), int(sys.argv[2]))


def run(socket_at: int, board_at: int) -> None:
    """Serve jobs until the socket closes. Takes descriptors of it and of the stage board."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers itself
    connection = socket.socket(fileno=socket_at)
    board = StageBoard(board_at)
    os.close(board_at)
    setup = _setup(connection)
    network.forbid()
    parse = setup.parse or _real_parse(setup, board)
    limits.limit_memory(setup.settings.memory_mb)
    outbox = Outbox(connection)
    board.idle()
    outbox.put(messages.encode(0, Ready()))
    outbox.flush()  # so that a crash of the first file is not taken for one at the start
    pages = 0
    while (data := frames.receive(connection)) is not None:
        job = messages.decode_job(data)
        for message in _read(job, parse, board):
            board.idle()
            outbox.put(_encoded(job, message))
            if isinstance(message, Opened) or job.skip:
                outbox.flush()  # so that a crash on the next page loses nothing of this one
            if isinstance(message, RawPage):
                pages += 1
                if pages >= RECYCLE_PAGES or _ran_out_of_memory(message):
                    outbox.put(messages.encode(job.number, Recycle(message.number + 1)))
                    outbox.close()
                    return
        board.idle()
    outbox.close()


def _setup(connection: socket.socket) -> Setup:
    """What the parent, which is trusted, says first."""
    surroundings = pickle.loads(frames.receive(connection) or b"")  # noqa: S301 - of the parent
    assert isinstance(surroundings, Surroundings)
    surroundings.take_over()  # which has the modules of the setup found
    setup = pickle.loads(frames.receive(connection) or b"")  # noqa: S301 - of the parent
    assert isinstance(setup, Setup)
    return setup


def _real_parse(setup: Setup, board: StageBoard) -> ParseFile:
    from mmrag.ingest import parsing
    from mmrag.ingest.formats import passwords
    from mmrag.ingest.session import ReadingSession

    session = ReadingSession(
        setup.settings,
        setup.make_ocr,
        setup.ocr_dpi,
        board.enter,
        passwords=passwords.read(setup.settings.password_file),
        makes_pictures=setup.makes_pictures,
    )
    return lambda job, _: parsing.parse(
        job.task.bytes_at,
        session,
        job.first_page,
        job.skip,
        last_page=job.task.last_page,
        keeps_lines=job.task.keeps_lines,
        drawn=job.task.drawn,
        unpack_to=None if job.task.only_counts else job.task.unpack_to,
    )


def _read(job: Job, parse: ParseFile, board: StageBoard) -> Iterator[Message]:
    """All that is said about one job."""
    try:
        with closing(parse(job, board.enter)) as messages:
            yield from islice(messages, 1) if job.task.only_counts else messages
        yield Finished()
    except DocumentError as error:
        yield Refused(Problem("open", reason(error)))


def _encoded(job: Job, message: Message) -> bytes:
    """A message as bytes; a page that the parent would not take is replaced by an empty one."""
    if not isinstance(message, RawPage):
        return messages.encode(job.number, message)
    try:
        checks.check_page(message)
        data = messages.encode(job.number, message)
        messages.check_size(len(data))
    except messages.BadMessage as error:
        problem = Problem("read", reason(error), message.number)
        empty = replace(RawPage.empty(message.number), problems=(problem,))
        return messages.encode(job.number, empty)
    return data


def _ran_out_of_memory(page: RawPage) -> bool:
    return any(problem.message == "out of memory" for problem in page.problems)
