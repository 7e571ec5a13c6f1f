"""What a question comes to over the tables and charts of one picture, and the cells behind it."""

from mmrag.protocols import Compute, ComputedText
from mmrag.readings import PageReading
from mmrag.types import Evidence, Table


def over_grids(reading: PageReading, question: str, compute: Compute) -> ComputedText | None:
    """The computed answer; None without data that say it for certain."""
    figures = {figure.id: figure for figure in reading.figures}
    tables = tuple(
        Table(
            grid, figures[grid.figure_id].caption, (), reading.title, figures[grid.figure_id].bbox
        )
        for grid in reading.grids
    )
    if not tables:
        return None
    page = reading.page
    whole = Evidence(
        image_id=page.id,
        kind="page",
        document_id=page.document_id,
        document=reading.title,
        path="",
        page=page.number,
        bbox=None,
        quotable=reading.text,
        caption="",
        description="",
        sha256=None,
        score=1.0,
        tables=tables,
    )
    return compute(question, [whole])
