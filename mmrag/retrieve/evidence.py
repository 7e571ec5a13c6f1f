"""Hits to evidence: what may be quoted of each, and what it is called for this question."""

from collections.abc import Sequence

from mmrag.store.reader import CatalogReader
from mmrag.types import Description, Evidence, Figure, Hit, Page, SearchResult

LONGEST = 12_000
"""Characters of one page that may be quoted: more than a dense page of print holds."""


def gather(
    catalog: CatalogReader, result: SearchResult, markers: Sequence[str]
) -> tuple[Evidence, ...]:
    """The evidence of a search, in the order of its hits; `markers[i]` names hit `i`.

    Of a page its text may be quoted, one paragraph or row a line; of a figure its caption, the text
    inside it and the sentences that mention it. A description may be a model's words and stands
    apart.
    """
    figures = [hit.image_id for hit in result.hits if hit.bbox is not None]
    pages = [hit.image_id for hit in result.hits if hit.bbox is None]
    with catalog.snapshot():
        figure_of = catalog.figures_by_id(figures)
        page_of = catalog.pages_by_id(pages)
        described = catalog.descriptions(figures)
    evidence = []
    for hit, marker in zip(result.hits, markers, strict=True):
        if hit.bbox is None:
            source: Page | Figure = page_of[hit.image_id]
        else:
            source = figure_of[hit.image_id]
        evidence.append(_evidence(hit, marker, source, described.get(hit.image_id, ())))
    return tuple(evidence)


def _evidence(
    hit: Hit, marker: str, source: Page | Figure, described: Sequence[Description]
) -> Evidence:
    if isinstance(source, Page):
        quotable = source.text
    else:
        quotable = "\n".join(filter(None, (source.caption, source.text, *source.mentions)))
    return Evidence(
        marker=marker,
        image_id=hit.image_id,
        kind=hit.kind,
        document_id=hit.document_id,
        document=hit.document,
        path=hit.path,
        page=hit.page,
        bbox=hit.bbox,
        quotable=quotable[:LONGEST],
        caption=hit.caption,
        description=described[0].text if described else "",
        sha256=source.picture,
        score=hit.score,
    )
