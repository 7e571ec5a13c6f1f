"""What this machine computes with, told without torch, which takes ten seconds to load."""

import platform
import sys
from functools import cache
from pathlib import Path

DRIVERS = (Path("/dev/nvidiactl"), Path("/dev/dxg"), Path("/dev/kfd"))
"""What drivers show: NVIDIA's, that of Windows within WSL, AMD's."""

CPU = Path("/proc/cpuinfo")
_SUMS_BYTES = frozenset({"avx512_vnni", "avx_vnni"})
"""How Linux names it that a processor adds products of bytes without losing any (VNNI). Others add
pairs of them in 16 bits, which is slower and cuts large ones off."""


def may_be_here() -> bool:
    """Whether a driver shows itself, or the machine is one of Apple's with a GPU in each."""
    is_apple = (sys.platform, platform.machine()) == ("darwin", "arm64")
    return is_apple or any(driver.exists() for driver in DRIVERS)


@cache
def cpu_sums_bytes() -> bool:
    """Whether graphs in 8 bits are exact and quick here."""
    words = CPU.read_text(encoding="utf-8").split() if CPU.is_file() else ()
    return not _SUMS_BYTES.isdisjoint(words)


def before_torch(device: str, precision: str, few: int) -> int:
    """How many items are encoded without torch: `few` where there may be a GPU, else all of them.

    Where settings name a GPU or 16 bits, torch encodes from the first item on: -1.
    """
    if device not in ("auto", "cpu") or precision not in ("auto", "fp32"):
        return -1
    return few if device == "auto" and may_be_here() else sys.maxsize
