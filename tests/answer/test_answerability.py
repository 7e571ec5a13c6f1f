"""How far evidence speaks of a question: high where it names all, low where a name is missing."""

import pytest

from mmrag.answer.answerability import AnswerFeatures, Rarity, confidence
from mmrag.answer.questions import analyse
from mmrag.config import AnswerSettings
from mmrag.text.stems import content_stems

QUESTION = analyse("What revenue did Halden report for turbines?")


def stems(text: str) -> frozenset[str]:
    return frozenset(content_stems(text))


NOTHING = AnswerFeatures(*[0.0] * len(AnswerFeatures._fields))
ALL = NOTHING._replace(best=1.0, shown=1.0, page=1.0, names=1.0, wanted=1.0, mass=1.0, score=10.0)
NONE = NOTHING._replace(lost=0.75, lacks=1.0)


def test_it_is_a_probability() -> None:
    least = AnswerSettings().min_score
    assert 0 < confidence(NONE) < least < confidence(ALL) < 1


@pytest.mark.parametrize("name", ["best", "page", "mass", "names"])
def test_more_of_the_question_in_the_evidence_makes_it_surer(name: str) -> None:
    assert confidence(ALL._replace(**{name: 0.3})) < confidence(ALL)


def test_names_that_stand_nowhere_make_it_less_sure_the_more_the_less() -> None:
    one, two = ALL._replace(lost=1 / 2), ALL._replace(lost=2 / 3)
    assert confidence(two) < confidence(one) < confidence(ALL)


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
