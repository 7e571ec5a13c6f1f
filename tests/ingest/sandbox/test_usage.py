"""What a process has had of the processors."""

import subprocess
import sys
import time

import pytest

from mmrag.ingest.sandbox.usage import Usage, usage

BUSY = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\nwhile True: pass"


@pytest.mark.promise(45)
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system does not say")
def test_of_two_that_share_a_processor_each_has_waited_for_it() -> None:
    both = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(2)]
    try:
        until = time.monotonic() + 60
        while min(usage(process.pid).cpu for process in both) < 0.5:
            assert time.monotonic() < until
            time.sleep(0.05)
        had = usage(both[0].pid)
    finally:
        for process in both:
            process.kill()
            process.wait()
    assert had.waited is not None
    assert had.waited > 0.1
    assert had.is_in_line


def test_a_process_that_has_ended_has_had_nothing() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert usage(ended.pid) == Usage(0.0, None, False)
