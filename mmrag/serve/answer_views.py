"""What the page shows of an answer, one of today or one that was kept, and of a search.

Templates escape all of it; nothing here is HTML.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from mmrag import boxes
from mmrag.answer.claims import claims
from mmrag.contract import Json
from mmrag.text import page_numbers
from mmrag.types import SearchResult

_WORDS = {
    "quoted": "quoted as it stands there",
    "supported": "supported by its source",
    "partial": "supported in part",
    "unsupported": "not supported by its source",
    "unchecked": "not checked",
}
_WORST = ("unsupported", "unchecked", "partial", "supported", "quoted")
NEAREST = 3  # pieces of evidence below an abstention; chosen by hand


@dataclass(frozen=True, slots=True)
class Chip:
    """A citation, as a number in the text that leads to its evidence."""

    number: int
    image_id: str
    document: str
    place: str
    url: str
    support: str
    attributed: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, how far its sources bear it out, and which they are."""

    text: str
    support: str  # empty: it cites nothing
    words: str
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A piece of the evidence that an answer was made of."""

    image_id: str
    document: str
    place: str
    caption: str
    score: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer as a page shows it."""

    question: str
    status: str
    text: str
    lines: tuple[tuple[Said, ...], ...]
    operands: Sequence[Mapping[str, object]]
    nearest: tuple[Near, ...]
    evidence: tuple[Near, ...]
    sources: tuple[Chip, ...]
    notes: tuple[str, ...]
    confidence: str
    makers: str
    seconds: str
    timings: tuple[tuple[str, str], ...]
    permalink: str
    mark: str


def answer(name: str, told: Json, permalink: str = "", mark: str = "") -> AnswerView:
    """An answer of the index `name`, as the contract tells it."""
    chips = dict(_chips(name, told))
    evidence = tuple(_near(item) for item in told["evidence"])
    computed = told.get("computation") or {}
    abstained = told["status"] == "abstained"
    timings = told["timings"]
    confidence = told.get("confidence")
    return AnswerView(
        question=told["question"],
        status=told["status"],
        text=told["text"],
        lines=tuple(_lines(told["text"], chips)),
        operands=computed.get("operands", ()),
        nearest=evidence[:NEAREST] if abstained else (),
        evidence=evidence,
        sources=tuple(chips.values()),
        notes=tuple(told["notes"]),
        confidence="" if confidence is None or abstained else f"{confidence:.0%}",
        makers=", ".join(f"{role}: {maker}" for role, maker in told["models"].items()),
        seconds=f"{sum(timings.get(step, 0) for step in ('total', 'answer', 'check')):.2f}",
        timings=tuple((step, f"{value:.3f}") for step, value in timings.items()),
        permalink=permalink,
        mark=mark,
    )


def _chips(name: str, told: Json) -> Iterator[tuple[str, Chip]]:
    operands = (told.get("computation") or {}).get("operands", ())
    for number, item in enumerate(told["citations"], start=1):
        image_id = item["image_id"]
        cells = [
            ("cell", f"{cell['row']},{cell['column']}")
            for cell in operands
            if cell["image_id"] == image_id
        ]
        places = list(dict.fromkeys(cells)) or _lines_of(item)
        query = f"?{urlencode(places, safe=',')}" if places else ""
        yield (
            item["marker"],
            Chip(
                number,
                image_id,
                item["document"],
                _place(item),
                f"/i/{name}/e/{image_id}{query}",
                item["support"],
                bool(item.get("attributed")),
            ),
        )


def _lines_of(citation: Json) -> list[tuple[str, str]]:
    """Where its lines are, unless that is the whole of its figure, which is framed anyway."""
    box = citation["bbox"]
    if box is None or (citation["kind"] != "page" and box == citation.get("region", box)):
        return []
    return [("at", boxes.to_text(box))]


def _lines(text: str, chips: Mapping[str, Chip]) -> Iterator[tuple[Said, ...]]:
    """The sentences of a text, line by line."""
    for _, group in groupby(claims(text), key=lambda claim: text.count("\n", 0, claim.end)):
        found = []
        for claim in group:
            own = tuple(chips[marker] for marker in claim.markers if marker in chips)
            support = min((chip.support for chip in own), key=_WORST.index, default="")
            found.append(Said(claim.text, support, _WORDS.get(support, ""), own))
        yield tuple(found)


def _near(item: Json) -> Near:
    return Near(
        item["image_id"], item["document"], _place(item), item["caption"], f"{item['score']:.3f}"
    )


def _place(item: Json) -> str:
    page = page_numbers.shown(item["page"], item["page_label"])
    return page if item["kind"] == "page" else f"{item['kind']} on {page}"


@dataclass(frozen=True, slots=True)
class ChannelPart:
    """The part of one channel in a hit."""

    name: str
    rank: int
    score: str


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit as a page shows it."""

    image_id: str
    url: str
    kind: str
    document: str
    place: str
    caption: str
    snippet: str
    channels: tuple[ChannelPart, ...]
    features: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """The hits of a search; none where nothing was asked."""

    hits: tuple[HitView, ...] = ()
    notes: tuple[str, ...] = ()
    timings: str = ""
    asked: bool = False


def result(name: str, found: SearchResult) -> ResultView:
    """What a search in the index `name` found."""
    return ResultView(
        tuple(
            HitView(
                hit.image_id,
                f"/i/{name}/e/{hit.image_id}",
                hit.kind,
                hit.document,
                page_numbers.shown(hit.page, hit.page_label),
                hit.caption,
                hit.snippet,
                tuple(
                    ChannelPart(channel, part.rank, f"{part.score:.3f}")
                    for channel, part in hit.channels.items()
                ),
                ", ".join(f"{key} {value:.2f}" for key, value in hit.features.items() if value),
            )
            for hit in found.hits
        ),
        found.notes,
        ", ".join(f"{step} {value:.3f} s" for step, value in found.timings.items()),
        asked=True,
    )
