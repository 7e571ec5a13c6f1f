import tempfile

import pytest

from mmrag.ingest.sandbox import stage_board
from mmrag.ingest.sandbox.stage_board import StageBoard, StageNow
from mmrag.ingest.sandbox.usage import Usage


def test_what_a_worker_enters_its_parent_reads():
    with tempfile.TemporaryFile() as shared:
        shared.truncate(stage_board.SIZE)
        theirs, ours = StageBoard(shared.fileno()), StageBoard(shared.fileno())
        assert ours.now() is None
        theirs.enter("render", 7)
        now = ours.now()
        assert now is not None
        assert (now.stage, now.page) == ("render", 7)
        assert now.cpu_before > 0
        theirs.idle()
        assert ours.now() is None
        theirs.close()
        ours.close()


@pytest.mark.promise(45)
@pytest.mark.parametrize(
    ("seconds", "cpu", "waited", "in_line", "overdue"),
    [
        (19, 19, 0, True, False),
        (21, 20.5, 0.1, True, True),  # it works and does not end
        (21, 0.1, 0.1, False, True),  # it waits for what does not come
        (21, 5, 15, False, False),  # others have the machine
        (900, 6, 880, False, False),  # for how long ever
        (900, 6, 20, True, False),  # and it has been in line since
        (900, 6, 870, False, True),  # but 24 seconds it waited for something else
        (1201, 6, 1195, True, True),  # there is an end
        (21, 0.1, None, True, True),  # a system that does not say how long it was in line
        (21, 5, None, False, False),
    ],
)
def test_a_stage_has_its_limit_without_the_time_in_line_for_a_processor(
    seconds, cpu, waited, in_line, overdue
):
    began = StageNow("render", 1, seconds, cpu_before=300, waited_before=50)
    now = Usage(300 + cpu, None if waited is None else 50 + waited, in_line)
    assert began.overdue(20, now) is overdue
