import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "before",
    [
        "",
        # what a torchvision that loads in full does at its import
        "library = torch.library.Library('torchvision', 'DEF'); "
        "library.define('nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor')",
    ],
    ids=["operators absent", "operators there"],
)
def test_torchvision_can_be_imported_and_nothing_is_declared_twice(before: str) -> None:
    code = (
        f"import torch\n{before}\nfrom mmrag.backends import torchvision_ops\n"
        "torchvision_ops.ensure(); torchvision_ops.ensure()\n"
        "assert hasattr(torch.ops.torchvision, 'nms') and hasattr(torch.ops.torchvision, 'qnms')\n"
        "import torchvision"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
