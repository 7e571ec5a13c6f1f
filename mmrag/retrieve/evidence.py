"""From hits to evidence: what may be quoted, and where it stands.

Only source text may be quoted. Of a page that is the passages that matched and, as far as there is
room, those around them; of a figure its caption, the text inside it and the sentences elsewhere
that mention it. A description may be a model's words, so it is kept apart.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mmrag.errors import UsageError
from mmrag.retrieve.continued import continued
from mmrag.retrieve.lines import with_lines
from mmrag.retrieve.snippets import stems_of
from mmrag.retrieve.tables import with_tables
from mmrag.store.catalog import Catalog
from mmrag.text.stems import held
from mmrag.types import Evidence, Hit, Page, Passage, SearchResult

if TYPE_CHECKING:
    from mmrag.store.item_pictures import OpenPictures

LONGEST = 4000
"""Characters of one piece of evidence: about four passages."""


def gather(
    catalog: Catalog,
    result: SearchResult,
    open_pictures: "OpenPictures | None" = None,
    longest: int = LONGEST,
    *,
    tables: bool = False,
) -> tuple[Evidence, ...]:
    """The hits of a search as evidence, best first; `tables` come with it as data.

    Without `open_pictures`, evidence has no pictures; nor has what cannot be shown. Hits that were
    removed from the index since the search are left out. What goes on over the end of a page brings
    the page before or after with it, behind the hits.
    """
    with catalog.snapshot():
        found = (_evidence(catalog, result.query, hit, longest) for hit in result.hits)
        hits = [item for item in found if item is not None]
        evidence = with_lines(catalog, continued(catalog, result.query, hits))
        if tables:
            evidence = with_tables(catalog, evidence)
    if open_pictures is None:
        return tuple(evidence)
    opened = open_pictures([item.image_id for item in evidence[: len(hits)]])
    images = {name: image for name, image in opened.items() if not isinstance(image, UsageError)}
    return (
        *(replace(item, image=images.get(item.image_id)) for item in evidence[: len(hits)]),
        *evidence[len(hits) :],
    )


def _evidence(catalog: Catalog, question: str, hit: Hit, longest: int) -> Evidence | None:
    if hit.kind == "page" and hit.bbox is None:
        page = catalog.pages.by_id([hit.image_id]).get(hit.image_id)
        if page is None:
            return None
        quotable = page_text(
            page, catalog.passages.of_page(page.id), hit.passages, question, longest
        )
        description, picture = "", page.picture
    else:
        figure = catalog.figures.by_id([hit.image_id]).get(hit.image_id)
        if figure is None:
            return None
        told = catalog.descriptions.of_figures([figure.id]).get(figure.id, ())
        quotable = _cut(
            "\n".join(filter(None, (figure.caption, figure.text, *figure.mentions))), longest
        )
        description, picture = (told[0].text if told else ""), figure.picture
    return Evidence(
        image_id=hit.image_id,
        kind=hit.kind,
        document_id=hit.document_id,
        document=hit.document,
        path=hit.path,
        page=hit.page,
        bbox=hit.bbox,
        quotable=quotable,
        caption=hit.caption,
        description=description,
        sha256=picture,
        score=hit.score,
        page_label=hit.page_label,
    )


def page_text(
    page: Page,
    passages: Sequence[Passage],
    matched: Sequence[str],
    question: str,
    longest: int = LONGEST,
) -> str:
    """The best passages of a page in the page's order, each stretch of its text once.

    First come those that matched, best first, then the neighbours of what is there. Where none
    matched, the page was found by its picture, figures or number: those with most of the question's
    words come first.
    """
    if not passages:
        return _cut(page.text, longest)
    place = {passage.id: number for number, passage in enumerate(passages)}
    best = [place[name] for name in matched if name in place]
    if not best:
        wanted = frozenset(stems_of(question))
        best = [
            max(range(len(passages)), key=lambda at: (len(held(passages[at].text, wanted)), -at))
        ]
    around = sorted(range(len(passages)), key=lambda at: min(abs(at - first) for first in best))
    chosen: list[tuple[int, int]] = []
    for number in dict.fromkeys((*best, *around)):
        wider = _merged([*chosen, (passages[number].start, passages[number].end)])
        if chosen and sum(end - start for start, end in wider) > longest:
            break
        chosen = wider
    return _cut("\n".join(page.text[start:end] for start, end in chosen), longest)


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches of text in order, those that touch or overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _cut(text: str, longest: int) -> str:
    """The first whole words of a text, at most `longest` characters of it."""
    if len(text) <= longest:
        return text
    shorter = text[: longest + 1]
    words, space, _ = shorter.rpartition(" ")
    return words.rstrip() if space else text[:longest]
