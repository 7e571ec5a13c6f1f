"""Templates to HTML; every value is escaped."""

from datetime import UTC, datetime

import jinja2
from starlette.responses import HTMLResponse

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("mmrag.serve"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def counted(number: int, word: str) -> str:
    """A number of things: "1 page", "2 pages"."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def moment(at: str) -> str:
    """A time of ISO 8601 as a person reads it, to the minute: "2026-03-01 14:05 UTC"."""
    return f"{datetime.fromisoformat(at).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


_ENVIRONMENT.filters |= {"counted": counted, "moment": moment}


def render(template: str, **values: object) -> str:
    """A page, or a part of one."""
    return _ENVIRONMENT.get_template(template).render(**values)


def page(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A whole page; `name` is that of its index, `here` that of its place in the menu."""
    return HTMLResponse(render(template, **{"name": "", "here": "", **values}), status)
