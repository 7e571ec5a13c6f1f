"""From the items that channels find to the units that are asked for: pages, figures, or both.

A passage counts for its page; a figure counts for itself and for its page. In each channel a page
is as good as its best item (MaxP: Dai and Callan 2019, arXiv 1905.09217, section 3): a share of the
second best was measured and made it worse.

What a page's text and its figures score alone is comparable: words are found in one index, and
passages and descriptions lie in one space of vectors. Where pages and figures compete, a page is
scored as a whole; the best of its parts takes that score, and the others as much of it as their own
score is of the best one's. So a figure stands before its page when its caption and description
matched best, and the page before the figure when its text did.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from mmrag import ids
from mmrag.channels import BY_NAME
from mmrag.retrieve import fusion
from mmrag.retrieve.channels import Items
from mmrag.retrieve.fusion import NOT_FOUND, Bounds, ChannelRanks, Scores
from mmrag.types import ChannelName, ChannelScore, Unit

ChannelItems = Mapping[ChannelName, Items]
Weights = Mapping[ChannelName, float]
Refine = Callable[[Scores], Scores]
"""Fused scores of pages to scores of finer order."""

PAGE_SHARE = 0.3
"""The part of its page in the score of a figure, where figures are ranked among themselves.
Chosen by hand."""


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A page or figure, its score, and what the channels say of it and the others."""

    unit: str
    score: float
    ranks: ChannelRanks = NOT_FOUND

    @property
    def parts(self) -> Mapping[ChannelName, ChannelScore]:
        """Each channel's part in it; counted for what is shown, since most of a ranking is not."""
        return self.ranks.of(self.unit)


def rank(
    found: ChannelItems,
    weights: Weights,
    unit: Unit,
    refine: Refine | None = None,
    bounds: Bounds | None = None,
) -> list[RankedUnit]:
    """The units of a kind that were found, best first. Scores are from 0 to 1.

    With the `bounds` that several indexes have together, they compare with those of the others.
    """
    page_of = {item: ids.page_of(item) for items in found.values() for item, _ in items}
    whole = {
        channel: _best((page_of[item], score) for item, score in items)
        for channel, items in found.items()
    }
    pages: Scores = fusion.fuse(whole, weights, bounds)
    if refine is not None:
        pages = refine(pages)
    if unit == "page":
        return _scored(pages, ChannelRanks(whole))
    # figures for themselves, passages for the text of their page
    unit_of = {item: page if is_passage(item) else item for item, page in page_of.items()}
    alone = {
        channel: _best((unit_of[item], score) for item, score in items)
        for channel, items in found.items()
    }
    own = fusion.fuse(_comparable(alone), weights, bounds and _comparable_bounds(bounds))
    ranks = ChannelRanks(alone)
    if unit == "figure":
        return _scored(
            {
                item: (1 - PAGE_SHARE) * score + PAGE_SHARE * pages[ids.page_of(item)]
                for item, score in own.items()
                if is_figure(item)
            },
            ranks,
        )
    on = {item: page_of.get(item, item) for item in own}
    best = _best((on[item], score) for item, score in own.items())
    shares = {item: _share(score, best[on[item]], pages[on[item]]) for item, score in own.items()}
    added = {page: score for page, score in pages.items() if page not in best}  # by the finer order
    return _scored({**shares, **added}, ranks)


def is_figure(unit: str) -> bool:
    """Whether a unit is a figure; else it is a page."""
    return ids.page_of(unit) != unit


def is_passage(item: str) -> bool:
    """Whether an item is a passage; else it is a page or figure."""
    return "-t" in item


def best_passages(found: ChannelItems, weights: Weights) -> dict[str, tuple[str, ...]]:
    """The passages that were found on each page, best first."""
    scores = fusion.fuse(
        {
            channel: {item: score for item, score in items if is_passage(item)}
            for channel, items in found.items()
        },
        weights,
    )
    passages: dict[str, list[str]] = {}
    for item in fusion.order(scores):
        passages.setdefault(ids.page_of(item), []).append(item)
    return {page: tuple(own) for page, own in passages.items()}


def _best(scores: Iterable[tuple[str, float]]) -> Scores:
    found: dict[str, float] = {}
    for unit, score in scores:
        if unit not in found or score > found[unit]:
            found[unit] = score
    return found


def _comparable(alone: Mapping[ChannelName, Scores]) -> Mapping[ChannelName, Scores]:
    """Channels whose scores mean the same as one: that of them with the highest default weight."""
    merged: dict[ChannelName, dict[str, float]] = {}
    for name, scores in alone.items():
        together = merged.setdefault(_lead(name, alone), {})
        for unit, score in scores.items():
            together[unit] = max(together.get(unit, score), score)
    return merged


def _comparable_bounds(bounds: Bounds) -> Bounds:
    """The same of the bounds of their scores."""
    merged: dict[ChannelName, list[float]] = {}
    for name, own in bounds.items():
        merged.setdefault(_lead(name, bounds), []).extend(own)
    return {lead: fusion.extremes(scores) for lead, scores in merged.items()}


def _lead(name: ChannelName, names: Iterable[ChannelName]) -> ChannelName:
    """The channel that stands for those among `names` whose scores mean the same."""
    own = BY_NAME[name]
    alike = [BY_NAME[other] for other in names if own.is_comparable(BY_NAME[other])]
    return max([own, *alike], key=lambda channel: channel.weight).name


def _share(score: float, best: float, page: float) -> float:
    """The part of its page's score that an item has, by its own score and the best one there."""
    return page * (score / best if best else 1.0)


def _scored(scores: Scores, ranks: ChannelRanks) -> list[RankedUnit]:
    return [RankedUnit(unit, scores[unit], ranks) for unit in fusion.order(scores)]
