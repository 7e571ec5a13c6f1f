"""Whether a gold number stands in the text of an answer, with its scale, sign and unit."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import takewhile

from mmrag.evaluate.gold import Gold
from mmrag.text import numbers
from mmrag.text.characters import fold
from mmrag.text.numbers import Number
from mmrag.text.stems import content_stems, stem
from mmrag.text.words import STOP_WORDS, words

TOLERANCE = Decimal("0.01")
"""Of a number's value (MMLongBench-Doc, eval_score.py: `rel_tol=0.01`)."""
_TELLING_DIGITS = 3
"""Significant digits from which a number does not stand in a sentence by chance; chosen by hand."""
_LABEL_WORDS = """
figure fig table section chapter page step note item exhibit part slide annex appendix level version
unit question paragraph equation no
"""
_LABELS = frozenset(map(stem, _LABEL_WORDS.split()))
_COUNTED = re.compile(r"\b(?:how many|number of)\s+((?:[\w-]+\s*){1,4})", re.IGNORECASE)
_STOP = re.compile(r"[|.,;:()]")
_FALL = re.compile(
    r"\b(?:decreas|declin|fell|fall|drop|reduc|lower|less|down|shr[aiu]nk|loss|negative)",
    re.IGNORECASE,
)
_SHARE = re.compile(r"per\s?cent|%|proportion|share|rate|ratio|margin", re.IGNORECASE)


def is_held(gold: Gold, question: str, said: str) -> bool:
    """Whether a sentence holds the gold number, and not by chance."""
    return any(
        same(gold, question, said, number)
        and _with_unit(gold, question, said)
        and (tells(gold, number) or _is_subject(gold, question, said, number))
        for number in candidates(gold, question, said)
    )


def tells(gold: Gold, found: Number) -> bool:
    """Whether a number is found in a text by chance so seldom that its standing there will do.

    From three significant digits on, years aside; with a scale, currency or unit, of the gold
    answer or of the number that is found, two do. Per cents are too many for that.
    """
    assert gold.number is not None
    if gold.number.is_year:
        return False
    marked = bool(gold.units) or any(
        number.scaled or number.money for number in (gold.number, found)
    )
    return _significant(gold.number) >= _TELLING_DIGITS - marked


def _significant(number: Number) -> int:
    """Significant digits as they are written: zeros at the end count behind a point alone."""
    digits = abs(number.digits)
    return len((digits if "." in number.text else digits.normalize()).as_tuple().digits)


def _is_subject(gold: Gold, question: str, said: str, number: Number) -> bool:
    """Whether a number of few digits is what a sentence says of the question's subject.

    It is, where no other number that could be meant stands in the sentence, and that shares a word
    with the question: what is counted, where the question asks how many. "Table 3 has 44
    districts" holds 44, not 3. Or it is one of several, and a word of the question stands right
    beside it that on this side stands beside no other: "North 34 %, Baltic 20 %". Where one asks
    how many, no other thing may be counted by it.
    """
    found = candidates(gold, question, said)
    others = [other for other in found if not (other.spelled or same(gold, question, said, other))]
    counted = _counted(question)
    if not others and not _matter(counted or question).isdisjoint(content_stems(said)):
        return True
    values = [other for other in found if other == number or not other.spelled]
    ends = [0, *(other.end for other in values)]
    starts = [*(other.start for other in values), len(said)]
    labels = [said[end:start] for end, start in zip(ends, starts, strict=True)]
    at = values.index(number)
    if counted:
        behind = _matter(_STOP.split(labels[at + 1])[0])
        if behind and behind.isdisjoint(_matter(counted)):
            return False
    wanted = _matter(question)
    return _alone(wanted, labels[:-1], at) or _alone(wanted, labels[1:], at)


def _alone(wanted: frozenset[str], labels: Sequence[str], at: int) -> bool:
    """Whether one label has a word that is wanted, and no other label has it."""
    others = frozenset(
        root for number, label in enumerate(labels) if number != at for root in _matter(label)
    )
    return not (wanted & _matter(labels[at])) <= others


def _matter(text: str) -> frozenset[str]:
    return frozenset(root for root in content_stems(text) if not root[0].isdigit())


def _counted(question: str) -> str:
    """What a question counts; empty where it counts nothing."""
    counted = _COUNTED.search(question)
    named = takewhile(lambda word: word not in STOP_WORDS, words(counted[1]) if counted else ())
    return " ".join(named)


def is_first(gold: Gold, question: str, text: str) -> bool:
    """Whether the answer begins with the number: the result first, as computed answers have it."""
    first = next(iter(candidates(gold, question, text)), None)
    return (
        first is not None
        and not any(char.isalnum() for char in fold(text)[: first.start])
        and same(gold, question, text, first)
        and _with_unit(gold, question, text)
    )


def candidates(gold: Gold, question: str, said: str) -> list[Number]:
    """The numbers of a sentence that may be its answer.

    Those that the question names are none, nor labels ("Figure 3", unless it is the labels that are
    asked for), nor the numbers of list items, nor years where no year is asked for.
    """
    assert gold.number is not None
    said = fold(said)
    asked = {number.value for number in numbers.find(question, spelled=False)}
    asked.discard(gold.number.value)
    labels = _LABELS - set(content_stems(question))
    return [
        number
        for number in numbers.find(said)
        if number.value not in asked
        and (gold.number.is_year or not number.is_year)
        and not (number.spelled and number.value == 1 and not said.lower().startswith("one"))
        and not _is_label(said, number, labels)
    ]


def _is_label(said: str, number: Number, labels: frozenset[str]) -> bool:
    before = words(said[max(0, number.start - 20) : number.start])[-1:]
    if before and stem(before[0]) in labels:
        return True
    return not said[: number.start].strip(" “\"'(") and said[number.end : number.end + 2] in (
        ". ",
        ") ",
    )


def _with_unit(gold: Gold, question: str, said: str) -> bool:
    """Whether the words of its unit stand in the sentence, or else in the question."""
    held = {stem(word) for word in words(f"{said} {question}")}
    return all(stem(word) in held for word in gold.units if word not in STOP_WORDS)


def same(gold: Gold, question: str, said: str, number: Number) -> bool:
    """Whether a number of the text is the gold one: its value, sign and unit."""
    wanted = gold.number
    assert wanted is not None
    if wanted.percent and (number.money or number.scaled):
        return False
    if number.percent and not wanted.percent:
        counts = _COUNTED.search(question) and not _SHARE.search(question)
        if wanted.money or wanted.scaled or counts:
            return False
    if wanted.digits < 0 <= number.digits and not _FALL.search(said):
        return False
    exact = gold.type == "integer" and not number.scaled
    scales = numbers.scales(question) | _named_scales(question)
    return any(
        _equal(one, other, exact=exact)
        for one in _meanings(wanted, scales, said, number)
        for other in _readings(number, wanted, said, scales)
    )


def _meanings(wanted: Number, scales: set[int], said: str, number: Number) -> Iterator[Decimal]:
    """What the gold number may stand for: in the scale that the question names, or a ratio."""
    value = abs(wanted.value)
    if not (number.scaled and scales and not wanted.scaled):
        yield value
    if not (wanted.scaled or wanted.percent):
        for scale in scales:
            if number.scaled or numbers.scales(said):
                yield value.scaleb(scale)
        if number.percent and value < 1:
            yield value * 100


def _readings(number: Number, wanted: Number, said: str, scales: set[int]) -> Iterator[Decimal]:
    value = abs(number.value)
    yield value
    if number.scaled and not (wanted.scaled or scales):  # the gold answer leaves the scale out
        yield abs(number.digits)
    if not (number.scaled or number.percent):
        yield from (value.scaleb(scale) for scale in numbers.scales(said))
        if wanted.percent and value < 1:
            yield value * 100


def _named_scales(question: str) -> set[int]:
    """The scales named in the singular: "Answer in billion"."""
    return {
        power
        for word, power in (("thousand", 3), ("million", 6), ("billion", 9))
        if re.search(rf"\bin (?:\w+ )?{word}\b", question, re.IGNORECASE)
    }


def _equal(one: Decimal, other: Decimal, *, exact: bool) -> bool:
    return one == other if exact else abs(one - other) <= TOLERANCE * abs(one)
