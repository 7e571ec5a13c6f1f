"""The programs that draw charts of known data, by name, and whether they are on this machine."""

import importlib.util
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import chart_makers
import chart_programs
import chart_r
import chart_web
from chart_makers import Known


@dataclass(frozen=True)
class Producer:
    """A program: what it draws, the module or command it needs, and what it makes of a chart."""

    draw: Callable[[Sequence[Known]], list[bytes]]
    needs: str
    as_drawn: Callable[[Known], Known] = lambda chart: chart

    @property
    def is_there(self) -> bool:
        return importlib.util.find_spec(self.needs) is not None or bool(shutil.which(self.needs))


def _each(draw: Callable[[Known], bytes]) -> Callable[[Sequence[Known]], list[bytes]]:
    return lambda charts: [draw(chart) for chart in charts]


def _for_reportlab(chart: Known) -> Known:
    """ReportLab draws no areas and no logarithms."""
    return replace(chart, kind="line" if chart.kind == "area" else chart.kind, scale="linear")


PRODUCERS = {
    "matplotlib": Producer(_each(chart_makers.matplotlib), "matplotlib"),
    "vega": Producer(_each(chart_makers.vega), "vl_convert"),
    "reportlab": Producer(_each(chart_makers.reportlab), "reportlab", _for_reportlab),
    "gnuplot": Producer(chart_programs.gnuplot, "gnuplot", chart_programs.for_gnuplot),
    "calc": Producer(chart_programs.calc, "soffice"),
    "base-r": Producer(chart_r.base, "Rscript"),
    "ggplot2": Producer(chart_r.ggplot2, "Rscript"),
    "plotly": Producer(chart_web.plotly, "plotly"),
    "browser": Producer(chart_web.browser, "chromium"),
    "styled": Producer(chart_makers.styled, "matplotlib"),
}
