"""Charts of known data, drawn by programs other than ours, as PDF pages with a caption.

Matplotlib, Vega-Lite (vl-convert) and ReportLab draw them; the type, size, number of series, scales
and formats of numbers vary with the seed. A chart stands on a page between prose, as in a report.
"""

import io
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import pymupdf

KINDS = ("bar",) * 4 + ("lying bar",) * 2 + ("stacked bar",) * 3 + ("line",) * 5 + (
    "area", "area", "scatter", "scatter", "scatter", "pie"
)  # fmt: skip
_NAMES = (
    "North", "South", "East", "West", "Coast", "Valley",
    "Harbour", "Summit", "Lake", "Forest", "Bridge", "Mill",
)  # fmt: skip
_TITLES = "Passengers", "Revenue", "Share of trips", "Load", "Cost per ride", "Delay in minutes"
_STYLES = (
    "ggplot", "fivethirtyeight", "bmh", "seaborn-v0_8-whitegrid", "seaborn-v0_8-darkgrid",
    "tableau-colorblind10", "grayscale", "dark_background",
)  # fmt: skip
_PROSE = (
    "The station was opened in spring and closed in autumn. Its towers stand on granite, and the "
    "cable runs over four valleys. Every cabin takes eight people across the river."
)


@dataclass
class Known:
    """A chart as it was asked for. `values` are by series and row; `points` those of a scatter."""

    kind: str
    series: list[str]
    rows: list[str]
    values: list[list[float]]
    y_title: str
    x_title: str
    scale: str = "linear"
    x_scale: str = "category"
    format: str = "plain"
    size: tuple[float, float] = (5.0, 3.5)  # inches
    has_grid: bool = True
    xs: list[list[float]] = field(default_factory=list)  # of a scatter, by series

    @property
    def type(self) -> str:
        return self.kind.removeprefix("lying ")


def known(seed: int) -> Known:
    """The data of a chart; the same for every producer."""
    rng = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    count = 1 if kind == "pie" else rng.choice((1, 2, 3) if kind != "stacked bar" else (2, 3, 4))
    names = rng.sample(_NAMES, 12)
    series = names[:count]
    rows = names[count : count + rng.randint(3, 7)]
    x_scale, x_title = "category", "Region"
    if kind in ("line", "area", "bar") and rng.random() < 0.6:
        first = rng.randint(1990, 2012)
        rows = [str(first + at) for at in range(rng.randint(5, 12))]
        x_scale, x_title = ("linear" if kind != "bar" else "category"), "Year"
    top = 10 ** rng.uniform(0.5, 5)
    scale = "log" if kind == "line" and rng.random() < 0.25 else "linear"
    form = rng.choice(("plain", "plain", "comma", "percent", "short"))
    if form == "percent":
        top = rng.uniform(20, 90)
    values = []
    for _ in series:
        level = rng.uniform(0.3, 0.9) * top
        walk = [max(0.05, level * rng.uniform(0.4, 1.2)) for _ in rows]
        if scale == "log":
            walk = [level * 10 ** rng.uniform(-2, 0) for _ in rows]
        values.append([float(f"{value:.4g}") for value in walk])
    xs: list[list[float]] = []
    if kind == "scatter":
        count_points = rng.randint(8, 40)
        xs = [[round(rng.uniform(0, 50), 2) for _ in range(count_points)] for _ in series]
        values = [
            [float(f"{rng.uniform(0.05, 1) * top:.4g}") for _ in range(count_points)]
            for _ in series
        ]
        x_scale, x_title, rows = "linear", "Distance", []
    return Known(
        kind, series, rows, values, rng.choice(_TITLES), x_title, scale, x_scale, form,
        (rng.uniform(3.4, 6.2), rng.uniform(2.4, 4.2)), rng.random() < 0.6, xs,
    )  # fmt: skip


def on_page(chart: bytes, caption: str, dpi: int | None = None) -> bytes:
    """The PDF of a chart on a page of its own, with prose above and its caption below.

    With `dpi`, the chart is a picture of that resolution.
    """
    with pymupdf.open(stream=chart, filetype="pdf") as source, pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        page.insert_textbox((72, 60, 520, 130), _PROSE, fontsize=11)
        box = source[0].rect
        times = min(1.0, 450 / box.width, 560 / box.height)
        place = pymupdf.Rect(72, 140, 72 + box.width * times, 140 + box.height * times)
        if dpi is None:
            page.show_pdf_page(place, source, 0)
        else:
            page.insert_image(place, stream=source[0].get_pixmap(dpi=dpi).tobytes("png"))
        page.insert_text((72, place.y1 + 20), caption, fontsize=10)
        return bytes(document.tobytes())


def matplotlib(
    chart: Known, title: str = "", *, has_values: bool = False, decimal: str = ".,"
) -> bytes:
    """Drawn by Matplotlib. `decimal` are the signs of decimals and of groups of digits."""
    import matplotlib as library

    library.use("Agg")
    from matplotlib import pyplot
    from matplotlib.ticker import FuncFormatter, PercentFormatter

    figure, axes = pyplot.subplots(figsize=chart.size)
    places = range(len(chart.rows))
    width = 0.8 / len(chart.series)
    feet = [0.0] * len(chart.rows)
    for at, (name, values) in enumerate(zip(chart.series, chart.values, strict=True)):
        across = [place + (at - (len(chart.series) - 1) / 2) * width for place in places]
        xs = (
            [int(row) for row in chart.rows]
            if chart.x_scale == "linear" and chart.rows
            else chart.rows
        )
        match chart.kind:
            case "bar":
                made = axes.bar(across, values, width, label=name)
                if has_values and len(chart.series) == 1:
                    axes.bar_label(made, fontsize=7)
            case "lying bar":
                axes.barh(across, values, width, label=name)
            case "stacked bar":
                axes.bar(places, values, 0.7, bottom=feet, label=name)
                feet = [foot + value for foot, value in zip(feet, values, strict=True)]
            case "line":
                axes.plot(xs, values, label=name, marker="o" if at % 2 else None)
            case "scatter":
                axes.scatter(chart.xs[at], values, label=name, s=16)
    if chart.kind == "area":
        axes.stackplot(xs, *chart.values, labels=chart.series)
    if chart.kind == "pie":
        axes.pie(chart.values[0], labels=chart.rows)
    else:
        if chart.kind in ("bar", "stacked bar"):
            axes.set_xticks(list(places), chart.rows)
        if chart.kind == "lying bar":
            axes.set_yticks(list(places), chart.rows)
        is_lying = chart.kind == "lying bar"
        axis = axes.xaxis if is_lying else axes.yaxis
        if chart.scale == "log":
            axes.set_yscale("log")
        elif chart.format == "comma":
            signs = str.maketrans(".,", decimal)
            axis.set_major_formatter(
                FuncFormatter(lambda value, _: f"{value:,.6g}".translate(signs))
            )
        elif chart.format == "percent":
            axis.set_major_formatter(PercentFormatter())
        elif chart.format == "short" and max(map(max, chart.values)) > 5000:
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 1000:g}k"))
        axes.set_xlabel(chart.y_title if is_lying else chart.x_title)
        axes.set_ylabel(chart.x_title if is_lying else chart.y_title)
        if title:
            axes.set_title(title)
        else:
            axes.grid(chart.has_grid, axis="x" if is_lying else "y")
        if len(chart.series) > 1:
            axes.legend(fontsize=8)
    figure.tight_layout()
    file = io.BytesIO()
    figure.savefig(file, format="pdf")
    pyplot.close(figure)
    return file.getvalue()


def styled(charts: Sequence[Known]) -> list[bytes]:
    """Drawn by Matplotlib in its style sheets, with titles, values over bars and other numbers."""
    from matplotlib import pyplot

    found = []
    for at, chart in enumerate(charts):
        with pyplot.style.context(_STYLES[at % len(_STYLES)]):
            found.append(
                matplotlib(
                    chart,
                    title=f"{chart.y_title} by {chart.x_title.lower()}",
                    has_values=at % 3 == 0,
                    decimal=",." if at % 2 else ".,",
                )
            )
    return found


def vega(chart: Known) -> bytes:
    """Drawn by Vega-Lite."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_pdf(vega_specification(chart)))


def vega_specification(chart: Known) -> str:
    """What Vega-Lite draws, as JSON."""
    if chart.kind == "scatter":
        data = [
            {"x": x, "y": y, "series": name}
            for name, xs, values in zip(chart.series, chart.xs, chart.values, strict=True)
            for x, y in zip(xs, values, strict=True)
        ]
    else:
        data = [
            {"x": int(row) if chart.x_scale == "linear" else row, "y": value, "series": name}
            for name, values in zip(chart.series, chart.values, strict=True)
            for row, value in zip(chart.rows, values, strict=True)
        ]
    mark = {"lying bar": "bar", "stacked bar": "bar", "scatter": "circle", "pie": "arc"}
    linear = chart.x_scale == "linear"
    axis = {"grid": chart.has_grid}
    if chart.format == "comma":
        axis["format"] = ","
    elif chart.format == "short":
        axis["format"] = "~s"
    elif chart.format == "percent":
        axis["labelExpr"] = "datum.label + '%'"
    y = {"field": "y", "type": "quantitative", "title": chart.y_title, "axis": axis}
    if chart.scale == "log":
        y["scale"] = {"type": "log"}
        y["axis"] = {"grid": chart.has_grid}
    x = {"field": "x", "type": "quantitative" if linear else "nominal", "title": chart.x_title}
    x["sort"] = None
    if linear and chart.rows:
        x["axis"] = {"format": "d", "tickMinStep": 1}
        x["scale"] = {"zero": False}
    encoding = {"x": x, "y": y}
    if len(chart.series) > 1:
        encoding["color"] = {"field": "series", "type": "nominal", "sort": chart.series}
        if chart.kind in ("bar", "lying bar"):
            encoding["xOffset" if chart.kind == "bar" else "yOffset"] = {"field": "series"}
    if chart.kind == "lying bar":
        encoding["x"], encoding["y"] = y, x
    if chart.kind == "pie":
        encoding = {
            "theta": {"field": "y", "type": "quantitative"},
            "color": {"field": "x", "type": "nominal"},
        }
    drawn = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": chart.size[0] * 55,
        "height": chart.size[1] * 55,
        "data": {"values": data},
        "mark": {"type": mark.get(chart.kind, chart.kind)},
        "encoding": encoding,
    }
    return json.dumps(drawn)


def reportlab(chart: Known) -> bytes:
    """Drawn by ReportLab. It draws neither areas nor logarithmic scales: lines instead."""
    from reportlab.graphics import renderPDF
    from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
    from reportlab.graphics.charts.legends import Legend
    from reportlab.graphics.charts.linecharts import HorizontalLineChart
    from reportlab.graphics.charts.lineplots import LinePlot, ScatterPlot
    from reportlab.graphics.charts.piecharts import Pie
    from reportlab.graphics.shapes import Drawing, String
    from reportlab.lib.colors import HexColor

    colours = [HexColor(code) for code in (0x336699, 0xCC6633, 0x669933, 0x993366)]
    width, height = chart.size[0] * 72, chart.size[1] * 72
    drawing = Drawing(width, height)
    linear = chart.x_scale == "linear"
    if chart.kind == "pie":
        plot = Pie()
        plot.data, plot.labels = chart.values[0], chart.rows
        plot.x, plot.y = width * 0.25, 20
        plot.width = plot.height = min(width * 0.5, height - 40)
        for at in range(len(chart.rows)):
            plot.slices[at].fillColor = HexColor(0x224466 + 0x151005 * at)
    else:
        if chart.kind in ("bar", "stacked bar"):
            plot = VerticalBarChart()
        elif chart.kind == "lying bar":
            plot = HorizontalBarChart()
        elif chart.kind == "scatter":
            plot = ScatterPlot()
            plot.xLabel = plot.yLabel = ""
        elif linear:
            plot = LinePlot()
        else:
            plot = HorizontalLineChart()
        plot.x, plot.y, plot.width, plot.height = 55, 35, width - 75, height - 70
        if chart.kind == "scatter":
            plot.data = [
                list(zip(*pair, strict=True)) for pair in zip(chart.xs, chart.values, strict=True)
            ]
        elif linear:
            plot.data = [
                [(int(r), v) for r, v in zip(chart.rows, vs, strict=True)] for vs in chart.values
            ]
            plot.xValueAxis.labelTextFormat = "%d"
            plot.xValueAxis.valueStep = 1 if len(chart.rows) < 8 else 2
        else:
            plot.data = [tuple(values) for values in chart.values]
            plot.categoryAxis.categoryNames = chart.rows
        if chart.kind == "stacked bar":
            plot.categoryAxis.style = "stacked"
        axis = (
            plot.yValueAxis
            if chart.kind == "scatter" or (linear and chart.rows)
            else plot.valueAxis
        )
        if chart.kind != "scatter":
            axis.valueMin = 0
        axis.visibleGrid = chart.has_grid
        if chart.format == "comma":
            axis.labelTextFormat = lambda value: f"{value:,.6g}"
        elif chart.format == "percent":
            axis.labelTextFormat = "%g%%"
        for at in range(len(chart.series)):
            if chart.kind in ("bar", "stacked bar", "lying bar"):
                plot.bars[at].fillColor = colours[at]
            else:
                plot.lines[at].strokeColor = colours[at]
                if chart.kind == "scatter":
                    plot.lines[at].symbol.fillColor = colours[at]
                    plot.lines[at].symbol.kind = "FilledCircle"
                    plot.lines[at].symbol.size = 4
        if len(chart.series) > 1:
            legend = Legend()
            legend.x, legend.y, legend.columnMaximum = 60, height - 8, 1
            legend.colorNamePairs = list(zip(colours, chart.series, strict=False))
            drawing.add(legend)
        drawing.add(
            String(
                width / 2,
                5,
                chart.y_title if chart.kind == "lying bar" else chart.x_title,
                fontSize=9,
            )
        )
    drawing.add(plot)
    return bytes(renderPDF.drawToString(drawing))
