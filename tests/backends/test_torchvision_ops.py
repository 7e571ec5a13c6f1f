import subprocess
import sys
from pathlib import Path

import pytest

ENSURE = (
    "from mmrag.backends import torchvision_ops\n"
    "torchvision_ops.ensure(); torchvision_ops.ensure()\n"
)
REGISTERS = """
import torch
library = torch.library.Library('torchvision', 'DEF')
for name in ('nms', 'qnms'):
    library.define(name + '(Tensor dets, Tensor scores, float iou_threshold) -> Tensor')
"""
NEEDS = """
import torch
torch.library.register_fake('torchvision::nms')(lambda *arguments: None)
torch.library.register_fake('torchvision::qnms')(lambda *arguments: None)
"""


def ran(code: str, before: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Python code in a process of its own; the packages in `before` go first."""
    first = "" if before is None else f"import sys; sys.path.insert(0, {str(before)!r})\n"
    return subprocess.run([sys.executable, "-c", first + code], capture_output=True, text=True)


def fake_torchvision(folder: Path, source: str) -> Path:
    (folder / "torchvision").mkdir()
    (folder / "torchvision" / "__init__.py").write_text(source)
    return folder


def test_the_torchvision_that_is_installed_can_be_imported() -> None:
    run = ran(ENSURE + "import torchvision; torchvision.transforms")
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    "source",
    [NEEDS, REGISTERS + NEEDS, REGISTERS, ""],
    ids=["operators absent", "operators of its own", "operators that nobody asks for", "none"],
)
def test_operators_are_declared_where_the_import_fails_for_them_and_never_twice(
    tmp_path: Path, source: str
) -> None:
    run = ran(ENSURE + "import torchvision", fake_torchvision(tmp_path, source))
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    "source",
    ["raise RuntimeError('operator torchvision::roi_align does not exist')", "import no_such"],
)
def test_a_torchvision_of_another_torch_is_named_with_the_way_out(
    tmp_path: Path, source: str
) -> None:
    run = ran(ENSURE, fake_torchvision(tmp_path, source))
    assert "ModelMissing: torchvision cannot be imported beside torch" in run.stderr
    assert "constraints.txt" in run.stderr
