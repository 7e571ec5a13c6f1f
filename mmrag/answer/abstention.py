"""What is said in place of an answer, in the script of the question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mmrag.answer.citations import resolve
from mmrag.answer.extracted import nearest, quotation
from mmrag.text import page_numbers, scripts
from mmrag.text.prompting import neutralise
from mmrag.types import Evidence

_NEAREST_NAMED = 3  # places that an abstention names; chosen by hand
_LONGEST_TITLE = 100  # characters of a document's title in an abstention; chosen by hand
_LONGEST_PASSAGE = 300  # characters of a passage that may help; chosen by hand


@dataclass(frozen=True, slots=True)
class _Words:
    """An abstention in one language."""

    nothing: str  # where nothing was found at all
    unanswered: str
    place: str
    printed: str  # behind it, where another page number is printed there


_ENGLISH = _Words(
    "Nothing in the index matches this question.",
    "The documents do not seem to answer this. This may help:{places}",
    "{title}, page {page}",
    " (printed {label})",
)
_JAPANESE = _Words(
    "索引にこの質問に合う内容はありません。",
    "文書の中にこの質問への答えは見当たりません。参考になりそうな箇所：{places}",
    "{title}、{page}ページ",
    "（印刷{label}）",
)
_CHINESE = _Words(
    "索引中没有与此问题相符的内容。",
    "这些文档似乎没有回答这个问题。可能有帮助的内容：{places}",
    "{title}，第{page}页",
    "（印刷页码{label}）",
)
_KOREAN = _Words(
    "색인에 이 질문과 맞는 내용이 없습니다.",
    "문서에서 이 질문의 답을 찾지 못했습니다. 도움이 될 만한 곳:{places}",
    "{title}, {page}쪽",
    " (인쇄 {label})",
)
_RUSSIAN = _Words(
    "В индексе нет ничего по этому вопросу.",
    "Похоже, в документах нет ответа на этот вопрос. Может помочь:{places}",
    "{title}, стр. {page}",
    " (на листе {label})",
)
_LETTER = re.compile(r"[^\W\d_]")
_BY_SCRIPT = (
    (re.compile(f"[{scripts.LETTERS}]"), _CHINESE),
    (re.compile("[\uac00-\ud7a3]"), _KOREAN),
    (re.compile("[\u0400-\u04ff]"), _RUSSIAN),
)


def abstention(question: str, evidence: Sequence[Evidence]) -> str:
    """That the documents do not answer, and the passages that may help, a line each.

    Where no passage comes close, the places of the evidence stand in their stead. All of it is
    documents' words: nothing in them acts.
    """
    words = _words(question)
    if not evidence:
        return words.nothing
    passages = [
        f"{_harmless(quotation(span), _LONGEST_PASSAGE)} ({_place(words, evidence[span.item])})"
        for span in nearest(question, evidence)
    ]
    places = dict.fromkeys(_place(words, item) for item in evidence)
    lines = passages or list(places)[:_NEAREST_NAMED]
    return words.unanswered.format(places="".join(f"\n- {line}" for line in lines))


def _words(question: str) -> _Words:
    """The words of the script that most of a question is written in; English for others."""
    letters = len(_LETTER.findall(question))
    for letter, words in _BY_SCRIPT:
        if 2 * len(letter.findall(question)) > letters:
            is_japanese = words is _CHINESE and scripts.KANA.search(question)
            return _JAPANESE if is_japanese else words
    return _ENGLISH


def _place(words: _Words, item: Evidence) -> str:
    title = _harmless(item.document, _LONGEST_TITLE)
    place = words.place.format(title=title, page=item.page)
    if page_numbers.differs(item.page, item.page_label):
        place += words.printed.format(label=_harmless(item.page_label, _LONGEST_TITLE))
    return place


def _harmless(text: str, longest: int) -> str:
    safe = " ".join(resolve(neutralise(text), ()).text.split())
    return safe if len(safe) <= longest else safe[: longest - 1] + "…"
