import tempfile

import pytest

from mmrag.ingest.sandbox import stage_board
from mmrag.ingest.sandbox.stage_board import StageBoard, StageNow


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


@pytest.mark.parametrize(
    ("seconds", "used", "overdue"),
    [
        (19, 19, False),
        (21, 20.5, True),  # it works and does not end
        (21, 0.1, True),  # it waits for what does not come
        (21, 5, False),  # others have the machine
        (101, 6, True),  # for how long ever
    ],
)
def test_a_stage_has_its_limit_in_seconds_of_cpu_or_of_idle_time(seconds, used, overdue):
    now = StageNow("render", 1, seconds, cpu_before=300)
    assert now.overdue(20, cpu_now=300 + used) is overdue
