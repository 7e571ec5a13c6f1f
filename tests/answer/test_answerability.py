"""How far evidence speaks of a question: high where it names all, low where a name is missing."""

import pytest

from mmrag.answer.answerability import Rarity, answerability
from mmrag.answer.questions import analyse
from mmrag.text.stems import content_stems

QUESTION = analyse("What revenue did Halden report for turbines?")


def stems(text: str) -> frozenset[str]:
    return frozenset(content_stems(text))


def score(best: str, page: str, *others: str) -> float:
    texts = [stems(text) for text in (best, page, *others)]
    return answerability(QUESTION, Rarity.of(QUESTION, texts, []), texts[0], texts[1], texts)


def test_evidence_that_holds_every_word_is_certain() -> None:
    whole = "Halden reported revenue from turbines"
    assert score(whole, whole, "nothing of it") == pytest.approx(1)


def test_evidence_that_holds_none_is_worth_nothing_but_a_lost_name() -> None:
    assert score("apples and pears", "apples and pears") == 0


def test_a_name_that_stands_nowhere_takes_a_quarter_off() -> None:
    named = score("revenue from turbines", "revenue from turbines", "Halden")
    lost = score("revenue from turbines", "revenue from turbines", "nobody")
    assert lost < 0.75 * named


def test_the_best_span_and_its_page_both_count() -> None:
    whole = "Halden reported revenue from turbines"
    assert (
        score(whole, whole, "x") > score("revenue", whole, "x") > score("revenue", "revenue", "x")
    )


def test_rare_words_weigh_more_than_frequent_ones() -> None:
    texts = [stems("revenue"), stems("revenue of turbines"), stems("revenue again")]
    rarity = Rarity.of(QUESTION, texts, [])
    assert rarity.weights["turbin"] > rarity.weights["revenu"]
    assert rarity.share(QUESTION.weights) == pytest.approx(1)
    assert rarity.share([]) == 0


def test_a_word_of_most_titles_tells_documents_apart_and_not_their_spans() -> None:
    texts = [stems("Halden"), stems("turbines")]
    plain = Rarity.of(QUESTION, texts, [])
    titled = Rarity.of(QUESTION, texts, [stems("Halden report"), stems("Halden"), stems("other")])
    assert titled.weights["halden"] < plain.weights["halden"]
    assert titled.weights["turbin"] == plain.weights["turbin"]


def test_what_is_to_be_seen_is_answered_by_text_half_as_surely() -> None:
    seen = analyse("What colour are the turbines of Halden?")
    read = analyse("What weight have the turbines of Halden?")
    texts = [stems("colour weight turbines Halden")]
    found = [
        answerability(item, Rarity.of(item, texts, []), texts[0], texts[0], texts)
        for item in (seen, read)
    ]
    assert found[0] == pytest.approx(found[1] / 2)
