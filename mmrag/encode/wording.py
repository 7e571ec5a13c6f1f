"""What is embedded for a passage and for a figure: its words, with those that place it.

What is embedded may be enriched; what is quoted is never taken from here.
"""

from collections.abc import Sequence

from mmrag.types import EXTRACTED, Description, Figure, Passage


def passage_text(passage: Passage) -> str:
    """The last two headings that the passage stands under, then the passage.

    The title of the document says nothing of one page against another: with it, and with the
    whole path, the right page of a long report was among the first five less often.
    """
    return f"{_place(passage.heading[-2:])}\n{passage.text}".lstrip()


def description_text(
    title: str, figure: Figure, descriptions: Sequence[Description], untrusted_below: float = 0.5
) -> str:
    """What is known of the figure, the most telling words first.

    An encoder reads the beginning and cuts the end: so a model's description leads, after title,
    headings and caption, where its trust reaches `untrusted_below`. Where it does not, it follows
    the extracted description, which places the figure itself.
    """
    trusted = [d for d in descriptions if d.describer != EXTRACTED and d.trust >= untrusted_below]
    doubted = [d for d in descriptions if d.describer != EXTRACTED and d.trust < untrusted_below]
    extracted = [d for d in descriptions if d.describer == EXTRACTED]
    told = [d.text for d in (*trusted, *extracted, *doubted)]
    if trusted or not extracted:
        told = [_place((title, *figure.heading)), figure.caption, *told]
    return "\n".join(filter(None, told))


def _place(heading: Sequence[str]) -> str:
    return " > ".join(filter(None, heading))
