"""Templates to HTML; every value is escaped."""

import jinja2
from starlette.responses import HTMLResponse

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("mmrag.serve"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, **values: object) -> str:
    """A page, or a part of one."""
    return _ENVIRONMENT.get_template(template).render(**values)


def page(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A whole page; `name` is that of its index, `here` that of its place in the menu."""
    return HTMLResponse(render(template, **{"name": "", "here": "", **values}), status)
