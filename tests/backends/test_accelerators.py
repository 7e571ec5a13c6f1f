import sys
from pathlib import Path

import pytest

from mmrag.backends import accelerators


def test_a_gpu_may_be_here_where_a_driver_shows_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accelerators.sys, "platform", "linux")
    monkeypatch.setattr(accelerators, "DRIVERS", (tmp_path / "nvidiactl",))
    assert not accelerators.may_be_here()
    (tmp_path / "nvidiactl").touch()
    assert accelerators.may_be_here()


def test_torch_waits_for_many_items_and_for_all_without_a_gpu(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(accelerators, "may_be_here", lambda: True)
    assert accelerators.before_torch("auto", "auto", 7) == 7
    assert accelerators.before_torch("auto", "fp32", 7) == 7
    assert accelerators.before_torch("cpu", "auto", 7) == sys.maxsize
    assert accelerators.before_torch("cuda", "auto", 7) < 0
    assert accelerators.before_torch("auto", "bf16", 7) < 0
    monkeypatch.setattr(accelerators, "may_be_here", lambda: False)
    assert accelerators.before_torch("auto", "auto", 7) == sys.maxsize


@pytest.mark.parametrize(
    ("flags", "sums"),
    [("flags\t\t: fpu avx2 avx512_vnni", True), ("flags: avx2 avx512f avx512_bf16", False)],
)
def test_what_linux_says_of_the_processor_tells_whether_it_sums_bytes(
    flags: str, sums: bool, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(accelerators, "CPU", tmp_path / "cpuinfo")
    accelerators.cpu_sums_bytes.cache_clear()
    assert not accelerators.cpu_sums_bytes()
    (tmp_path / "cpuinfo").write_text(f"processor\t: 0\n{flags}\n")
    accelerators.cpu_sums_bytes.cache_clear()
    assert accelerators.cpu_sums_bytes() == sums
    accelerators.cpu_sums_bytes.cache_clear()
