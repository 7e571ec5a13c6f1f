"""Kinds of pictures: what they are called, and which kind a description tells of."""

import re
from collections.abc import Mapping, Sequence

from mmrag.types import Figure

NAMES: Mapping[str, tuple[str, ...]] = {
    "bar chart": ("bar chart", "bar graph", "stacked bar chart", "horizontal bar chart"),
    "line chart": ("line chart", "line graph", "plot with axes and curves", "graph of a function"),
    "scatter plot": ("scatter plot", "plot of points"),
    "pie chart": ("pie chart", "doughnut chart"),
    "box plot": ("box plot", "box and whisker plot"),
    "heat map": ("heat map", "matrix of colours"),
    "table": ("table", "table of numbers", "table with rows and columns"),
    "diagram": ("diagram", "flow chart", "block diagram with boxes and arrows", "network graph"),
    "equation": ("equation", "mathematical formula"),
    "map": ("map", "map of a region"),
    "drawing": ("drawing", "line drawing", "technical drawing of a device", "schematic drawing"),
    "form": ("form to fill in", "invoice", "receipt"),
    "text": ("page of text", "paragraph of text", "scanned page", "list of lines", "pseudo-code"),
    "slide": ("slide of a presentation",),
    "photograph": ("photograph", "photo of a scene", "photo of people"),
    "screenshot": ("screenshot of a program", "web page"),
    "logo": ("logo", "icon"),
}
OF_DRAWN: Mapping[str, str] = {
    "histogram": "bar chart",
    "area chart": "line chart",
    "flow chart": "diagram",
    "block diagram": "diagram",
    "tree": "diagram",
    "network graph": "diagram",
    "plan": "drawing",
    "invoice": "form",
    "text page": "text",
    "scanned page": "text",
    "algorithm": "text",
    "photo": "photograph",
    "wordy table": "table",
    "strip of a table": "table",
    "bare bars": "bar chart",
    "graphical model": "diagram",
    "panels": "diagram",
    "product": "drawing",
}
"""The kind of a drawn picture, where it has another name there."""
_TELLS: Mapping[str, str] = {
    "pie chart": r"\bpie (?:chart|graph)",
    "bar chart": r"\b(?:bar|column) (?:graph|chart|plot)|\bhistogram",
    "scatter plot": r"\bscatter ?(?:plot|graph|diagram)|\bdot plot",
    "box plot": r"\bbox ?(?:plot|and whisker)",
    "heat map": r"\bheat ?map",
    "screenshot": r"\bscreen ?shot",
    "photograph": r"\bphoto(?:graph)?s?\b|\bpictures? of (?:a |two )?(?:man|woman|people)",
    "line chart": (
        r"\bline (?:graph|chart|plot)|\bgraph (?:of|shows?|showing|has|is|with|depicts|plots)"
        r"|\b(?:x|y|horizontal|vertical)[- ]ax[ie]s|\bcurve"
    ),
    "table": r"^tables?\b|\btable (?:of|with|has|shows?|showing|titled|compar|contain|list)",
    "map": r"\bmap\b",
    "diagram": (
        r"\bflow ?chart|\b(?:tree|block|venn|circuit|concept) diagram|\bboxes? .{0,60}arrows?"
        r"|\borganization(?:al)? chart"
    ),
    "logo": r"\blogo\b|\bicon\b",
    "drawing": r"\b(?:line )?(?:drawing|sketch|engraving|cartoon)\b",
    "equation": r"\bequation\b|\bformula\b",
}
"""What a description of each kind says; the first that is found counts."""
_START = 110  # characters in which a description says what it describes


def told(texts: Sequence[str]) -> str:
    """The kind that descriptions tell of at their start; empty where they tell none."""
    for text in texts:
        for kind, pattern in _TELLS.items():
            if re.search(pattern, text[:_START], re.IGNORECASE):
                return kind
    return ""


_IN_PAPERS: Mapping[str, str] = {
    "text": r"^(?:algorithm|listing)\b|\bpseudo-?code",
    "table": r"^table\b",
    "diagram": (
        r"\barchitecture|\bframework\b|\bpipeline|\bwork-?flow|\boverview of|\bgraphical model"
        r"|\b(?:state|class|sequence|block|causal) diagram|\bflow ?(?:chart|diagram)"
        r"|\bbayesian network|\b(?:syntax|parse|decision) tree|\bdependency graph|\bschematic"
    ),
}
"""What the captions of papers say of kinds; they name a chart by what it plots."""


def of_figure(figure: Figure) -> str:
    """The kind that a paper's figure is told to be of; empty where nothing tells."""
    if figure.kind == "table":
        return "table"
    for kind, pattern in _IN_PAPERS.items():
        if re.search(pattern, figure.caption[:_START], re.IGNORECASE):
            return kind
    return told([figure.caption])
