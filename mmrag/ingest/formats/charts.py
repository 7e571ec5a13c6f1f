"""Charts of office documents as the numbers that they are drawn from, which the file holds.

What is drawn is measured as in any PDF; a table of its data, exact and with the names of all
series, stands on a page behind. Charts are parts of their own (ECMA-376, part 1, 21.2).
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from xml.etree.ElementTree import Element

from mmrag.errors import DocumentError
from mmrag.ingest.formats import cell_text
from mmrag.ingest.formats.members import UNPACK_ERRORS
from mmrag.ingest.formats.parts import attribute, local_name, part
from mmrag.ingest.formats.rows import Rows
from mmrag.types import Problem

_PART = re.compile(r"(?:word|ppt|xl)/charts/chart(\d*)\.xml")
_MAX_CHARTS = 200  # of one file; chosen by hand
_MAX_POINTS = 1_000  # of one chart; chosen by hand
_MAX_SERIES = 100  # chosen by hand


@dataclass(frozen=True, slots=True)
class _Series:
    """Values by the place of their point, and what the points are called."""

    name: str
    names: Mapping[int, str]
    values: Mapping[int, str]


def of_package(path: Path) -> tuple[list[Rows], list[Problem]]:
    """A table for each chart, or several where its series share no points; and what is not read."""
    tables: list[Rows] = []
    unread = 0
    try:
        with zipfile.ZipFile(path) as package:
            found = (match for name in package.namelist() if (match := _PART.fullmatch(name)))
            names = [match[0] for match in sorted(found, key=lambda match: int(match[1] or 0))]
            for name in names[:_MAX_CHARTS]:
                try:
                    tables += _tables(part(package, name))
                except (*UNPACK_ERRORS, DocumentError):
                    unread += 1
    except UNPACK_ERRORS:
        return [], []
    unread += len(names[_MAX_CHARTS:])
    told = f"the data of {unread} charts (damaged, or more than {_MAX_CHARTS})"
    return tables, [Problem("unread", told)] if unread else []


def _tables(root: Element) -> Iterator[Rows]:
    charts = (item for item in root.iter() if local_name(item.tag) == "chart")
    for chart in charts:
        if (plot := _child(chart, "plotArea")) is not None:
            yield from _of_plot(plot, _title(chart))


def _of_plot(plot: Element, title: str) -> Iterator[Rows]:
    """A table for the series that have the same points and the same axis of values."""
    axes = {_value(axis, "axId"): axis for axis in plot if local_name(axis.tag).endswith("Ax")}
    alike: dict[tuple[str, str, tuple[tuple[int, str], ...]], list[_Series]] = {}
    left = _MAX_SERIES
    for group in plot:
        keys = (attribute(item, "val") for item in group if local_name(item.tag) == "axId")
        own = [axes[key] for key in keys if key in axes]
        up = [axis for axis in own if local_name(axis.tag) == "valAx"]
        if len(up) > 1:  # numbers across as well
            up = [axis for axis in up if _value(axis, "axPos") in ("l", "r")]
        across = next((_title(axis) for axis in own if axis not in up), "")
        names: Mapping[int, str] = {}
        for item in islice((x for x in group if local_name(x.tag) == "ser"), left):
            left -= 1
            one = _series(item)
            names = one.names or names
            key = (across, _title(up[0]) if up else "", tuple(names.items()))
            alike.setdefault(key, []).append(replace(one, names=names))
    for (across, above, _), series in alike.items():
        if not any(one.values for one in series):
            continue  # its values are where its formulas point, and nowhere else
        caption = title or (series[0].name if len(series) == 1 else "")
        yield _table(_caption(caption, above), across, series)


def _table(caption: str, across: str, series: Sequence[_Series]) -> Rows:
    places = sorted({place for one in series for place in (*one.names, *one.values)})
    named = {place: name for one in series for place, name in one.names.items()}
    rows = [[across, *(one.name for one in series)]]
    for place in places[:_MAX_POINTS]:
        values = (one.values.get(place, "") for one in series)
        rows.append([named.get(place, str(place + 1)), *values])
    return Rows(caption, rows, heads=1, names_rows=True)


def _series(element: Element) -> _Series:
    told = {local_name(child.tag): child for child in element}
    name = " ".join(_points(told["tx"]).values()) if "tx" in told else ""
    names = next((_points(told[key]) for key in ("cat", "xVal") if key in told), {})
    values = next((_points(told[key]) for key in ("val", "yVal") if key in told), {})
    return _Series(name, names, values)


def _points(element: Element) -> dict[int, str]:
    """What is stored of a range of cells, by place; names of several levels are put together."""
    levels = [item for item in element.iter() if local_name(item.tag) == "lvl"]
    if not levels:
        return _stored(element)
    inner, *outer = [_stored(level) for level in levels]
    whole: dict[int, str] = {}
    above = [""] * len(outer)
    for place in sorted({*inner, *(place for level in outer for place in level)}):
        above = [level.get(place, last) for level, last in zip(outer, above, strict=True)]
        whole[place] = " ".join(filter(None, (*reversed(above), inner.get(place, ""))))
    return whole


def _stored(element: Element) -> dict[int, str]:
    form = next((x.text or "" for x in element.iter() if local_name(x.tag) == "formatCode"), "")
    found = {}
    for point in islice((x for x in element.iter() if local_name(x.tag) == "pt"), _MAX_POINTS):
        value = _child(point, "v")
        place = point.get("idx", "")
        if value is not None and value.text and place.isdecimal():
            found[int(place)] = cell_text.stored(value.text, point.get("formatCode", form))
    if not found:  # a name that is written, not stored of a cell
        written = _child(element, "v")
        found = {0: " ".join((written.text or "").split())} if written is not None else {}
    return found


def _caption(title: str, up: str) -> str:
    """What a chart is called, and what its axis of values, which tells their unit."""
    return f"{title} ({up})" if title and up else title or up


def _title(element: Element) -> str:
    """The title of a chart or an axis; "" where it has none."""
    title = _child(element, "title")
    if title is None:
        return ""
    lines = ["".join(x.itertext()) for x in title.iter() if local_name(x.tag) == "p"]
    words = lines or [x.text or "" for x in title.iter() if local_name(x.tag) == "v"]
    return " ".join(" ".join(words).split())


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if local_name(child.tag) == name), None)


def _value(element: Element, name: str) -> str:
    """What a child of that name says, which is all that it does."""
    child = _child(element, name)
    return "" if child is None else attribute(child, "val")
