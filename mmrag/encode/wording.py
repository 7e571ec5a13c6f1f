"""What is embedded for a passage and for a figure: its words, with those that place it.

What is embedded may be enriched; what is quoted is never taken from here.
"""

from collections.abc import Sequence

from mmrag.types import Description, Figure, Passage

EXTRACTED = "extracted"


def passage_text(title: str, passage: Passage) -> str:
    """`title > heading > heading`, then the passage."""
    return f"{_place(title, passage.heading)}\n{passage.text}"


def description_text(
    title: str, figure: Figure, descriptions: Sequence[Description], untrusted_below: float = 0.5
) -> str:
    """`title > heading`, then what is known of the figure, the most telling words first.

    An encoder reads the beginning and cuts the end: so a model's description leads where its
    trust reaches `untrusted_below`, and follows the words of the document where it does not.
    """
    trusted = [d for d in descriptions if d.describer != EXTRACTED and d.trust >= untrusted_below]
    doubted = [d for d in descriptions if d.describer != EXTRACTED and d.trust < untrusted_below]
    extracted = [d for d in descriptions if d.describer == EXTRACTED]
    told = [figure.caption, *(d.text for d in (*trusted, *extracted, *doubted))]
    if not trusted:
        told = told[1:] or told  # the extracted description begins with the caption
    return "\n".join([_place(title, figure.heading), *filter(None, told)])


def _place(title: str, heading: Sequence[str]) -> str:
    return " > ".join(filter(None, (title, *heading)))
