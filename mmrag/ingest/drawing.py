"""What a page draws, as PyMuPDF tells it."""

from typing import Any, Literal, NotRequired, TypedDict


class Path(TypedDict):
    """A path as `get_cdrawings(extended=True)` tells it; clips and groups stand among the paths.

    `level` counts the clips and groups that it lies in.
    """

    type: Literal["f", "s", "fs", "clip", "group"]
    level: int
    rect: NotRequired[tuple[float, float, float, float]]
    scissor: NotRequired[tuple[float, float, float, float]]  # of a clip, within those around it
    items: NotRequired[list[tuple[Any, ...]]]
    fill: NotRequired[tuple[float, ...] | None]
    color: NotRequired[tuple[float, ...] | None]  # of the stroke
    dashes: NotRequired[str | None]
    fill_opacity: NotRequired[float | None]  # 0 for what is not seen
    stroke_opacity: NotRequired[float | None]
