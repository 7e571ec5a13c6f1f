"""Which documents a question names: by title, file name, metadata or first page, however spelt.

"Activsion" is Activision, "ADBE" is Adobe. A document that is named counts for all of its pages,
most of which never say whose they are.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import pairwise
from math import log
from pathlib import PurePath

from rapidfuzz import fuzz, process

from mmrag import ids
from mmrag.retrieve import fusion
from mmrag.retrieve.fusion import Scores
from mmrag.store.catalog import Catalog
from mmrag.text.words import content_words, plain, plain_words
from mmrag.types import Document

MAX_DOCUMENTS = 100
"""The best documents, among which names are looked for: each costs a read of its first page. By
hand."""
MAX_NAMES = 64
"""Names in one question that are looked for; a page pasted as a question has more."""
MIN_RATIO = 85
"""Of rapidfuzz, in percent, from which two words are one name: one letter in six may differ. By
hand."""
MIN_FUZZY_LETTERS = 5
"""Shorter words are near too many others. By hand."""
TICKER_LETTERS = range(3, 6)
"""The symbols of most exchanges have up to five; with two, too much would fit."""
METADATA = ("title", "author", "subject", "keywords")
"""What the metadata of a file may say of its matter; the rest names programs and times."""
_CACHED_TEXTS = 1024
"""First pages and titles whose words stay at hand for the next questions. By hand."""


def named(catalog: Catalog, question: str, documents: Scores) -> dict[str, float]:
    """The part of the names in a question, by rarity, that each of the best documents has.

    From 0 to 1, by document ID; empty where there is no choice. `documents` come with their scores.
    """
    best = fusion.order(documents)[:MAX_DOCUMENTS]
    wanted = _names(question)
    if len(best) < 2 or not wanted:
        return {}
    titles = {name: _title(item) for name, item in catalog.documents.by_id(best).items()}
    firsts = catalog.pages.by_id(ids.page_id(name, 1) for name in titles)
    held = {name: frozenset(words) for name, words in titles.items()}
    for page in firsts.values():
        held[page.document_id] |= _different(page.text)
    spelt = _spellings(wanted, frozenset().union(*held.values()), list(titles.values()))
    having = [
        {name for name, own in held.items() if not own.isdisjoint(spellings)} for spellings in spelt
    ]
    rarity = [(log(len(held) / len(names)), names) for names in having if names]
    total = sum(weight for weight, _ in rarity)
    if not total:
        return {}
    return {name: sum(weight for weight, names in rarity if name in names) / total for name in held}


def _names(question: str) -> tuple[str, ...]:
    """The words of a question that may name a document, as they are written.

    Those that are not in small letters; all of them where none is, as people type in haste.
    """
    content = content_words(question)[:MAX_NAMES]
    return tuple(word for word in content if not word.islower()) or tuple(content)


def _spellings(
    names: Sequence[str], vocabulary: Collection[str], titles: Sequence[Sequence[str]]
) -> list[frozenset[str]]:
    """The words of documents that each name may be: itself, else those that are nearly the same.

    Two names that documents write as one word ("Red Hat", "redhat_2020.pdf") are that word, too.
    """
    alone = [_alike(plain(name), vocabulary) or _of_ticker(name, titles) for name in names]
    joined = [_alike(plain(name + other), vocabulary) for name, other in pairwise(names)]
    return [
        own | before | after
        for own, before, after in zip(
            alone, [frozenset[str](), *joined], [*joined, frozenset[str]()], strict=True
        )
    ]


def _alike(name: str, vocabulary: Collection[str]) -> frozenset[str]:
    if name in vocabulary:
        return frozenset({name})
    if len(name) < MIN_FUZZY_LETTERS or not name.isalpha():
        return frozenset()
    near = process.extract(name, vocabulary, scorer=fuzz.ratio, score_cutoff=MIN_RATIO, limit=None)
    return frozenset(word for word, _, _ in near if word.isalpha())


def _of_ticker(name: str, titles: Sequence[Sequence[str]]) -> frozenset[str]:
    """The words that a symbol stands for: it leaves letters out, or has the first of each word."""
    if not (name.isalpha() and name.isupper() and len(name) in TICKER_LETTERS):
        return frozenset()
    symbol = plain(name)
    found: set[str] = set()
    for title in titles:
        found.update(word for word in title if _leaves_out(symbol, word))
        if (at := "".join(word[0] for word in title).find(symbol)) >= 0:
            found.add(title[at])
    return frozenset(found)


def _leaves_out(symbol: str, word: str) -> bool:
    """Whether a word begins like a symbol and has its other letters in order."""
    letters = iter(word)
    return word.isalpha() and word[0] == symbol[0] and all(letter in letters for letter in symbol)


def _title(document: Document) -> tuple[str, ...]:
    """The words of what a document and its file are called, in order."""
    said = (document.metadata.get(key, "") for key in METADATA)
    return _words(" \n ".join((document.title, PurePath(document.path).stem, *said)))


@lru_cache(maxsize=_CACHED_TEXTS)
def _words(text: str) -> tuple[str, ...]:
    return tuple(plain_words(text))


@lru_cache(maxsize=_CACHED_TEXTS)
def _different(text: str) -> frozenset[str]:
    return frozenset(plain_words(text))
