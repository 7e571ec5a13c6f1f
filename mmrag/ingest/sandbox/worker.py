"""The worker process: takes jobs from a pipe and sends back what it finds, within its limits."""

import queue
import signal
import sys
import threading
from multiprocessing.connection import Connection

from mmrag import network
from mmrag.ingest.raw import RawPage
from mmrag.ingest.sandbox import limits
from mmrag.ingest.sandbox.messages import Job, Message, Opened, Recycle
from mmrag.ingest.sandbox.setup import RECYCLE_PAGES, ParseFile, Setup
from mmrag.ingest.sandbox.stage_board import StageBoard

READ_AHEAD = 32
"""Messages that wait for the parent before the worker pauses."""


class Outbox:
    """Sends from a thread, so that the worker reads on while the parent is busy."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._queue: queue.Queue[Message | None] = queue.Queue(READ_AHEAD)
        self._thread = threading.Thread(target=self._send_all, daemon=True)
        self._thread.start()

    def put(self, message: Message) -> None:
        """Queue one message; waits while the parent is far behind."""
        self._queue.put(message)

    def flush(self) -> None:
        """Wait until all is sent."""
        self._queue.join()

    def close(self) -> None:
        """Send what is left, and end."""
        self._queue.put(None)
        self._thread.join()

    def _send_all(self) -> None:
        while (message := self._queue.get()) is not None:
            self._connection.send(message)
            self._queue.task_done()


def main() -> None:
    """Serve jobs until the pipe closes. Arguments: descriptors of the pipe and the stage board."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers itself
    connection = Connection(int(sys.argv[1]))
    board = StageBoard(int(sys.argv[2]))
    setup: Setup = connection.recv()
    limits.die_with_parent(setup.parent)
    network.forbid()
    parse = setup.parse or _real_parse(setup, board)
    limits.limit_memory(setup.settings.memory_mb)
    outbox = Outbox(connection)
    pages = 0
    while (job := _next_job(connection)) is not None:
        for message in parse(job, board.enter):
            board.idle()
            outbox.put(message)
            if isinstance(message, Opened) or job.skip:
                outbox.flush()  # so that a crash on the next page loses nothing of this one
            if isinstance(message, RawPage):
                pages += 1
                if pages >= RECYCLE_PAGES or _ran_out_of_memory(message):
                    outbox.put(Recycle(message.number + 1))
                    outbox.close()
                    return
        board.idle()
    outbox.close()


def _real_parse(setup: Setup, board: StageBoard) -> ParseFile:
    from mmrag.ingest import parsing
    from mmrag.ingest.formats import passwords
    from mmrag.ingest.session import Session

    session = Session(
        setup.settings,
        setup.make_ocr,
        setup.ocr_dpi,
        board.enter,
        passwords=passwords.read(setup.settings.password_file),
    )
    return lambda job, _: parsing.parse(job, session)


def _next_job(connection: Connection) -> Job | None:
    try:
        job: Job | None = connection.recv()
    except EOFError:
        return None
    return job


def _ran_out_of_memory(page: RawPage) -> bool:
    return any(problem.message == "out of memory" for problem in page.problems)
