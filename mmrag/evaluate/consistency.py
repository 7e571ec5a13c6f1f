"""Whether questions that ask the same get the same answer.

Two answers are the same where both abstain, or both say the same after normalisation: the same
numbers, and most of the words of the shorter one. How they are worded, ordered or cited does not
count (as in Elazar et al. 2021, arXiv 2102.01017, consistency is the share of agreeing pairs).
"""

from collections.abc import Iterable, Sequence
from itertools import combinations

from mmrag.evaluate.correctness import bare
from mmrag.evaluate.replies import Reply
from mmrag.text import numbers
from mmrag.text.stems import content_stems

SAME_WORDS = 0.8  # of the words of the shorter answer; chosen by hand


def agreement(groups: Iterable[Sequence[Reply]]) -> tuple[int, int]:
    """Pairs of replies within the groups that say the same, and all pairs."""
    pairs = [pair for group in groups for pair in combinations(group, 2)]
    return sum(is_same(one, other) for one, other in pairs), len(pairs)


def is_same(one: Reply, other: Reply) -> bool:
    """Whether two replies answer the same."""
    if not (one.answered and other.answered):
        return one.answered == other.answered
    a, b = bare(one.text), bare(other.text)
    if {item.value for item in numbers.find(a)} != {item.value for item in numbers.find(b)}:
        return False
    stems, others = set(content_stems(a)), set(content_stems(b))
    return len(stems & others) >= SAME_WORDS * min(len(stems), len(others))
