"""Which documents a question names: by title, file name, metadata or first page, however spelt.

"Activsion" is Activision, "ADBE" is Adobe. A document that is named counts for all of its pages,
most of which never say whose they are.
"""

import json
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import pairwise
from math import log
from pathlib import PurePath

import numpy as np
from rapidfuzz import fuzz, process

from mmrag import ids
from mmrag.retrieve import fusion
from mmrag.retrieve.fusion import Scores
from mmrag.store.catalog import Catalog
from mmrag.store.documents import DocumentNames
from mmrag.text.words import content_words, plain, plain_words

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
    titles = {name: _title(item) for name, item in catalog.documents.names(best).items()}
    pages = catalog.pages.by_id(ids.page_id(name, 1) for name in titles).values()
    firsts = {page.document_id: page.text for page in pages}
    held = {name: _different(title, firsts.get(name, "")) for name, title in titles.items()}
    spelt = _spellings(wanted, held.values(), [_words(title) for title in titles.values()])
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
    names: Sequence[str], held: Collection[frozenset[str]], titles: Sequence[Sequence[str]]
) -> list[frozenset[str]]:
    """The words of documents that each name may be: itself, else those that are nearly the same.

    Two names that documents write as one word ("Red Hat", "redhat_2020.pdf") are that word, too.
    """
    words = [plain(name) for name in names]
    near = _near([*words, *map("".join, pairwise(words))], held)
    alone = [
        near[word] or _of_ticker(name, titles) for name, word in zip(names, words, strict=True)
    ]
    joined = [near[one + other] for one, other in pairwise(words)]
    return [
        own | before | after
        for own, before, after in zip(
            alone, [frozenset[str](), *joined], [*joined, frozenset[str]()], strict=True
        )
    ]


def _near(names: Collection[str], held: Collection[frozenset[str]]) -> dict[str, frozenset[str]]:
    """The words that documents have of each name in small letters: itself, else nearly the same."""
    found = {name: frozenset({name} if any(name in own for own in held) else ()) for name in names}
    unknown = [
        name
        for name, itself in found.items()
        if not itself and len(name) >= MIN_FUZZY_LETTERS and name.isalpha()
    ]
    if unknown:
        words = _of_letters(tuple(held))
        likeness = process.cdist(
            unknown, words, scorer=fuzz.ratio, score_cutoff=MIN_RATIO, dtype=np.uint8
        )
        for name, row in zip(unknown, likeness, strict=True):
            found[name] = frozenset(words[at] for at in row.nonzero()[0])
    return found


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


@lru_cache(maxsize=16)  # which documents are compared changes with the question alone
def _of_letters(held: tuple[frozenset[str], ...]) -> tuple[str, ...]:
    """The words of documents without a number in them."""
    return tuple(word for word in frozenset[str]().union(*held) if word.isalpha())


@lru_cache(maxsize=_CACHED_TEXTS)
def _title(document: DocumentNames) -> str:
    """What a document and its file are called."""
    metadata = json.loads(document.metadata)
    said = (metadata.get(key, "") for key in METADATA)
    return " \n ".join((document.title, PurePath(document.path).stem, *said))


@lru_cache(maxsize=_CACHED_TEXTS)
def _words(text: str) -> tuple[str, ...]:
    return tuple(plain_words(text))


@lru_cache(maxsize=_CACHED_TEXTS)
def _different(*texts: str) -> frozenset[str]:
    return frozenset().union(*map(plain_words, texts))
