"""What a figure shows, from the document's own words: nothing is generated."""

from collections.abc import Iterable

from mmrag.protocols import FigureView
from mmrag.types import Figure

INNER_CHARACTERS = 600
"""Most of the text inside the figure that is told; a table's first rows say what it is about."""
MENTIONS = 3


class ExtractedDescriber:
    """Kind, caption, inner text, heading and mentions, in one paragraph."""

    name = "extracted"
    prompt_version = "1"
    parallel = 1

    def describe(self, view: FigureView) -> str:
        """One readable paragraph; every statement in it stands in the document."""
        figure = view.figure
        return " ".join(
            part
            for part in (
                f"{_what(figure)} on page {view.page} of {view.document}{_section(figure)}.",
                _sentence(figure.caption),
                _inner(figure),
                _said(figure.mentions[:MENTIONS]),
            )
            if part
        )


def _what(figure: Figure) -> str:
    kind = figure.kind.capitalize()
    return f"{kind} ({figure.label})" if figure.label else kind


def _section(figure: Figure) -> str:
    heading = " > ".join(figure.heading)
    return f", section {heading}" if heading else ""


def _inner(figure: Figure) -> str:
    """The text inside, row by row, cut after a whole row."""
    rows: list[str] = []
    room = INNER_CHARACTERS
    for row in (" ".join(line.split()) for line in figure.text.splitlines()):
        room -= len(row) + 2
        if rows and room < 0:
            rows.append("\N{HORIZONTAL ELLIPSIS}")
            break
        if row:
            rows.append(row)
    name = "Its rows" if figure.kind == "table" else "Text inside"
    return _sentence(f"{name}: {'; '.join(rows)}") if rows else ""


def _said(mentions: Iterable[str]) -> str:
    told = " ".join(_sentence(mention) for mention in mentions)
    return f"The text says: {told}" if told else ""


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if not text or text[-1] in ".!?\N{HORIZONTAL ELLIPSIS}" else f"{text}."
