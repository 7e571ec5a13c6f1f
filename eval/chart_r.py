"""Charts of known data drawn by R: by its own graphics, and by ggplot2 in several of its themes.

Base R has no areas: they are drawn as polygons on a plot, as people do who use it.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from chart_makers import Known

_TIMEOUT = 600  # seconds, of one run
_COLOURS = ("#336699", "#CC6633", "#669933", "#993366")
_THEMES = ("grey", "bw", "minimal", "light")


def ggplot2(charts: Sequence[Known]) -> list[bytes]:
    """Drawn by ggplot2."""
    return _run(charts, "suppressMessages(library(ggplot2))\n", _ggplot2)


def base(charts: Sequence[Known]) -> list[bytes]:
    """Drawn by R's own graphics."""
    return _run(charts, "", _base)


def _run(charts, start, script) -> list[bytes]:  # type: ignore[no-untyped-def]
    with tempfile.TemporaryDirectory() as folder:
        told = [start]
        files = [Path(folder) / f"{at}.pdf" for at in range(len(charts))]
        for chart, file in zip(charts, files, strict=True):
            wide, high = chart.size
            told += [f"pdf({str(file)!r}, width={wide:.2f}, height={high:.2f})"]
            told += [*script(chart), "invisible(dev.off())"]
        source = Path(folder) / "charts.R"
        source.write_text("\n".join(told), encoding="utf-8")
        done = subprocess.run(
            ["Rscript", "--vanilla", str(source)], capture_output=True, text=True, timeout=_TIMEOUT
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return [file.read_bytes() for file in files]


def _vector(values: Sequence[object]) -> str:
    parts = (f'"{value}"' if isinstance(value, str) else repr(value) for value in values)
    return f"c({', '.join(parts)})"


def _ggplot2(chart: Known) -> list[str]:
    is_years = chart.x_scale == "linear" and bool(chart.rows)
    rows: list[object] = [x for xs in chart.xs for x in xs] or [
        int(row) if is_years else row for _ in chart.series for row in chart.rows
    ]
    values = [value for column in chart.values for value in column]
    names = [name for name, column in zip(chart.series, chart.values, strict=True) for _ in column]
    told = [
        f"d <- data.frame(row={_vector(rows)}, series={_vector(names)}, value={_vector(values)})",
        f"d$series <- factor(d$series, levels={_vector(chart.series)})",
    ]
    if not chart.xs and not is_years:
        told.append(f"d$row <- factor(d$row, levels={_vector(chart.rows)})")
    several = len(chart.series) > 1
    fill, line = (
        (", fill=series", ", colour=series, group=series") if several else ("", ", group=1")
    )
    bar = "ggplot(d, aes(row, value" + fill + "))"
    plots = {
        "bar": f'{bar} + geom_col(position="dodge")',
        "lying bar": f'ggplot(d, aes(value, row{fill})) + geom_col(position="dodge")',
        "stacked bar": f"{bar} + geom_col()",
        "line": f"ggplot(d, aes(row, value{line})) + geom_line()"
        + (" + geom_point()" if len(chart.rows) % 2 else ""),
        "area": f"ggplot(d, aes(row, value{fill}, group=series)) + geom_area()",
        "scatter": f"ggplot(d, aes(row, value{line})) + geom_point()",
        "pie": 'ggplot(d, aes("", value, fill=row)) + geom_col(width=1) + coord_polar("y")',
    }
    theme = _THEMES[len(values) % len(_THEMES)] if chart.has_grid else "classic"
    if chart.kind == "pie":
        return [*told, f"print({plots['pie']} + theme_void())"]
    axis = "x" if chart.kind == "lying bar" else "y"
    formats = {
        "comma": "labels=scales::label_comma()",
        "percent": 'labels=function(v) paste0(v, "%")',
        "short": "labels=scales::label_number(scale_cut=scales::cut_short_scale())",
    }
    scale = f"scale_{axis}_log10()" if chart.scale == "log" else (
        f"scale_{axis}_continuous({formats.get(chart.format, '')})"
    )  # fmt: skip
    x, y = (chart.y_title, chart.x_title) if axis == "x" else (chart.x_title, chart.y_title)
    legend = " + labs(fill=NULL, colour=NULL)" if len(chart.rows) % 2 else ""
    return [
        *told,
        f"p <- {plots[chart.kind]} + theme_{theme}() + {scale}",
        f'print(p + xlab("{x}") + ylab("{y}"){legend})',
    ]


def _base(chart: Known) -> list[str]:
    columns = ", ".join(
        f'"{name}"={_vector(values)}'
        for name, values in zip(chart.series, chart.values, strict=True)
    )
    told = [
        f"m <- cbind({columns})",
        f"rows <- {_vector(chart.rows)}" if chart.rows else "",
        f"cols <- {_vector(_COLOURS)}[1:{len(chart.series)}]",
    ]
    level = "las=1, " if chart.has_grid else ""
    axis = 2
    match chart.kind:
        case "pie":
            return [*told, "pie(m[, 1], labels=rows, col=hcl.colors(length(rows)))"]
        case "bar" | "stacked bar" | "lying bar":
            axis = 1 if chart.kind == "lying bar" else 2
            beside = "FALSE" if chart.kind == "stacked bar" else "TRUE"
            most = "colSums(t(m))" if beside == "FALSE" else "m"
            lim = "xlim" if axis == 1 else "ylim"
            if axis == 1:
                told.append("par(mar=c(5, 7, 2, 2))")
                level = "las=1, horiz=TRUE, "
            elif len(chart.rows) > 5:
                level = "las=2, "
            told.append(
                f"barplot(t(m), beside={beside}, names.arg=rows, col=cols, {level}"
                f'{lim}=c(0, 1.25 * max({most})), {"x" if axis == 1 else "y"}axt="n", '
                f"{_titles(chart)})"
            )
        case "scatter":
            xs = ", ".join(map(_vector, chart.xs))
            told += [
                f"xs <- cbind({xs})",
                f"plot(xs[, 1], m[, 1], pch=16, col=cols[1], xlim=range(xs), ylim=range(m), {level}"
                f'yaxt="n", {_titles(chart)})',
                "for (k in seq_len(ncol(m))[-1]) points(xs[, k], m[, k], pch=16, col=cols[k])",
            ]
        case "line" | "area":
            names = chart.x_scale == "category"
            told.append("xs <- seq_along(rows)" if names else "xs <- as.integer(rows)")
            log = 'log="y", ' if chart.scale == "log" else ""
            top = "c(0, max(rowSums(m)))" if chart.kind == "area" else "range(m)"
            told.append(
                f'plot(range(xs), {top}, type="n", {log}{level}yaxt="n", '
                f"{'xaxt=' + repr('n') + ', ' if names else ''}{_titles(chart)})"
            )
            told += ["axis(1, at=xs, labels=rows)"] if names else []
            if chart.kind == "area":
                told += [
                    "foot <- rep(0, length(xs))",
                    "for (k in seq_len(ncol(m))) { top <- foot + m[, k]; "
                    "polygon(c(xs, rev(xs)), c(top, rev(foot)), col=cols[k], border=NA); "
                    "foot <- top }",
                ]
            else:
                kind = '"o", pch=16' if len(chart.rows) % 2 else '"l", lwd=2'
                told.append(
                    f"for (k in seq_len(ncol(m))) lines(xs, m[, k], type={kind}, col=cols[k])"
                )
    signs = {
        "comma": 'format(axTicks(%d), big.mark=",", trim=TRUE)',
        "percent": 'paste0(axTicks(%d), "%%")',
    }
    labels = f", labels={signs[chart.format] % axis}" if chart.format in signs else ""
    turn = "las=1, " if level.startswith("las=1") else ""
    told.append(f"axis({axis}, {turn}at=axTicks({axis}){labels})")
    if len(chart.series) > 1:
        key = "fill=cols" if "bar" in chart.kind or chart.kind == "area" else (
            "col=cols, pch=16" if chart.kind == "scatter" else "col=cols, lty=1"
        )  # fmt: skip
        told.append(f'legend("topright", legend=colnames(m), {key}, bty="n", cex=0.8)')
    return told


def _titles(chart: Known) -> str:
    x, y = chart.x_title, chart.y_title
    if chart.kind == "lying bar":
        x, y = y, x
    return f'xlab="{x}", ylab="{y}"'
