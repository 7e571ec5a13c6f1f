"""Which languages texts are in: told by py3langid, whose model comes in its package.

Languages have their codes of ISO 639-1 ("en", "de"); "" is a text that tells none. The model takes
a second and 100 MB to load, so it is asked only for what the function words of English do not tell,
and never by a search, which reads its question by `mmrag.text.function_words`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from mmrag.text import function_words
from mmrag.text.function_words import ENGLISH
from mmrag.text.words import plain_words

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

RULES = "2"
"""Changes with the rules here, so that the next writer tells the languages of an index anew."""
_NONE = frozenset({"zxx", "und"})  # of tables and formulas: no linguistic content (ISO 639-2)
_FEWEST_LETTERS = 24
"""Of a text that is told: half a line. A shorter one is as the rest of its document."""
_SURE = 0.9
"""Probability from which a passage is in another language than its document; chosen by hand."""
_ENGLISH_SHARE = 0.25
"""Of function words, from which a text is English: running text has 0.4 to 0.5, other languages in
Latin letters have under 0.1 that are English as well."""
_OTHER_SHARE = 0.15
"""Of function words of other languages, from which a passage within an English document may be in
one of them; chosen by hand."""
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")


def of_document(passages: Sequence[str]) -> tuple[str, list[str]]:
    """The language that most letters of a document's passages are in, and that of each passage.

    The latter is "" where it is the language of the document.
    """
    words = [plain_words(passage) for passage in passages]
    english = [function_words.share(own, (ENGLISH,)) >= _ENGLISH_SHARE for own in words]
    sizes = list(map(len, passages))
    mostly = 2 * sum(size for size, is_so in zip(sizes, english, strict=True) if is_so) > sum(sizes)
    told = [
        (ENGLISH, 1.0)
        if is_so
        else ("", 0.0)
        if mostly and not _may_be_other(passage, own)
        else _told(passage)
        for passage, own, is_so in zip(passages, words, english, strict=True)
    ]
    letters: Counter[str] = Counter()
    for (language, _), size in zip(told, sizes, strict=True):
        letters[language] += size
    del letters[""]
    main = letters.most_common(1)[0][0] if letters else ""
    return main, [
        language if probability >= _SURE and language != main else ""
        for language, probability in told
    ]


def _may_be_other(passage: str, words: Sequence[str]) -> bool:
    """Whether a text with few English function words may be in another language, no table."""
    letters = _NOT_LETTERS.sub("", passage)
    if 2 * len(_LATIN.findall(letters)) < len(letters):
        return True
    return function_words.share(words, function_words.KNOWN) >= _OTHER_SHARE


def _told(text: str) -> tuple[str, float]:
    """The language of a text and its probability; "" where it has too few letters."""
    plain = _NOT_LETTERS.sub(" ", text)
    if len(plain) - plain.count(" ") < _FEWEST_LETTERS:
        return "", 0.0
    language, probability = _identifier().classify(plain)
    return ("", 0.0) if language in _NONE else (language, probability)


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
