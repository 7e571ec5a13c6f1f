"""The page of promises and the tests that prove them name each other."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
NUMBERS = {*range(1, 36), *range(39, 61), *range(65, 72)}
ROW = re.compile(r"^\| (\d+) \| .+ \| (.+) \|$", re.MULTILINE)


def told() -> dict[int, set[str]]:
    """The files that the page names for each promise."""
    page = (HERE / "PROMISES.md").read_text(encoding="utf-8")
    return {
        int(number): set(re.findall(r"\]\((.+?)\)", files)) for number, files in ROW.findall(page)
    }


def marked() -> dict[int, set[str]]:
    """The files with a test that is marked for each promise."""
    found: dict[int, set[str]] = {}
    for path in HERE.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for mark in node.decorator_list:
                    if ast.unparse(mark).startswith("pytest.mark.promise("):
                        number = int(ast.unparse(mark)[len("pytest.mark.promise(") : -1])
                        found.setdefault(number, set()).add(str(path.relative_to(HERE)))
    return found


def test_every_promise_is_proven_where_the_page_says() -> None:
    assert told().keys() == NUMBERS
    assert told() == marked()
