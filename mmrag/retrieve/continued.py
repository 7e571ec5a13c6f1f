"""Evidence that goes on over the end of a page: the page before or after it is evidence, too.

Passages stay within pages, so that each can be cited. What begins on one page and goes on on the
next is told by `Evidence.continues`, and the piece of the other page comes as evidence of its own.
"""

from collections.abc import Sequence
from dataclasses import replace

from mmrag.ids import page_of
from mmrag.retrieve.snippets import stems_of
from mmrag.store.catalog import Catalog
from mmrag.text.stems import held
from mmrag.types import Continuation, Continued, Evidence, Page

_MOST_ADDED = 3  # pieces that are added for one question; chosen by hand
_FEWEST_STEMS = 2  # of the question, in what goes on: with less it is about something else


def continued(catalog: Catalog, question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence with what goes on over the ends of its pages, as far as it is asked for.

    The pieces of pages that were no hits come last, without their pictures.
    """
    pages = {page_of(item.image_id): item for item in reversed(evidence)}
    every = [
        *catalog.continuations.of_pages(pages).values(),
        *(item for item in catalog.continuations.from_pages(pages) if item.kind == "sentence"),
    ]
    told = catalog.pages.by_id(id for item in every for id in (item.page_id, item.before_id))
    found = list(evidence)
    wanted = frozenset(stems_of(question))
    for item in dict.fromkeys(every):
        piece = _piece(item, told)
        if len(held(f"{piece.before} {piece.here}", wanted)) < min(_FEWEST_STEMS, len(wanted)):
            continue
        ends = {item.before_id: piece.before}
        if item.kind == "sentence":
            ends[item.page_id] = piece.here
        lacking = ends.keys() - {e.image_id for e in found}
        if len(found) + len(lacking) > len(evidence) + _MOST_ADDED:
            break
        like = pages.get(item.page_id) or pages[item.before_id]
        found += [_added(like, told[page], ends[page]) for page in sorted(lacking)]
        found = [_with(e, item, piece, ends) for e in found]
    return found


def _piece(item: Continuation, pages: dict[str, Page]) -> Continued:
    before, page = pages[item.before_id].text, pages[item.page_id].text
    return Continued(
        item.kind,
        item.before_id,
        before[item.before_start : item.before_end],
        page[item.start : item.end],
    )


def _added(like: Evidence, page: Page, text: str) -> Evidence:
    """A piece of a page that was no hit, of the document that evidence `like` it is of."""
    return replace(
        like,
        image_id=page.id,
        kind="page",
        page=page.number,
        page_label=page.label,
        bbox=None,
        quotable=text,
        caption="",
        description="",
        sha256=page.picture,
        continues=None,
        image=None,
    )


def _with(
    evidence: Evidence, item: Continuation, piece: Continued, ends: dict[str, str]
) -> Evidence:
    """Evidence with what is known to go on in it, and its own end of that in its text."""
    if evidence.image_id in ends:
        own = ends[evidence.image_id]
        if own not in evidence.quotable:
            evidence = replace(evidence, quotable=f"{evidence.quotable}\n{own}")
    lines = filter(None, map(str.strip, evidence.quotable.splitlines()))
    is_rows = item.kind == "table" and any(line in piece.here for line in lines)
    if evidence.image_id == item.page_id or (
        page_of(evidence.image_id) == item.page_id and is_rows
    ):
        evidence = replace(evidence, continues=piece)
    return evidence
