"""Whether an answer is right, by the type of its gold answer, without a model.

Types and tolerances are those of MMLongBench-Doc (arXiv 2407.01523, appendix on evaluation, and
its eval_score.py): whole numbers must be equal, other numbers within 1 %, strings are compared by
ANLS with its threshold of 0.5 (Biten et al. 2019, arXiv 1907.00490, equation 1), lists item by
item. There a language model first extracts a short answer; answers here are sentences and
quotations, so that there are two figures:

- `holds`: the gold answer stands in the answer's text, as a reader would find it there. That it
  stands there by chance must not count: a number of few digits must be what its sentence says of
  the question's subject (mmrag.evaluate.quantities), and a choice that the question itself names
  must begin the answer.
- `strict`: the published score of the short answer that rules extract: the first value of the type
  that is asked for. It is the lower bound.

Numbers are compared with their scale, sign and per cent. Where the question says in what scale to
answer ("in USD millions"), the gold answer is read in it. A number whose scale the answer does not
say ("206,100" under "in thousands") is not taken for the scaled one.
"""

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from mmrag.answer.claims import MARK
from mmrag.answer.extracted import LEAD
from mmrag.evaluate import quantities
from mmrag.evaluate.gold import Gold
from mmrag.text import numbers, sentences
from mmrag.text.characters import fold
from mmrag.text.stems import content_stems
from mmrag.text.words import MONTHS, plain_words

ANLS_THRESHOLD = 0.5  # Biten et al. 2019, section 4
_ALIKE = 80  # percent of letters in order of a long string, that a slip of spelling leaves; by hand
_EXACT_UNDER = 8  # letters: shorter strings must stand there word for word; chosen by hand
_COVERED = 0.6  # of the words of running text, as in mmrag.answer.grounding; chosen by hand
_FEWEST_WORDS = 3  # of running text beside its numbers, that count beside them; chosen by hand
_MOST_CELLS = 7  # of a line: a name among more is one of many, and no answer; chosen by hand
_READ = 120  # words of an answer: what stands behind them answers nothing at a glance; by hand
_FOOTNOTE = re.compile(r"(?<=[^\W\d_])[⁰¹²³⁴-⁹]+")  # raised behind a word
_DATE = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?")
_ITEM_ENDS = re.compile(r"\n|;|,(?!\d)|\band\b|[•▪◦]")
_VERB = re.compile(r"\b(?:is|are|was|were)\b(?! \w+ed\b)|:\s", re.IGNORECASE)


def holds(gold: Gold, question: str, text: str) -> bool:
    """Whether the gold answer stands in the answer's text; never for the type "none"."""
    return gold.type != "none" and completeness(gold, question, text) == 1


def completeness(gold: Gold, question: str, text: str) -> float:
    """The part of what the gold answer requires that the text holds, from 0 to 1.

    Required are the items of a list, the numbers and the other words of the first sentence of
    running text (each kind counts as a half where there are both), and else the answer as a whole.
    """
    text = bare(text)
    if gold.type == "list":
        return _items_held(gold, question, text)
    if gold.type == "text":
        return _text_held(gold, question, text)
    return float(_one_held(gold, question, _beginning(text)))


def strict(gold: Gold, question: str, text: str) -> float:
    """The score of MMLongBench-Doc, 0 to 1, of the short answer that rules extract from the text.

    Whole numbers 0 or 1; other numbers 0 or 1 at 1 %; strings ANLS; lists the ANLS or equality of
    their items, each taken by the gold item that it fits best, over the longer of both lists.
    """
    text = bare(text)
    if gold.type == "none":
        return 0.0
    if gold.type == "yes-no":
        return float(plain_words(text)[:1] == [gold.text])
    if gold.number is not None:
        first = next(iter(quantities.candidates(gold, question, text)), None)
        return float(first is not None and quantities.same(gold, question, text, first))
    if gold.type == "list":
        return _list_score(gold, _short_items(text))
    return anls(gold.text, _short_string(text))


def anls(gold: str, said: str) -> float:
    """1 - the edit distance over the longer length, 0 from the threshold down; case aside."""
    alike = Levenshtein.normalized_similarity(_clean(gold), _clean(said))
    return alike if alike > ANLS_THRESHOLD else 0.0


def bare(text: str) -> str:
    """An answer without the marks of citations and footnotes, and what leads to quotations."""
    return _FOOTNOTE.sub("", MARK.sub(" ", text.removeprefix(LEAD))).strip()


def _beginning(text: str) -> str:
    ends = [match.end() for match in re.finditer(r"\S+", text)]
    return text if len(ends) <= _READ else text[: ends[_READ - 1]]


def _one_held(gold: Gold, question: str, text: str) -> bool:
    if gold.type == "yes-no":
        return plain_words(text)[:1] == [gold.text]
    if gold.number is not None:
        return any(quantities.is_held(gold, question, said) for said in _parts(text)) or (
            quantities.is_first(gold, question, text)
        )
    lines = (line for line in text.splitlines() if line.count("|") < _MOST_CELLS)
    return _string_held(gold, question, "\n".join(lines))


def _parts(text: str) -> Iterator[str]:
    """The sentences and lines of an answer; a number belongs to what stands in one with it."""
    return sentences.split(text)


def _string_held(gold: Gold, question: str, text: str) -> bool:
    wanted, held = _plain(gold.text), _plain(text)
    if date := _DATE.fullmatch(gold.text.strip()):
        return wanted in held or _date_held(date, held)
    if f" {wanted.strip()} " in f" {_plain(question).strip()} ":
        return _chosen(wanted, held)
    if wanted in held:
        return True
    if len(wanted) < _EXACT_UNDER or any(char.isdigit() or char == "@" for char in gold.text):
        return False
    return fuzz.partial_ratio(wanted.strip(), held) >= _ALIKE


def _chosen(wanted: str, held: str) -> bool:
    """Whether the answer begins with one of the choices that the question names.

    A sentence that answers "Europe or the US?" holds both: only what it begins with is a choice.
    """
    return held.removeprefix(" the").startswith(wanted)


def _date_held(date: re.Match[str], held: str) -> bool:
    """Whether a date of digits stands there in words: "July 2009", "8 February 2021"."""
    year, month, day = date.groups()
    if not 1 <= int(month) <= len(MONTHS):
        return False
    name = MONTHS[int(month) - 1]
    named = rf"{name[:3]}(?:{name[3:]})?"
    number = rf"0?{int(day)}(?:st|nd|rd|th)?" if day else r"(?:\d\d?(?:st|nd|rd|th)?)?"
    pattern = rf" (?:{number} )?{named} (?:{number} )?{year} "
    found = re.search(pattern, held)
    return found is not None and (not day or re.search(rf"\b{number}\b", found[0]) is not None)


def _text_held(gold: Gold, question: str, text: str) -> float:
    asked = set(content_stems(question))
    told = next(sentences.of_paragraph(gold.text))  # what follows explains it
    wanted = {root for root in content_stems(told) if not root[0].isdigit()} - asked
    held = set(content_stems(text))
    covered = len(wanted & held) / len(wanted) if wanted else 1.0
    words_held = min(1.0, covered / _COVERED)
    values = _numbers_of(told, question)
    if not values:
        return words_held if wanted else 0.0  # the question's own words: nothing tells which
    given = [_given(item, question, text) for item in values]
    part = sum(given) / len(values)
    return (part + words_held) / 2 if len(wanted) >= _FEWEST_WORDS else part


def _given(number: Gold, question: str, text: str) -> bool:
    found = quantities.candidates(number, question, text)
    return any(quantities.same(number, question, text, other) for other in found)


def _numbers_of(text: str, question: str) -> list[Gold]:
    """The numbers of running text that the question does not name, years aside."""
    asked = {number.value for number in numbers.find(question, spelled=False)}
    return [
        Gold("number", number.text, number)
        for number in numbers.find(text, spelled=False)
        if number.value not in asked and not number.is_year
    ]


def _items_held(gold: Gold, question: str, text: str) -> float:
    """The part of a list's items that the text holds; small numbers must be all that it names."""
    if all(item.number is not None for item in gold.items):
        return _numbers_held(gold.items, question, text)
    return sum(_one_held_in_list(item, question, text) for item in gold.items) / len(gold.items)


def _one_held_in_list(item: Gold, question: str, text: str) -> bool:
    if item.type == "text":
        return fuzz.partial_ratio(_plain(item.text).strip(), _plain(text)) >= _ALIKE
    if item.type == "string":
        return _string_held(item, question, text)
    return _one_held(item, question, text)


def _numbers_held(items: Sequence[Gold], question: str, text: str) -> float:
    """As `_items_held`, of numbers alone: each number of the text serves one item.

    Where none of them tells by itself, the text may name no more numbers than are asked for.
    """
    left = quantities.candidates(items[0], question, text)
    most = len(items)
    if len(left) > most and not all(quantities.tells(item, left[0]) for item in items):
        return 0.0
    found = 0
    for item in items:
        same = next(
            (number for number in left if quantities.same(item, question, text, number)), None
        )
        if same is not None:
            left.remove(same)
            found += 1
    return found / most


def _list_score(gold: Gold, said: Sequence[str]) -> float:
    left, score = list(said), 0.0
    for item in gold.items:
        best = max(left, key=lambda other: _item_score(item, other), default=None)
        if best is not None and (fit := _item_score(item, best)):
            left.remove(best)
            score += fit
    return score / max(len(gold.items), len(said), 1)


def _item_score(item: Gold, said: str) -> float:
    if item.number is not None:
        return float(
            any(quantities.same(item, "", said, number) for number in numbers.find(said)[:1])
        )
    return anls(item.text, said)


def _short_items(text: str) -> list[str]:
    return [item for part in _ITEM_ENDS.split(text) if (item := _clean(part))]


def _short_string(text: str) -> str:
    """What the first sentence says last: behind its colon or its verb, or all of it."""
    first = next(_parts(text), "")
    said = _VERB.split(first)[-1] if _VERB.search(first) else first
    return said if _clean(said) else first


def _clean(text: str) -> str:
    return " ".join(re.sub(r"[“”\"„«»]", "", fold(text)).lower().split()).strip(" .,;:'$%")


def _plain(text: str) -> str:
    """The words of a text in small letters, with single spaces around each."""
    return f" {' '.join(plain_words(text))} "
