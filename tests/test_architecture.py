"""The rules of the house that no type checker holds."""

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "mmrag"
MODULES = sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def test_imports_keep_the_contracts_of_pyproject() -> None:
    """Layers, independence of the stages, libraries at home, no circles: as `make check`."""
    tool = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [tool, "--no-logo", "--no-cache"], cwd=PACKAGE.parent, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("module", ["mmrag", "mmrag.cli", "mmrag.index"])
def test_importing_mmrag_loads_neither_torch_nor_faiss_nor_pymupdf(module: str) -> None:
    code = (
        f"import sys, {module}; heavy = {{'torch', 'faiss', 'pymupdf', 'transformers',"
        "'sentence_transformers', 'open_clip', 'onnxruntime',"
        "'lancedb', 'pymilvus'} & set(sys.modules); "
        "sys.exit(', '.join(sorted(heavy)) or None)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_a_name_is_that_of_one_class_alone() -> None:
    """Two types called `Found` make a reader look twice, and an editor offer the wrong one."""
    places: defaultdict[str, list[Path]] = defaultdict(list)
    for path in MODULES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(path.relative_to(PACKAGE))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_only_the_command_line_prints() -> None:
    for path in MODULES:
        if part_of(path) == "cli":
            continue
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
        ]
        assert not calls, f"{path} prints"


@pytest.mark.promise(21)
def test_the_command_line_prints_by_one_way_alone() -> None:
    """`output` cleans what is printed; the progress bars print through it or hold numbers."""
    ways = {"print", "click.echo", "click.secho", "click.style", "sys.stdout.write"}
    for path in (PACKAGE / "cli").glob("*.py"):
        called = {
            ast.unparse(node.func)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
        }
        assert path.name == "output.py" or not called & ways, path
