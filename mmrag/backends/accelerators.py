"""Whether this machine may have a GPU, told without loading torch, which takes ten seconds."""

import platform
import sys
from pathlib import Path

DRIVERS = (Path("/dev/nvidiactl"), Path("/dev/dxg"), Path("/dev/kfd"))
"""What drivers show: NVIDIA's, that of Windows within WSL, AMD's."""


def may_be_here() -> bool:
    """Whether a driver shows itself, or the machine is one of Apple's with a GPU in each."""
    is_apple = (sys.platform, platform.machine()) == ("darwin", "arm64")
    return is_apple or any(driver.exists() for driver in DRIVERS)
