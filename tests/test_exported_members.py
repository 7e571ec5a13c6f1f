"""The public face: what `from mmrag import ...` offers, and what it costs."""

import importlib
import inspect
import subprocess
import sys

import pytest

import mmrag
from mmrag import errors, types


def test_every_exported_name_is_there_once_and_in_order() -> None:
    assert len(set(mmrag.__all__)) == len(mmrag.__all__)
    assert mmrag.__all__[:-1] == sorted(mmrag.__all__[:-1])
    for name in mmrag.__all__:
        assert getattr(mmrag, name) is not None
        assert name in dir(mmrag)


def test_every_error_is_exported() -> None:
    made = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, errors.MmragError)
    }
    assert made <= set(mmrag.__all__)


@pytest.mark.parametrize(
    ("name", "home"),
    [("Index", "mmrag.index"), ("Vision", "mmrag.toolkit"), ("Settings", "mmrag.config")],
)
def test_a_name_is_the_one_of_its_module(name: str, home: str) -> None:
    assert getattr(mmrag, name) is getattr(importlib.import_module(home), name)
    assert mmrag.Answer is types.Answer


def test_a_name_that_is_not_exported_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Indx'"):
        mmrag.Indx  # noqa: B018


def test_importing_mmrag_and_asking_for_help_loads_nothing_of_weight() -> None:
    heavy = "{'torch', 'faiss', 'pymupdf', 'pydantic', 'numpy', 'PIL', 'transformers'}"
    code = (
        "import sys, mmrag, mmrag.cli\n"
        "try: mmrag.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        f"sys.exit(', '.join({heavy} & set(sys.modules)) or None)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
