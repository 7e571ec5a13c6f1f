"""The rules of the house that no type checker holds."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "mmrag"
STAGES = {"ingest", "describe", "encode", "store", "retrieve", "answer", "vision"}
LEVELS = {
    **dict.fromkeys(["__init__", "types", "ids", "errors", "network", "boxes", "text"], 0),
    **dict.fromkeys(["protocols", "config"], 1),
    **dict.fromkeys([*STAGES, "backends"], 2),
    **dict.fromkeys(["registry", "pipeline", "models", "chat"], 3),
    **dict.fromkeys(["index", "doctor"], 4),
    **dict.fromkeys(["evaluate"], 5),
    **dict.fromkeys(["cli"], 6),
    "__main__": 7,
}
HOMES = {
    "pymupdf": {"ingest"},
    "faiss": {"store"},
    "sqlite_utils": {"store"},
    "torch": {"backends"},
    "torchvision": {"backends"},
    "transformers": {"backends"},
    "sentence_transformers": {"backends"},
    "open_clip": {"backends"},
    "bitsandbytes": {"backends"},
    "rapidocr": {"backends"},
    "openai": {"backends"},
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(path: Path) -> set[str]:
    """Every module that a file imports anywhere, type-checking blocks left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            node.body = []
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down_and_libraries_stay_at_home(path: Path) -> None:
    here = part_of(path)
    for name in imported(path):
        top, *rest = name.split(".")
        if top in HOMES:
            assert here in HOMES[top], f"{path} imports {top}"
        if top != "mmrag" or not rest or rest[0] not in LEVELS:
            continue
        there = rest[0]
        if there == here:
            continue
        assert LEVELS[there] <= LEVELS[here], f"{path} imports upwards: {name}"
        if here in STAGES and there in STAGES | {"backends"}:
            assert (here, there) == ("retrieve", "store"), f"{path} imports another stage: {name}"
        if there == "backends":
            assert here in {"registry", "backends"}, f"{path} names a backend: {name}"


@pytest.mark.parametrize("module", ["mmrag", "mmrag.cli", "mmrag.index"])
def test_importing_mmrag_loads_neither_torch_nor_faiss_nor_pymupdf(module: str) -> None:
    code = (
        f"import sys, {module}; heavy = {{'torch', 'faiss', 'pymupdf', 'transformers',"
        "'sentence_transformers', 'open_clip', 'onnxruntime'} & set(sys.modules); "
        "sys.exit(', '.join(sorted(heavy)) or None)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


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
