"""A follow-up question into one that stands alone, so that it can be searched for.

With a ChatModel it is rewritten by the model. Without one, by a rule that adds words and takes none
away: names and subjects of the question before, in brackets. "And in 2022?" after "What was the net
revenue of Acme in 2021?" becomes "And in 2022? (net revenue Acme)". The rule knows English only,
carries over words, not their meaning, and looks back one question.
"""

import re
from collections.abc import Sequence

from mmrag.answer.claims import MARK
from mmrag.errors import NoReply
from mmrag.protocols import ChatModel, Limits, Turn
from mmrag.text.prompting import one_line
from mmrag.text.stems import stem
from mmrag.text.words import content_words, is_content, words

_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|then|"
    r"one|ones|same|former|latter|previous|other|another|instead)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"^\W*(?:and|or|but|also|so|then|why|what about|how about|what else|since when)\b",
    re.IGNORECASE,
)
_POINTS_AT_PERSON = re.compile(r"\b(?:he|him|his|she|her|hers|they|them|their)\b", re.IGNORECASE)
_FEW = 2  # words that carry meaning: a question with fewer than this is cut off from its subject
_YEAR = re.compile(r"(?:19|20)\d\d")
_CARRIED = 8  # words
_EXCHANGES = 3
_CHARACTERS = 600
_LONGEST = 300
_TOKENS = 80
_SYSTEM = "You rewrite questions. You never answer them."
_ASK = (
    "A conversation so far:\n{history}\n\nThe next question is: {question}\n"
    "Write that question so that it can be understood without the conversation, with the names and "
    "things it refers to. Keep it as it is where it can be understood. Write only the question."
)


def by_rule(question: str, history: Sequence[Turn]) -> str:
    """The question with the subject of the one before it, where it seems to lack its own."""
    asked = [turn.text for turn in history if turn.role == "user"]
    if not asked or not _is_follow_up(question):
        return question
    own = {stem(word) for word in words(question)}
    subject = content_words(asked[-1])
    names = [word for word in subject if word[:1].isupper() or any(c.isdigit() for c in word)]
    carried = subject if len(_telling(question)) < _FEW or not names else names
    answered = [turn.text for turn in history if turn.role == "assistant"]
    if _POINTS_AT_PERSON.search(question) and answered:
        carried = [*carried, *_names(answered[-1])[:4]]
    if _YEAR.search(question):
        carried = [word for word in carried if not _YEAR.fullmatch(word)]
    kept = [word for word in dict.fromkeys(carried) if stem(word) not in own][:_CARRIED]
    return f"{question.strip()} ({' '.join(kept)})" if kept else question


class ModelRewriter:
    """Lets a ChatModel rewrite; what it says is used only where it is a question on the subject."""

    def __init__(self, model: ChatModel, seconds: float = 60.0) -> None:
        self._model = model
        self._limits = Limits(_TOKENS, seconds)

    def __call__(self, question: str, history: Sequence[Turn]) -> str:
        """The question that stands alone. By the rule where the model's is no such question.

        Raises what the model raises.
        """
        if not history:
            return question
        told = "\n".join(
            f"{turn.role.capitalize()} said: {one_line(turn.text, _CHARACTERS)}"
            for turn in list(history)[-2 * _EXCHANGES :]
        )
        asked = _ASK.format(history=told, question=one_line(question, _CHARACTERS))
        turns = [Turn("system", _SYSTEM), Turn("user", asked)]
        try:
            said = "".join(self._model.stream(turns, self._limits)).strip()
        except NoReply:
            return by_rule(question, history)
        rewritten = said.splitlines()[0].strip(" \"'“”*") if said else ""
        return rewritten if _is_usable(rewritten, question, history) else by_rule(question, history)


def _is_usable(rewritten: str, question: str, history: Sequence[Turn]) -> bool:
    """Whether it is one question, made of the words of the question and of what was said."""
    if not rewritten.endswith("?") or len(rewritten) > _LONGEST:
        return False
    known = {stem(word) for turn in history for word in words(turn.text)}
    own = {stem(word) for word in _telling(question)}
    told = {stem(word) for word in _telling(rewritten)}
    return bool(told) and len(told & (known | own)) >= 0.7 * len(told) and own <= told | known


def _is_follow_up(question: str) -> bool:
    if _GOES_ON.search(question) or _POINTS_BACK.search(question):
        return True
    return len(_telling(question)) < _FEW


def _telling(question: str) -> list[str]:
    """The words that carry meaning, years aside."""
    return [word for word in content_words(question) if not _YEAR.fullmatch(word)]


def _names(answer: str) -> list[str]:
    """Words of an answer that are capitalised within a sentence, its markers left out."""
    found = words(MARK.sub(" ", answer))
    return [
        word
        for before, word in zip(["", *found], found, strict=False)
        if before and word[:1].isupper() and len(word) > 1 and is_content(word)
    ]
