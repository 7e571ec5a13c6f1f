"""Charts of known data drawn by programs of this machine: gnuplot and LibreOffice Calc.

Gnuplot draws neither lying bars, pies nor stacked areas: bars and lines instead. Calc gets a
workbook with native charts, each on a sheet of its own.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pymupdf
from chart_makers import Known

_TIMEOUT = 600  # seconds, of one run
_COLOURS = ("336699", "CC6633", "669933", "993366")
_MARGIN = 3.0  # points around a chart that is cut out of its page


def for_gnuplot(chart: Known) -> Known:
    """What gnuplot makes of a chart."""
    kind = chart.kind
    if kind in ("lying bar", "pie"):
        kind = "bar"
    if kind == "area" and len(chart.series) > 1:
        kind = "line"
    return replace(chart, kind=kind)


def gnuplot(charts: Sequence[Known]) -> list[bytes]:
    """Drawn by gnuplot's terminal pdfcairo."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for chart in charts:
            file = Path(folder) / "chart.pdf"
            script = "\n".join(_gnuplot_lines(chart, file))
            subprocess.run(
                ["gnuplot"], input=script, text=True, check=True, timeout=_TIMEOUT,
                capture_output=True,
            )  # fmt: skip
            found.append(file.read_bytes())
    return found


def _gnuplot_lines(chart: Known, file: Path) -> list[str]:
    wide, high = chart.size
    told = [
        f"set terminal pdfcairo size {wide:.2f},{high:.2f} font 'Sans,10'",
        f"set output '{file}'",
        f"set xlabel '{chart.x_title}'",
        f"set ylabel '{chart.y_title}'",
        "set key outside right top" if chart.has_grid else "set key top right",
    ]
    if chart.has_grid:
        told.append("set grid ytics")
    if chart.format == "percent":
        told.append("set format y '%g%%'")
    elif chart.format == "short":
        told.append("set format y '%.0s%c'")
    is_dots = chart.kind == "scatter"
    told += [line for at in range(len(chart.series)) for line in _gnuplot_data(chart, at)]
    told.append("set yrange [*:*]" if chart.scale == "log" or is_dots else "set yrange [0:*]")
    if chart.scale == "log":
        told.append("set logscale y")
    if chart.kind in ("bar", "stacked bar"):
        form = "rowstacked" if chart.kind == "stacked bar" else "clustered gap 1"
        told += [
            "set style data histograms", f"set style histogram {form}",
            "set style fill solid 0.8", "set boxwidth 0.9",
        ]  # fmt: skip
    if len(chart.series) == 1:
        told.append("unset key")
    styles = {"line": "with linespoints pt 7 ps 0.3", "area": "with filledcurves y1=0"}
    styles["scatter"] = "with points pt 7 ps 0.4"
    names = chart.x_scale == "category"
    parts = []
    for at, name in enumerate(chart.series):
        colour = f"lc rgb '#{_COLOURS[at]}'"
        using = "1:2" if not names else "2:xtic(1)"
        style = styles.get(chart.kind, "")
        if chart.kind == "line" and at % 2:
            style = "with lines lw 2"
        parts.append(f"$data{at} using {using} {style} {colour} title '{name}'")
    return [*told, "plot " + ", ".join(parts)]


def _gnuplot_data(chart: Known, at: int) -> list[str]:
    rows: Sequence[object] = chart.xs[at] if chart.xs else chart.rows
    lines = [f"{row} {value}" for row, value in zip(rows, chart.values[at], strict=True)]
    return [f"$data{at} << EOD", *lines, "EOD"]


def calc(charts: Sequence[Known]) -> list[bytes]:
    """Drawn by LibreOffice Calc, cut out of the sheets of one workbook."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "charts.xlsx"
        _workbook(charts, file)
        profile = (Path(folder) / "profile").as_uri()
        subprocess.run(
            [
                "soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf",
                "--outdir", folder, str(file),
            ],
            check=True, timeout=_TIMEOUT, capture_output=True,
        )  # fmt: skip
        with pymupdf.open(file.with_suffix(".pdf")) as document:
            pages = [page.number for page in document if page.get_drawings()]
            assert len(pages) == len(charts), f"{len(pages)} of {len(charts)} charts were drawn"
            return [cut(document, number) for number in pages]


def cut(document: pymupdf.Document, number: int) -> bytes:
    """A page's drawing as a page of its own."""
    page = document[number]
    boxes = [drawing["rect"] for drawing in page.get_drawings()]
    boxes += [pymupdf.Rect(block[:4]) for block in page.get_text("blocks")]
    box = pymupdf.Rect(boxes[0])
    for other in boxes[1:]:
        box |= other
    x0, y0, x1, y1 = box
    box = pymupdf.Rect(x0 - _MARGIN, y0 - _MARGIN, x1 + _MARGIN, y1 + _MARGIN) & page.rect
    with pymupdf.open() as made:
        whole = made.new_page(width=box.width, height=box.height)
        whole.show_pdf_page(whole.rect, document, number, clip=box)
        return bytes(made.tobytes())


def _workbook(charts: Sequence[Known], file: Path) -> None:
    """A sheet of data and a sheet with the chart for each; the data are hidden from the printer."""
    import openpyxl
    from openpyxl.worksheet.properties import PageSetupProperties

    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, chart in enumerate(charts):
        data = book.create_sheet(f"data{number}")
        head = ["", *chart.series]
        if chart.xs:
            head = [name for series in chart.series for name in (f"x {series}", series)]
        data.append(head)
        for row in range(len(chart.values[0])):
            if chart.xs:
                data.append(
                    [
                        v
                        for at in range(len(chart.series))
                        for v in (chart.xs[at][row], chart.values[at][row])
                    ]
                )
            else:
                data.append([chart.rows[row], *(column[row] for column in chart.values)])
        data.print_area = "Z999"  # of an empty cell: nothing of it is printed
        sheet = book.create_sheet(f"chart{number}")
        sheet.page_setup.orientation = "landscape"
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.add_chart(_native(chart, data), "A1")
    book.save(file)


def _native(chart: Known, data: object) -> object:
    """A chart of openpyxl."""
    from openpyxl import chart as charts
    from openpyxl.chart import Reference, Series

    rows = len(chart.values[0]) + 1
    if chart.kind == "scatter":
        made = charts.ScatterChart()
        for at in range(len(chart.series)):
            xs = Reference(data, min_col=2 * at + 1, min_row=2, max_row=rows)
            ys = Reference(data, min_col=2 * at + 2, min_row=1, max_row=rows)
            dots = Series(ys, xs, title_from_data=True)
            dots.marker.symbol = "circle"
            dots.marker.size = 5
            dots.marker.graphicalProperties.solidFill = _COLOURS[at]
            dots.graphicalProperties.line.noFill = True
            made.series.append(dots)
    else:
        classes = {
            "line": charts.LineChart, "area": charts.AreaChart, "pie": charts.PieChart,
        }  # fmt: skip
        made = classes.get(chart.kind, charts.BarChart)()
        values = Reference(data, min_col=2, max_col=len(chart.series) + 1, min_row=1, max_row=rows)
        made.add_data(values, titles_from_data=True)
        made.set_categories(Reference(data, min_col=1, min_row=2, max_row=rows))
        for line in made.series if chart.kind == "line" and chart.x_scale == "linear" else ():
            line.smooth = False  # as office programs draw lines; others stay rounded
    if chart.kind in ("stacked bar", "area"):
        made.grouping = "stacked"
    if chart.kind in ("bar", "stacked bar", "lying bar"):
        made.type = "bar" if chart.kind == "lying bar" else "col"
        made.overlap = 100 if chart.kind == "stacked bar" else None
    made.width, made.height = (2.54 * side for side in chart.size)
    made.title = None
    if chart.kind != "pie":
        _set_axes(chart, made)
    if len(chart.series) == 1 and chart.kind != "pie":
        made.legend = None
    return made


def _set_axes(chart: Known, made: object) -> None:
    made.x_axis.delete = made.y_axis.delete = False
    made.x_axis.title, made.y_axis.title = chart.x_title, chart.y_title
    if not chart.has_grid:
        made.y_axis.majorGridlines = None
    if chart.scale == "log":
        made.y_axis.scaling.logBase = 10
    formats = {"comma": "#,##0", "percent": '0"%"', "short": "General"}
    made.y_axis.number_format = formats.get(chart.format, "General")
    made.y_axis.numFmt.sourceLinked = False
