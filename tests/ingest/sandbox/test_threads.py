import os
import subprocess
import sys

import pytest

COUNTED = """
import os
from mmrag.ingest.sandbox import threads
{call}
import cv2, onnxruntime, pymupdf.layout
print(len(os.listdir("/proc/self/task")), cv2.getNumThreads())
"""


def counted(call: str) -> list[int]:
    """Threads of a process that has loaded the layout model, and those of OpenCV."""
    command = [sys.executable, "-c", COUNTED.format(call=call)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [int(value) for value in done.stdout.split()]


@pytest.mark.skipif(sys.platform != "linux", reason="counts threads in /proc")
def test_what_a_worker_loads_computes_on_one_thread() -> None:
    if len(os.sched_getaffinity(0)) == 1:
        pytest.skip("one core: nothing takes more threads anyway")
    free, _ = counted("")
    bound, of_opencv = counted("threads.limit()")
    assert bound < free
    assert of_opencv == 1
