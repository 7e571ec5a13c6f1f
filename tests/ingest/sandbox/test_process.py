"""One worker process as its parent sees it."""

from collections.abc import Callable
from multiprocessing.connection import wait
from pathlib import Path

import pytest

from mmrag.config import IngestSettings
from mmrag.ingest.events import ParseTask
from mmrag.ingest.sandbox.messages import Job
from mmrag.ingest.sandbox.process import WorkerProcess
from mmrag.ingest.sandbox.setup import ParseFile, Setup


@pytest.mark.promise(11)
def test_a_silent_worker_is_overdue_whatever_new_work_it_claims(
    faulty_parse: ParseFile, task: Callable[[Path], ParseTask]
) -> None:
    worker = WorkerProcess(Setup(IngestSettings(), None, 110, faulty_parse))
    try:
        while not worker.has_started:
            assert wait([worker.connection], 60)
            list(worker.receive())
        worker.begin(Job(1, task(Path("hang-render1.pdf"))), None)
        while wait([worker.connection], 3):  # the file is opened; its first page hangs
            list(worker.receive())
        worker.board.enter("drawings", 1)
        late = worker.overdue(limit=0.02, start_limit=0.1)
        assert late is not None
        assert late.stage == "read"  # and not the stage that it has just begun
        assert worker.overdue(limit=60.0, start_limit=60.0) is None
    finally:
        worker.stop()
