"""A channel of retrieval as one value: its query, its items, what it finds, what it counts.

| channel     | query                                    | items                   |
|-------------|------------------------------------------|-------------------------|
| image       | CLIP vector of the words or of a picture | pages and figures       |
| description | text vector                              | descriptions of figures |
| passage     | text vector                              | passages                |
| keyword     | words                                    | passages, figures       |

A passage counts for its page; a figure counts for itself and for its page. All other code loops
over `CHANNELS` or asks a property: a new channel is a new value here. Where its items are of a kind
that was not there, that is a `Source`, with its SQL in `store/items.py` and what is encoded of it
in `pipeline/sources.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mmrag.types import ChannelName, Unit

QueryKind = Literal["text vector", "image vector", "words"]
"""What a question becomes for a channel: a vector of the text encoder, one in the space of the
image encoder, or its words as they are."""

Source = Literal["passages", "descriptions", "pictures", "words"]
"""Where the items of a channel come from: passages, figures with a description, stored pictures of
pages and figures, or all that has words."""

ItemKind = Literal["page", "figure", "passage"]


@dataclass(frozen=True, slots=True)
class Channel:
    """One way of finding. `name` is in lower-case letters, since it names files, too.

    `weight` is its part in the fused score where a profile says nothing else, and `tried` are the
    weights that `mmrag eval tune` chooses among; none keeps the channel at `weight`.
    """

    name: ChannelName
    query: QueryKind
    source: Source
    finds: tuple[ItemKind, ...]
    weight: float
    tried: tuple[float, ...] = ()

    @property
    def has_vectors(self) -> bool:
        """Whether its items are vectors of an encoder; else they are words, found by BM25."""
        return self.query != "words"

    @property
    def takes_pictures(self) -> bool:
        """Whether a picture can be its query; such a channel compares how things look."""
        return self.query == "image vector"

    @property
    def fill_hint(self) -> str:
        """What fills it where it is empty, in words; only channels with vectors can be."""
        profile = " with a profile that has an image checkpoint" if self.takes_pictures else ""
        return f"`mmrag index --channel {self.name}`{profile} fills it"

    def answers(self, unit: Unit) -> bool:
        """Whether what it finds can be ranked as this unit: a passage is no figure."""
        return unit != "figure" or "figure" in self.finds

    def is_comparable(self, other: "Channel") -> bool:
        """Whether scores of both mean the same: cosines of one encoder, or BM25 of one index.

        Cosines of an image encoder are left out: of words with pictures and of pictures with
        pictures they lie apart (the modality gap, Liang et al. 2022, arXiv 2203.02053).
        """
        return self.query == other.query != "image vector"


IMAGE = Channel(
    "image",
    query="image vector",
    source="pictures",
    finds=("page", "figure"),
    weight=0.1,  # eval/image_weight.py
    tried=(0.0, 0.1, 0.3),
)
DESCRIPTION = Channel(
    "description",
    query="text vector",
    source="descriptions",
    finds=("figure",),
    weight=0.2,
    tried=(0.0, 0.2, 0.5),
)
PASSAGE = Channel(
    "passage",
    query="text vector",
    source="passages",
    finds=("passage",),
    weight=1.0,
    tried=(0.5, 1.0, 2.0),
)
KEYWORD = Channel(
    "keyword",
    query="words",
    source="words",
    finds=("passage", "figure"),
    weight=1.0,  # what the weights of the others are measured against
)

CHANNELS: tuple[Channel, ...] = (IMAGE, DESCRIPTION, PASSAGE, KEYWORD)
"""All channels. Weights without another source were chosen by hand on labelled questions."""

LATE: ChannelName = "late"
"""What late interaction finds stands under, beside the channels: it finds pages by itself."""

BY_NAME: Mapping[ChannelName, Channel] = {channel.name: channel for channel in CHANNELS}
NAMES: tuple[ChannelName, ...] = tuple(BY_NAME)
VECTOR_NAMES: tuple[ChannelName, ...] = tuple(c.name for c in CHANNELS if c.has_vectors)


def of_query(kind: QueryKind) -> tuple[Channel, ...]:
    """The channels that a question is made into this for, those that weigh most first."""
    return tuple(sorted((c for c in CHANNELS if c.query == kind), key=lambda c: -c.weight))


def of_source(source: Source) -> tuple[Channel, ...]:
    """The channels with vectors whose items come from there."""
    return tuple(c for c in CHANNELS if c.source == source and c.has_vectors)
