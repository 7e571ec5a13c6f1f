"""When torch is worth its ten seconds of loading, told without it: where there may be a GPU."""

import platform
import sys
from pathlib import Path

DRIVERS = (Path("/dev/nvidiactl"), Path("/dev/dxg"), Path("/dev/kfd"))
"""What drivers show: NVIDIA's, that of Windows within WSL, AMD's."""


def may_be_here() -> bool:
    """Whether a driver shows itself, or the machine is one of Apple's with a GPU in each."""
    is_apple = (sys.platform, platform.machine()) == ("darwin", "arm64")
    return is_apple or any(driver.exists() for driver in DRIVERS)


def before_torch(device: str, precision: str, few: int) -> int:
    """How many items are encoded without torch: `few` where there may be a GPU, else all of them.

    Where settings name a device or a precision, torch encodes from the first item on: -1.
    """
    if (device, precision) != ("auto", "auto"):
        return -1
    return few if may_be_here() else sys.maxsize
