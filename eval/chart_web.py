"""Charts of known data drawn in a browser: by Plotly, and by Vega-Lite as SVG that Chromium prints.

Chromium prints SVG as D3 makes it, too: marks as paths below transforms, text in embedded fonts.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import chart_makers
import pymupdf
from chart_makers import Known
from chart_programs import cut

_TIMEOUT = 600  # seconds, of one run
_DRAWING = 20_000  # milliseconds of its own clock, that scripts of a page may draw
_TEMPLATES = ("plotly", "plotly_white", "simple_white", "ggplot2", "seaborn")
_PIXELS = 110  # an inch of a chart
_PAGE = (11.0, 8.5)  # inches


def plotly(charts: Sequence[Known]) -> list[bytes]:
    """Drawn by Plotly, one template after the other."""
    import plotly.io

    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{at}.pdf" for at in range(len(charts))]
        figures = [
            _plotly(chart, _TEMPLATES[at % len(_TEMPLATES)]) for at, chart in enumerate(charts)
        ]
        plotly.io.write_images(figures, [str(file) for file in files])
        return [file.read_bytes() for file in files]


def _plotly(chart: Known, template: str) -> Any:
    import plotly.graph_objects as go

    figure = go.Figure()
    rows: list[Sequence[object]] = [list(xs) for xs in chart.xs] or [
        [int(row) for row in chart.rows] if chart.x_scale == "linear" else chart.rows
    ] * len(chart.series)
    for at, (name, xs, values) in enumerate(zip(chart.series, rows, chart.values, strict=True)):
        match chart.kind:
            case "bar" | "stacked bar":
                figure.add_bar(x=xs, y=values, name=name)
            case "lying bar":
                figure.add_bar(x=values, y=xs, name=name, orientation="h")
            case "scatter":
                figure.add_scatter(x=xs, y=values, name=name, mode="markers")
            case "line":
                mode = "lines+markers" if at % 2 else "lines"
                figure.add_scatter(x=xs, y=values, name=name, mode=mode)
            case "area":
                figure.add_scatter(x=xs, y=values, name=name, stackgroup="one")
            case "pie":
                figure.add_pie(labels=xs, values=values, sort=False)
    wide, high = (_PIXELS * side for side in chart.size)
    figure.update_layout(
        template=template, width=wide, height=high, margin={"l": 70, "r": 20, "t": 30, "b": 50},
        barmode="stack" if chart.kind == "stacked bar" else "group",
    )  # fmt: skip
    if chart.kind == "pie":
        return figure
    is_lying = chart.kind == "lying bar"
    own, other = ("x", "y") if is_lying else ("y", "x")
    axis: dict[str, object] = {"title": {"text": chart.y_title}}
    if chart.scale == "log":
        axis |= {"type": "log", "dtick": 1}
    axis |= {"comma": {"tickformat": ","}, "percent": {"ticksuffix": "%"}}.get(chart.format, {})
    across: dict[str, object] = {"title": {"text": chart.x_title}}
    if chart.x_scale == "category":
        across["type"] = "category"
    figure.update_layout({f"{own}axis": axis, f"{other}axis": across})
    return figure


def browser(charts: Sequence[Known]) -> list[bytes]:
    """Drawn by Vega-Lite as SVG, on a page each of an HTML document that Chromium prints."""
    import vl_convert

    pictures = [vl_convert.vegalite_to_svg(chart_makers.vega_specification(x)) for x in charts]
    wide, high = _PAGE
    style = f"@page{{size:{wide}in {high}in;margin:0}}div{{break-after:page;padding:20px}}"
    body = "".join(f"<div>{picture}</div>" for picture in pictures)
    return printed(f"<!doctype html><meta charset=utf-8><style>{style}</style>{body}", len(charts))


def printed(page: str, count: int) -> list[bytes]:
    """The first pages of an HTML document as Chromium prints it, each cut to what is on it."""
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(page, encoding="utf-8")
        command = shutil.which("chromium") or "chromium"
        subprocess.run(
            [
                command, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                f"--virtual-time-budget={_DRAWING}", f"--user-data-dir={folder}/profile",
                "--allow-file-access-from-files", f"--print-to-pdf={made}", source.as_uri(),
            ],
            check=True, timeout=_TIMEOUT, capture_output=True,
        )  # fmt: skip
        with pymupdf.open(made) as document:
            return [cut(document, number) for number in range(count)]
