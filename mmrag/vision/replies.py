"""A table or a page in the form in which a model was asked for it."""

from collections.abc import Sequence

from mmrag.text import rows
from mmrag.vision import doctags
from mmrag.vision.prompts import ReplyForm


def table(said: str, form: ReplyForm) -> Sequence[Sequence[str]]:
    """The rows of a table; none where it told none."""
    match form:
        case "csv":
            return doctags.csv_rows(said)
        case "otsl" | "doctags":
            return doctags.otsl(said)
        case "text":
            return rows.of_markdown(said)


def page(said: str, form: ReplyForm) -> str:
    """All text of a page; empty where the model says that there is none."""
    if form == "doctags":
        return doctags.text(said)
    return "" if said.strip(".") == "NO TEXT" else said
