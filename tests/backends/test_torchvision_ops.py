import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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


FORKS = """
import json, os, sys, traceback
import torch
for line in sys.stdin:
    code, path, errors = json.loads(line)
    child = os.fork()
    if child == 0:
        sys.path[:0] = path
        os.dup2(os.open(errors, os.O_CREAT | os.O_WRONLY), 2)
        try:
            exec(code, {})
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Runs each line's code in a process of its own, all forked from one that has torch already."""


@dataclass(frozen=True)
class Ran:
    returncode: int
    stderr: str


@pytest.fixture(scope="module")
def forks() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", FORKS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.stdin.close()


@pytest.fixture
def ran(forks: subprocess.Popen[str], tmp_path: Path) -> Callable[..., Ran]:
    """Python code in a process of its own; the packages in a folder go before all others."""

    def run(code: str, *before: Path) -> Ran:
        errors = tmp_path / "errors.txt"
        forks.stdin.write(json.dumps([code, [*map(str, before)], str(errors)]) + "\n")
        forks.stdin.flush()
        return Ran(int(forks.stdout.readline()), errors.read_text())

    return run


def fake_torchvision(folder: Path, source: str) -> Path:
    (folder / "torchvision").mkdir()
    (folder / "torchvision" / "__init__.py").write_text(source)
    return folder


def test_the_torchvision_that_is_installed_can_be_imported(ran: Callable[..., Ran]) -> None:
    run = ran(ENSURE + "import torchvision; torchvision.transforms")
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    "source",
    [NEEDS, REGISTERS + NEEDS, REGISTERS, ""],
    ids=["operators absent", "operators of its own", "operators that nobody asks for", "none"],
)
def test_operators_are_declared_where_the_import_fails_for_them_and_never_twice(
    ran: Callable[..., Ran], tmp_path: Path, source: str
) -> None:
    run = ran(ENSURE + "import torchvision", fake_torchvision(tmp_path, source))
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    "source",
    ["raise RuntimeError('operator torchvision::roi_align does not exist')", "import no_such"],
)
def test_a_torchvision_of_another_torch_is_named_with_the_way_out(
    ran: Callable[..., Ran], tmp_path: Path, source: str
) -> None:
    run = ran(ENSURE, fake_torchvision(tmp_path, source))
    assert "ModelMissing: torchvision cannot be imported beside torch" in run.stderr
    assert "constraints.txt" in run.stderr
