import numpy as np
import pytest

from mmrag.retrieve.line_likeness import FoundWords, best
from mmrag.retrieve.vocabulary import Vocabulary


def likeness(stems, weights, *texts):
    """The likeness of the best line of each text to a question of these stems."""
    words = Vocabulary()
    read = [words.read(text) for text in texts]
    roots = words.stemmed(stems)[np.concatenate([text.words for text in read])]
    at = np.flatnonzero(roots)
    return best(FoundWords(read, at, roots[at] - 1), np.array(weights)).tolist()


def test_it_is_the_part_of_the_line_times_the_part_of_the_question_by_weight() -> None:
    stems, weights = ("net", "revenu"), (3.0, 1.0)
    assert likeness(stems, weights, "Net revenue") == [1.0]
    assert likeness(stems, weights, "Net costs of Oslo") == [pytest.approx(1 / 3 * 3 / 4)]
    assert likeness(stems, weights, "Revenues") == [0.25]


def test_the_best_line_counts_and_words_of_several_do_not_add_up() -> None:
    texts = ("net\nrevenue", "costs\nof the net revenue\nnet", "", "costs")
    assert likeness(("net", "revenu"), (1.0, 1.0), *texts) == [0.5, 1.0, 0.0, 0.0]


def test_a_word_counts_once_a_line_and_one_without_weight_not_at_all() -> None:
    assert likeness(("net", "revenu"), (1.0, 1.0), "net net net net") == [0.5]
    assert likeness(("net", "the"), (1.0, 0.0), "the net") == [1.0]
    assert likeness(("the",), (0.0,), "the the") == [0.0]
    assert likeness((), (), "net") == [0.0]


def test_a_line_of_words_that_serve_the_grammar_is_no_more_than_the_question() -> None:
    assert likeness(("when", "who"), (1.0, 1.0), "who when") == [1.0]
