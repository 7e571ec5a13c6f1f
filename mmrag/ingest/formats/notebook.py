"""Jupyter notebooks: the text, the code and what it printed and drew, in order; nothing runs."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mmrag.errors import DocumentError
from mmrag.ingest.formats import markdown, text
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms

_FENCE = "`" * 12  # longer than any within a cell


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """A notebook (nbformat 4). Raises `DocumentError` where it is none, or empty."""
    source, metadata, problems = text.read(path)
    try:
        notebook = json.loads(source)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"the notebook is no JSON: {error}") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise DocumentError("it has no cells: notebooks of nbformat 4 are read")
    told = "\n\n".join(part for cell in cells if isinstance(cell, dict) for part in _parts(cell))
    with markdown.of_markdown(told, terms, metadata, problems) as file:
        yield file


def _parts(cell: Mapping[str, object]) -> Iterator[str]:
    """A cell as Markdown."""
    source = _joined(cell.get("source"))
    yield source if cell.get("cell_type") == "markdown" else _as_it_is(source)
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        if not isinstance(output, dict):
            continue
        data = output.get("data")
        yield _of_data(data) if isinstance(data, dict) else _as_it_is(_joined(output.get("text")))


def _of_data(data: Mapping[str, object]) -> str:
    """The richest form of an output: a picture, else HTML (tables are), else text."""
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            return f"![](data:{kind};base64,{''.join(_joined(data[kind]).split())})"
    if "text/html" in data:
        return "\n".join(filter(str.strip, _joined(data["text/html"]).splitlines()))
    return _as_it_is(_joined(data.get("text/plain")))


def _as_it_is(source: str) -> str:
    return f"{_FENCE}\n{source}\n{_FENCE}" if source.strip() else ""


def _joined(value: object) -> str:
    """Text as nbformat has it: a string, or a list of lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value or "")
