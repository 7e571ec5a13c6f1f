"""A page of charts drawn again from what was read, each beside its original."""

import html
import io
from collections.abc import Sequence
from pathlib import Path

import pymupdf

from mmrag import grids
from mmrag.types import Grid

_HEAD = (
    "<!doctype html><meta charset=utf-8><title>Charts drawn again</title>"
    "<style>body{font:14px sans-serif}img{width:46%;border:1px solid #ccc}</style>"
)


def write(folder: Path, charts: Sequence[tuple[str, Path, Grid | None, str]]) -> None:
    """One row a chart: its name, the PDF page that it stands on, its grid, and what was noted."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_HEAD]
    for name, pdf, grid, note in charts:
        with pymupdf.open(pdf) as document:
            page = document[0]
            page.get_pixmap(dpi=80, clip=(60, 130, 535, 620)).save(folder / f"{name}.png")
        rows.append(f"<h3>{html.escape(name)}</h3><img src='{name}.png'>")
        if grid is None:
            rows.append(f"<p>{html.escape(note)}</p>")
            continue
        (folder / f"{name}-again.png").write_bytes(again(grid))
        rows.append(f"<img src='{name}-again.png'>")
    (folder / "index.html").write_text("\n".join(rows), encoding="utf-8")


def again(grid: Grid) -> bytes:
    """A chart drawn from its grid alone, as PNG."""
    import matplotlib as library

    library.use("Agg")
    from matplotlib import pyplot

    assert grid.chart is not None
    rows, first = grids.rows(grid), grids.head_rows(grid)
    names = list(rows[first:])
    figure, axes = pyplot.subplots(figsize=(5, 3.6))
    feet = [0.0] * len(names)
    is_lying = grid.chart.y.scale == "category"
    count = max(len(grid.chart.series), 1)
    for at, series in enumerate(grid.chart.series):
        own = {
            cell.row - first: float(value)
            for cell in grid.cells
            if cell.column == at + 1
            and not cell.is_header
            and (value := grids.value(cell)) is not None
        }
        values = [own.get(row, 0.0) for row in range(len(names))]
        match grid.chart.type:
            case "pie":
                axes.pie(values, labels=names)
            case "bar":
                places = [row + (at - (count - 1) / 2) * 0.8 / count for row in range(len(names))]
                draw = axes.barh if is_lying else axes.bar
                draw(places, values, 0.8 / count, label=series)
            case "stacked bar":
                if is_lying:
                    axes.barh(names, values, 0.7, left=feet, label=series)
                else:
                    axes.bar(range(len(names)), values, 0.7, bottom=feet, label=series)
                feet = [foot + value for foot, value in zip(feet, values, strict=True)]
            case kind:
                xs = [_number(names[row], row) for row in own]
                style = "o" if kind == "scatter" else "-"
                axes.plot(xs, list(own.values()), style, markersize=4, label=series)
    if grid.chart.type in ("bar", "stacked bar"):
        (axes.set_yticks if is_lying else axes.set_xticks)(range(len(names)), names)
    if grid.chart.y.scale == "log":
        axes.set_yscale("log")
    if count > 1:
        axes.legend(fontsize=7)
    figure.tight_layout()
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=80)
    pyplot.close(figure)
    return file.getvalue()


def _number(name: str, row: int) -> float:
    try:
        return float(name)
    except ValueError:
        return float(row)
