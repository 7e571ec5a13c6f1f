"""Pages of evaluations in one file each: their template, plots as SVG, and small pictures."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path

from PIL import Image

from mmrag.errors import MmragError, UsageError

try:
    import jinja2
    import matplotlib
    from markupsafe import Markup
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
except ImportError as error:
    raise UsageError(
        f"a page of an evaluation needs more packages ({error}): pip install 'mmrag[eval]'"
    ) from error

THUMBNAIL = (180, 180)  # pixels

FindPicture = Callable[[str], Path | None]
"""From an image ID to the file of its picture."""
Draw = Callable[[Axes], None]


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture with its title; one that shows the truth is marked."""

    title: str
    data: str  # WebP in base 64; empty where there is no picture
    true: bool


def render(template: Path, **values: object) -> str:
    """A page of HTML from its template; every value is escaped but for `Markup`."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    environment.loader = jinja2.FileSystemLoader(template.parent)
    return environment.get_template(template.name).render(**values)


def thumbnail(picture: FindPicture, image_id: str, title: str, *, true: bool) -> Thumbnail:
    """The picture of a page or figure, small; without data where the index has none."""
    return Thumbnail(title, _small(picture, image_id), true)


def _small(picture: FindPicture, image_id: str) -> str:
    try:
        path = picture(image_id)
    except MmragError:
        return ""
    if path is None:
        return ""
    with Image.open(path) as image:
        image.thumbnail(THUMBNAIL)
        data = BytesIO()
        image.convert("RGB").save(data, "WEBP", quality=60)
    return base64.b64encode(data.getvalue()).decode("ascii")


def plot(draw: Draw, title: str, rows: int = 8) -> Markup:
    """A plot as SVG, as high as `rows` of bars need; the same values give the same text."""
    text = StringIO()
    with matplotlib.rc_context(
        {"svg.fonttype": "none", "svg.hashsalt": "mmrag", "text.parse_math": False}
    ):  # no formulas: a type may be called `$x$`
        figure = Figure(figsize=(6, max(2.6, 0.28 * rows + 0.8)), layout="constrained")
        axes = figure.subplots()
        axes.set_title(title, fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8)
        draw(axes)
        figure.savefig(text, format="svg", metadata={"Date": None})
    found = text.getvalue().partition("<svg")
    return Markup(found[1] + found[2])  # noqa: S704  (matplotlib's own SVG)
