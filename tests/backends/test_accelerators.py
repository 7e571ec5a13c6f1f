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
    assert accelerators.before_torch("cpu", "auto", 7) < 0
    assert accelerators.before_torch("auto", "fp32", 7) < 0
    monkeypatch.setattr(accelerators, "may_be_here", lambda: False)
    assert accelerators.before_torch("auto", "auto", 7) == sys.maxsize
