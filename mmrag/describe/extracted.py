"""What a figure shows, from the document's own words: nothing is generated."""

from collections.abc import Iterable

from mmrag import chart_sentences
from mmrag.describe import diagrams
from mmrag.protocols import FigureView
from mmrag.text import sentences
from mmrag.types import EXTRACTED, Figure

INNER_CHARACTERS = 600
"""Most of the text inside the figure that is told; a table's first rows say what it is about."""
MENTIONS = 3


class ExtractedDescriber:
    """Kind, caption, inner text, heading and mentions, in one paragraph."""

    name = EXTRACTED
    prompt_version = "1"
    parallel = 1

    def describe(self, view: FigureView) -> str:
        """One readable paragraph; every statement in it stands in the document, or in its chart."""
        figure = view.figure
        return " ".join(
            part
            for part in (
                f"{_what(figure)} on page {view.page} of {view.document}{_section(figure)}.",
                sentences.ended(figure.caption),
                _inner(figure),
                chart_sentences.of_grid(view.grid) if view.grid else "",
                diagrams.sentences(view.graph) if view.graph else "",
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


def _cut(texts: Iterable[str], room: int) -> str:
    """Texts one after the other, cut after a whole one."""
    told: list[str] = []
    for text in (" ".join(text.split()) for text in texts):
        room -= len(text) + 2
        if told and room < 0:
            told.append("\N{HORIZONTAL ELLIPSIS}")
            break
        if text:
            told.append(text)
    return "; ".join(told)


def _inner(figure: Figure) -> str:
    """The text inside, row by row, cut after a whole row."""
    told = _cut(figure.text.splitlines(), INNER_CHARACTERS)
    name = "Its rows" if figure.kind == "table" else "Text inside"
    return sentences.ended(f"{name}: {told}") if told else ""


def _said(mentions: Iterable[str]) -> str:
    told = " ".join(sentences.ended(mention) for mention in mentions)
    return f"The text says: {told}" if told else ""
