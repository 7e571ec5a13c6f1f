"""What tells that a page answers a question beside its score: read from the text of the best pages.

Nothing is counted over the whole index, so that a feature means the same in any of them.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from functools import lru_cache
from itertools import pairwise
from math import log
from typing import NamedTuple

from mmrag.retrieve import fusion
from mmrag.retrieve.fusion import Scores
from mmrag.retrieve.snippets import stems_of
from mmrag.store.catalog import Catalog
from mmrag.text.stems import stem, stems_among
from mmrag.text.words import plain_words
from mmrag.types import Figure

_CACHED_TEXTS = 1024
"""Pages and figures whose words stay at hand for the next questions: some 20 kB each. By hand."""
_TOP_WORDS = 25  # words: the title of a page or slide, or the head of its first section
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")  # within words, too: "FY2018", "10-K"
_GROUP = re.compile(r"\w+")  # "1,234.5" has three: what holds long numbers holds many
_ASKS_NUMBER = re.compile(
    r"\b(how (many|much)|percent\w*|number of|total|amount|ratio|average|rate|value|what is the)\b"
    r"|%",
    re.IGNORECASE,
)


class PageFeatures(NamedTuple):
    """Features of one page for one question, each from 0 to 1."""

    fused: float  # score of all channels together
    document: float  # fused score of the best page of the document
    phrases: float  # part of the question's pairs of words that stand side by side on the page
    numbers: float  # part of the question's numbers on the page
    figures: float  # part of the question's words, by rarity, in its figures and their captions
    top: float  # and in its first words
    digits: float  # part of its words that are numbers, where the question asks for one
    first: float  # 1: the first page of its document


class FeatureReader:
    """Reads pages for one question."""

    def __init__(self, catalog: Catalog, question: str) -> None:
        self._catalog = catalog
        words = plain_words(question)
        self._terms = stems_of(question)
        self._wanted = frozenset(self._terms)
        pairs = pairwise(map(stem, words))
        self._pairs = {pair for pair in pairs if self._wanted.issuperset(pair)}
        self._numbers = frozenset(_NUMBER.findall(question))
        self._asks_number = _ASKS_NUMBER.search(question) is not None

    def read(self, fused: Scores, most: int) -> dict[str, PageFeatures]:
        """The features of the best `most` pages, by page ID, from the fused scores of pages."""
        best = fusion.order(fused)[:most]
        pages = self._catalog.pages.by_id(best)
        figures: dict[str, list[Figure]] = {}
        for figure in self._catalog.figures.of_pages(pages):
            figures.setdefault(figure.page_id, []).append(figure)
        words = {unit: _words(page.text) for unit, page in pages.items()}
        held = {unit: self._held(found.different) for unit, found in words.items()}
        rarity = self._rarity(held.values())
        documents: dict[str, float] = {}
        for unit, score in fused.items():
            document = unit.partition("-")[0]
            documents[document] = max(documents.get(document, 0.0), score)
        return {
            unit: PageFeatures(
                fused=fused[unit],
                document=documents[page.document_id],
                phrases=self._phrases(words[unit], held[unit]),
                numbers=_part(self._numbers, _numbers(page.text)) if self._numbers else 0.0,
                figures=_share(rarity, self._held(_words_of(figures.get(unit, ())))),
                top=_share(rarity, self._held(words[unit].in_order[:_TOP_WORDS])),
                digits=_digits(page.text) if self._asks_number else 0.0,
                first=float(page.number == 1),
            )
            for unit, page in pages.items()
        }

    def _held(self, words: Iterable[str]) -> frozenset[str]:
        """The stems of the question that are among those of `words`."""
        return self._wanted.intersection(stems_among(words, self._wanted))

    def _phrases(self, page: "_Words", held: frozenset[str]) -> float:
        """The part of the question's pairs that stand on a page; it is read where they may."""
        near = {pair for pair in self._pairs if held.issuperset(pair)}
        if not near:
            return 0.0
        stems = stems_among(page.in_order, self._wanted)
        return len(near.intersection(pairwise(stems))) / len(self._pairs)

    def _rarity(self, pages: Collection[Set[str]]) -> dict[str, float]:
        """How much each stem of the question tells pages apart: BM25's IDF, among `pages`."""
        found = {term: sum(term in held for held in pages) for term in self._terms}
        return {
            term: log(1 + (len(pages) - count + 0.5) / (count + 0.5))
            for term, count in found.items()
        }


class _Words(NamedTuple):
    """The plain words of a text."""

    in_order: tuple[str, ...]
    different: frozenset[str]


@lru_cache(maxsize=_CACHED_TEXTS)
def _words(text: str) -> _Words:
    found = tuple(plain_words(text))
    return _Words(found, frozenset(found))


@lru_cache(maxsize=_CACHED_TEXTS)
def _numbers(text: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(text))


def _words_of(figures: Sequence[Figure]) -> frozenset[str]:
    texts = (_words(f"{item.caption} {item.text}") for item in figures)
    return frozenset().union(*(held.different for held in texts))


def _part(wanted: Set[object], held: Set[object]) -> float:
    return len(wanted & held) / len(wanted) if wanted else 0.0


def _share(rarity: Mapping[str, float], held: Set[str]) -> float:
    total = sum(rarity.values())
    return sum(weight for word, weight in rarity.items() if word in held) / total if total else 0.0


@lru_cache(maxsize=_CACHED_TEXTS)
def _digits(text: str) -> float:
    groups = _GROUP.findall(text)
    return sum(map(str.isdigit, groups)) / len(groups) if groups else 0.0
