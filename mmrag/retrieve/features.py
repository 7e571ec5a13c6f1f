"""What tells that a page answers a question beside its score: read from the text of the best pages.

Nothing is counted over the whole index, so that a feature means the same in any of them.
"""

import re
from collections.abc import Collection, Mapping, Sequence, Set
from functools import lru_cache
from itertools import islice, pairwise
from math import log
from typing import NamedTuple

import numpy as np

from mmrag import ids
from mmrag.retrieve import document_names, line_likeness, statements
from mmrag.retrieve.fusion import Scores
from mmrag.retrieve.line_likeness import FoundWords
from mmrag.retrieve.snippets import stems_of
from mmrag.retrieve.vocabulary import CACHED_TEXTS, Vocabulary
from mmrag.store.catalog import Catalog
from mmrag.text.stems import stem
from mmrag.text.words import plain_words

MAX_RUN_WORDS = 64
"""Words of a question that are looked for in a row: those of a caption, as in
`mmrag.retrieve.expansion`."""
COPIED_SHARE = 0.6
"""Of a question's words in one run, above which it is a sentence of the page. By hand: of 265
questions that people asked (pages-dev) none comes near it."""
_APART = "\n\n"
"""Between the texts of the figures of a page: no word and no "FY 2018" goes over it."""
_TOP_WORDS = 25  # words: the title of a page or slide, or the head of its first section
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")  # within words, too: "FY2018", "10-K"
_YEAR = re.compile(r"(?:19|20)\d\d")


class PageFeatures(NamedTuple):
    """Features of one page for one question, each from 0 to 1."""

    fused: float  # score of all channels together
    document: float  # fused score of the best page of the document
    named: float  # part of the names in the question that its document has
    run: float  # longest run of the question's words on the page, of all
    phrases: float  # part of the question's pairs of words that stand side by side on the page
    numbers: float  # part of the question's numbers on the page, but those that name its document
    figures: float  # part of the question's words, by rarity, in its figures and their captions
    top: float  # and in its first words
    first: float  # 1: the first page of its document
    statement: float  # how certainly it shows a statement that the question is about
    line: float  # how far one of its lines is the question and no more, by `line_likeness`;
    # it and `run` are 0 on all pages for a sentence that was copied


class FeatureReader:
    """Reads pages for one question."""

    def __init__(self, catalog: Catalog, question: str) -> None:
        self._catalog = catalog
        self._question = question
        self._all = tuple(map(stem, islice(plain_words(question), MAX_RUN_WORDS)))
        self._bits: dict[str, int] = {}  # where each of them stands in the question
        for at, root in enumerate(self._all):
            self._bits[root] = self._bits.get(root, 0) | 1 << at
        self._terms = stems_of(question)
        self._wanted = frozenset(self._terms)
        self._roots = tuple(dict.fromkeys((*self._terms, *self._all)))
        self._pairs = {pair for pair in pairwise(self._all) if self._wanted.issuperset(pair)}
        self._numbers = frozenset(_NUMBER.findall(question))

    def named(self, documents: Scores) -> dict[str, float]:
        """How well the question names the best of these documents, by document ID."""
        return document_names.named(self._catalog, self._question, documents)

    def routed(self, documents: Scores, named: Mapping[str, float]) -> Mapping[str, float]:
        """How certainly pages show a statement that the question is about, found or not, by ID."""
        scores = {item: value + named.get(item, 0.0) for item, value in documents.items()}
        return statements.routed(self._catalog, self._question, scores)

    def read(
        self,
        fused: Scores,
        documents: Scores,
        best: Sequence[str],
        named: Mapping[str, float],
        routed: Mapping[str, float],
    ) -> dict[str, PageFeatures]:
        """The features of the pages `best`, by page ID, from the fused scores of all pages.

        `documents` have the score of their best page, as for `named` and `routed`.
        """
        pages = self._catalog.pages.by_id(best)
        captions = self._catalog.figures.words_of_pages(pages)
        texts = [page.text for page in pages.values()]
        found = self._found([*texts, *map(_APART.join, captions.values())])
        marked = self._marked(found)
        read = dict(zip(pages, marked[: len(pages)], strict=True))
        figures = dict(zip(captions, marked[len(pages) :], strict=True))
        rarity = self._rarity([page.held for page in read.values()])
        weights = np.array([rarity.get(root, 0.0) for root in self._roots])
        runs = self._runs(read)
        lines = dict(zip(pages, line_likeness.best(found, weights).tolist(), strict=False))
        asked = self._numbers_of({page.document_id for page in pages.values()})
        if max(runs.values(), default=0.0) > COPIED_SHARE:
            # found by its words as well, and may be of a figure that stands on another page
            runs = lines = dict.fromkeys(pages, 0.0)
        return {
            unit: PageFeatures(
                fused=fused[unit],
                document=documents[page.document_id],
                named=named.get(page.document_id, 0.0),
                run=runs[unit],
                phrases=_part(self._pairs, {pair for _, pair in read[unit].beside}),
                numbers=_part(asked[page.document_id], _numbers(page.text)),
                figures=_share(rarity, figures[unit].held) if unit in figures else 0.0,
                top=_share(rarity, {root for at, root in read[unit].places if at < _TOP_WORDS}),
                first=float(page.number == 1),
                statement=routed.get(unit, 0.0),
                line=lines[unit],
            )
            for unit, page in pages.items()
        }

    def _numbers_of(self, documents: Set[str]) -> dict[str, Set[str]]:
        """The numbers of the question that tell pages of each document apart.

        Not the 300 of the manual of a "Brina 300", which says nothing on a page with "300 ml"; but
        the year that a report is called by, since it has those of other years, too.
        """
        years = frozenset(filter(_YEAR.fullmatch, self._numbers))
        if self._numbers == years:
            return dict.fromkeys(documents, years)
        titles = self._catalog.documents.names(documents).items()
        return {name: self._numbers - (_numbers(own.title) - years) for name, own in titles}

    def _runs(self, read: Mapping[str, "_Marked"]) -> dict[str, float]:
        """The longest run on each page, in parts of the question."""
        count = max(1, len(self._all))
        return {unit: self._longest_run(page) / count for unit, page in read.items()}

    def _found(self, texts: Sequence[str]) -> FoundWords:
        """Where the question's words stand in texts."""
        vocabulary = Vocabulary.shared()
        read = [vocabulary.read(text) for text in texts]
        words = np.concatenate([np.empty(0, np.int32), *(text.words for text in read)])
        roots = vocabulary.stemmed(self._roots)[words]
        found = np.flatnonzero(roots)
        return FoundWords(read, found, roots[found] - 1)

    def _marked(self, found: FoundWords) -> list["_Marked"]:
        """Where the question's words stand in each text."""
        starts = np.cumsum([0, *(len(text.words) for text in found.texts)])
        within = np.searchsorted(starts, found.at, side="right") - 1
        places: list[list[tuple[int, str]]] = [[] for _ in found.texts]
        for text, at, root in zip(
            within.tolist(), (found.at - starts[within]).tolist(), found.roots.tolist(), strict=True
        ):
            places[text].append((at, self._roots[root]))
        return [
            _Marked(
                own,
                [(to, (one, two)) for (at, one), (to, two) in pairwise(own) if to == at + 1],
                self._wanted.intersection(root for _, root in own),
            )
            for own in places
        ]

    def _longest_run(self, page: "_Marked") -> int:
        """The words of the longest stretch of the question that stands on a page, too."""
        bits, roots = self._bits, dict(page.places)
        longest = 0 if bits.keys().isdisjoint(roots.values()) else 1
        runs = {  # of two words, then of more: where they end on the page, and in the question
            to: ends
            for to, (one, two) in page.beside
            if (ends := bits.get(one, 0) << 1 & bits.get(two, 0))
        }
        while runs:
            longest += 1
            runs = {
                at + 1: ends
                for at, before in runs.items()
                if (ends := before << 1 & bits.get(roots.get(at + 1, ""), 0))
            }
        return longest

    def _rarity(self, pages: Collection[Set[str]]) -> dict[str, float]:
        """How much each stem of the question tells pages apart: BM25's IDF, among `pages`."""
        found = {term: sum(term in held for held in pages) for term in self._terms}
        return {
            term: log(1 + (len(pages) - count + 0.5) / (count + 0.5))
            for term, count in found.items()
        }


class _Marked(NamedTuple):
    """A text as the question sees it: where words that it has, too, stand, and their stems.

    `beside` are those that stand side by side, with the place of the second; `held` are the stems
    that are worth a search.
    """

    places: Sequence[tuple[int, str]]
    beside: Sequence[tuple[int, tuple[str, str]]]
    held: frozenset[str]


@lru_cache(maxsize=CACHED_TEXTS)
def _numbers(text: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(text))


def best_of_documents(fused: Scores) -> dict[str, float]:
    """The fused score of the best page of each document."""
    best: dict[str, float] = {}
    for unit, score in fused.items():
        document = ids.document_of(unit)
        if score >= best.get(document, 0.0):
            best[document] = score
    return best


def _part(wanted: Set[object], held: Set[object]) -> float:
    return len(wanted & held) / len(wanted) if wanted else 0.0


def _share(rarity: Mapping[str, float], held: Set[str]) -> float:
    total = sum(rarity.values())
    return sum(weight for word, weight in rarity.items() if word in held) / total if total else 0.0
