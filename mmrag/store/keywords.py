"""What the keyword channel looks for, and how texts are stored for it."""

import re
from collections.abc import Collection, Sequence
from itertools import islice

from mmrag.text import compounds, forms, function_words, scripts
from mmrag.text.characters import apart, fold
from mmrag.text.forms import Parts
from mmrag.text.function_words import ENGLISH
from mmrag.text.stems import stem

MAX_TERMS = 64
"""Distinct terms of one query that are looked for, and as many forms; a page pasted as a question
has more."""

_TERM = re.compile(r"\d+(?:[.,:/-]\d+)+|[^\W_]+")
_TOKEN = re.compile("[^\\W_]+(?:[\u0300-\u0362]+[^\\W_]*)*")
_FEWEST_LETTERS = 3
"""Of Chinese or Japanese: a stretch of so many bigrams and more is looked for as a phrase, too."""


def searchable(text: str, language: str = "") -> str:
    """A text as FTS5 is to see it: Chinese and Japanese as bigrams, any other as it is.

    FTS5's tokenizer takes a run of letters for one word, and of these scripts a run is a sentence.
    A footnote's mark is no part of the word before it. Behind a text of a language with forms of
    its own stand those of its words (`mmrag.text.forms`) and of the parts of its compounds.
    """
    text = apart(text)
    folded = fold(text)
    more = " ".join(forms.of_text(folded, language, parts=compounds.by_lexicon))
    if scripts.RUN.search(folded):
        text = scripts.RUN.sub(lambda run: f" {' '.join(scripts.bigrams(run[0]))} ", folded)
    return f"{text}\n{more}" if more else text


def terms(
    text: str, languages: Sequence[str] = (ENGLISH,), parts: Parts = forms.whole
) -> list[str]:
    """The words of `text` that are worth a search, each once; all of them where none is.

    `1,234.5` stays together as it is written, to be found as the phrase that FTS5's tokenizer makes
    of it. Of Chinese and Japanese they are the bigrams between the words that serve the grammar.
    Behind the words stand their forms in the `languages` in which the text is read, and those of
    the `parts` of its compounds.
    """
    text = apart(text)
    folded = fold(text)
    plain = scripts.RUN.sub(_content, folded) if scripts.RUN.search(folded) else text
    words = _terms(plain) or _terms(searchable(text))
    stop_words = function_words.of(languages)
    words = ([word for word in words if word not in stop_words] or words)[:MAX_TERMS]
    more = (
        form
        for language in languages
        for form in forms.of_text(folded, language, stop_words, parts)
    )
    return list(dict.fromkeys((*words, *islice(more, MAX_TERMS))))


def looked_for(
    text: str,
    phrases: Sequence[str] = (),
    languages: Sequence[str] = (ENGLISH,),
    left_out: Collection[str] = (),
    parts: Parts = forms.whole,
) -> list[str]:
    """The terms and phrases of which what is found has any, each once.

    `left_out` are terms that are not looked for.
    """
    plain = (" ".join(_TERM.findall(searchable(phrase).lower())) for phrase in phrases)
    found = [term for term in terms(text, languages, parts) if term not in left_out]
    return list(dict.fromkeys((*found, *_stretches(text), *filter(None, plain))))


def tokens(text: str) -> list[str]:
    """The stems of the words of a text or term as FTS5's tokenizer makes them."""
    return [stem(word) for word in _TOKEN.findall(text)]


def quoted(term: str) -> str:
    """A term or phrase as FTS5 is to look for it."""
    return f'"{term}"{_prefix(term)}'


def _terms(text: str) -> list[str]:
    return list(dict.fromkeys(word.lower() for word in _TERM.findall(text)))


def _content(run: re.Match[str]) -> str:
    """What carries meaning in a run, as bigrams set apart."""
    found = filter(scripts.is_content, scripts.units(run[0]))
    return f" {' '.join(found)} "


def _stretches(text: str) -> list[str]:
    """The longer stretches of Chinese and Japanese between function words, as phrases."""
    runs = scripts.RUN.findall(fold(text))
    stretches = (stretch for run in runs for stretch in scripts.stretches(run))
    return [
        " ".join(scripts.bigrams(stretch))
        for stretch in dict.fromkeys(stretches)
        if len(stretch) >= _FEWEST_LETTERS and scripts.is_content(stretch)
    ][:MAX_TERMS]


def _prefix(term: str) -> str:
    """A letter of Chinese or Japanese alone is found where a bigram begins with it."""
    return "*" if len(term) == 1 and scripts.RUN.match(term) else ""
