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
