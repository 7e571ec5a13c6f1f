"""One page or picture as it was read: what is looked at one at a time, and not from an index."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mmrag import boxes
from mmrag.types import (
    BBox,
    Figure,
    FormField,
    Graph,
    Grid,
    Page,
    Picture,
    Problem,
    ReadLine,
    TextPiece,
)

if TYPE_CHECKING:
    from PIL import Image

_INSIDE_SHARE = 0.5  # of a figure: less of it in a box is another's; chosen by hand


@dataclass(frozen=True, slots=True)
class PictureSource:
    """What to look at: a picture file, a page of a file, or what stands in a box of it.

    `name` is how its user names it; `bbox` is in points of the page. Where `sha256` is told, only
    a file of that hash is meant.
    """

    name: str
    path: Path
    page: int = 1
    bbox: BBox | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class PageReading:
    """One page or picture as parsers and OCR read it; what stands in `bbox`, where that is given.

    `picture` is of the whole page; boxes are in points of the page.
    """

    sha256: str  # of the file
    title: str
    page_count: int  # of the file
    page: Page
    lines: tuple[ReadLine, ...]
    fields: tuple[FormField, ...]
    figures: tuple[Figure, ...]
    grids: tuple[Grid, ...]
    graphs: Mapping[str, Graph]  # of diagrams, by the ID of the figure
    problems: tuple[Problem, ...]
    picture: Picture | None
    is_whole: bool = True  # no step of reading it failed
    bbox: BBox | None = None

    @property
    def frame(self) -> BBox:
        """What is looked at, in points of the page."""
        return self.bbox or (0.0, 0.0, self.page.width, self.page.height)

    @property
    def text(self) -> str:
        """Paragraphs and rows, a line each; of a box, its lines as they stand."""
        if self.bbox is None:
            return self.page.text
        return "\n".join(line.text for line in self.lines)

    def within(self, bbox: BBox | None) -> "PageReading":
        """What of it stands in a box; all of it where that is None."""
        if bbox is None:
            return self
        figures = tuple(
            item for item in self.figures if boxes.share(item.bbox, bbox) > _INSIDE_SHARE
        )
        kept = {figure.id for figure in figures}
        return replace(
            self,
            lines=tuple(filter(None, (_part(line, bbox) for line in self.lines))),
            fields=tuple(item for item in self.fields if boxes.holds_middle(bbox, item.bbox)),
            figures=figures,
            grids=tuple(grid for grid in self.grids if grid.figure_id in kept),
            graphs={name: graph for name, graph in self.graphs.items() if name in kept},
            bbox=bbox,
        )

    def image(self) -> "Image.Image | None":
        """What it shows, in RGB, cut to its box; None where the page could not be drawn."""
        if self.picture is None:
            return None
        from PIL import Image

        with Image.open(io.BytesIO(self.picture.data)) as opened:
            whole = opened.convert("RGB")
        if self.bbox is None:
            return whole
        across, down = whole.width / self.page.width, whole.height / self.page.height
        x0, y0, x1, y1 = self.bbox
        left, top = max(round(x0 * across), 0), max(round(y0 * down), 0)
        right, bottom = min(round(x1 * across), whole.width), min(round(y1 * down), whole.height)
        return whole.crop((left, top, max(right, left + 1), max(bottom, top + 1)))


def _part(line: ReadLine, bbox: BBox) -> ReadLine | None:
    """What of a line stands in a box: of a row, its cells there; None where nothing does."""
    own = line.pieces or (TextPiece(line.text, line.bbox),)
    pieces = tuple(piece for piece in own if boxes.holds_middle(bbox, piece.bbox))
    if len(pieces) == len(own):
        return line
    if not pieces:
        return None
    text = " ".join(piece.text for piece in pieces)
    return replace(line, text=text, bbox=boxes.union(piece.bbox for piece in pieces), pieces=pieces)
