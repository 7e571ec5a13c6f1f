import os
import subprocess
import sys

import pytest

from mmrag.ingest.sandbox import confined

BOOT = "from mmrag.ingest.sandbox.confined import main; main()"


def run(script: str) -> list[str]:
    """What a shell script says that runs confined."""
    command = [sys.executable, "-P", "-c", BOOT, str(os.getpid()), "/bin/sh", "-c", script]
    paths = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": paths}
    )
    return done.stdout.split()


@pytest.mark.promise(52)
def test_another_program_runs_within_limits() -> None:
    memory, blocks = run("ulimit -v; ulimit -f")
    assert int(memory) << 10 == confined.MEMORY_BYTES
    assert int(blocks) << 9 == confined.FILE_BYTES


@pytest.mark.promise(52)
def test_another_program_has_no_network_where_the_system_allows_that() -> None:
    probe = "from mmrag.ingest.sandbox.confined import leave_network; print(leave_network())"
    said = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    if said.stdout.strip() != "True":
        pytest.skip("the system lets no process leave its network")
    devices = [word for word in run("cat /proc/net/dev") if word.endswith(":")]
    assert devices == ["lo:"]
