"""Chinese and Japanese, which set no spaces between words: their letters, joins and word counts."""

import re

LETTERS = "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Han characters and kana as a range for use within `[...]`. Korean has spaces between words."""
_MARKS = (
    "\u3000-\u3004\u3008-\u3020\u3030\u30fb\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3d\uff5b-\uff65"
)
_UNSPACED = re.compile(f"[{LETTERS}{_MARKS}]")
RUN = re.compile(f"[{LETTERS}]+")
"""Letters that stand together without a space between words."""
KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
"""A letter that only Japanese has."""
PIECE = re.compile(f"[{LETTERS}]{{1,2}}[{_MARKS}]*|[^\\s{LETTERS}]+")
"""What counts as a word: what stands between spaces, or two letters of a run.

Words of Chinese newspapers have 1.6 to 1.7 characters in the mean.
"""

_FEWEST_APART = 4  # letters of a line that is set apart; chosen by hand
_SHARE_APART = 0.8  # of what its spaces part: single letters, digits and marks; chosen by hand
_FUNCTION_TEXT = """
的 了 是 在 由 从 從 被 把 和 与 與 及 或 而 之 其 也 都 就 有 为 為 吗 嗎 呢 吧 么 麼 个 個 这
這 那 请 請 请问 請問 谁 誰 什么 什麼 多少 多大 多长 多長 多久 多高 几 幾 哪 哪里 哪裡 哪些 哪个
哪個 怎么 怎麼 怎样 怎樣 如何 为什么 為什麼 为何 為何 何时 何時 何处 何處 何 这个 這個 那个 那個
"""
FUNCTION_WORDS = frozenset(_FUNCTION_TEXT.split())
"""Words of Chinese that serve the grammar or the question; of Japanese, what hiragana is not."""
_HIRAGANA = re.compile("[\u3041-\u3096]+")
_FUNCTION = re.compile(
    f"{'|'.join(sorted(FUNCTION_WORDS, key=len, reverse=True))}|{_HIRAGANA.pattern}"
)


def is_unspaced(char: str) -> bool:
    """Whether a character is of a script without spaces: a letter, or one of its marks."""
    return _UNSPACED.match(char) is not None


def count_words(text: str) -> int:
    """The words of a text; of Chinese and Japanese, about as many as it has."""
    return len(text.split()) if text.isascii() else len(PIECE.findall(text))


def is_content(word: str) -> bool:
    """Whether a word of a run carries meaning of its own: no function word, no hiragana."""
    return word not in FUNCTION_WORDS and not _HIRAGANA.fullmatch(word)


def join(before: str, after: str) -> str:
    """Two lines of one paragraph as one: no space is set between letters that have none."""
    if before and after and is_unspaced(before[-1]) and is_unspaced(after[0]):
        return before + after
    return f"{before} {after}" if before and after else before + after


def closed_up(text: str) -> str:
    """A line; one whose letters are set apart, 関 係 者 一 覧, without the spaces between them.

    No word is lost by it: the script has no spaces.
    """
    tokens = text.split(" ")
    alone = [token for token in tokens if len(token) == 1]
    letters = sum(RUN.fullmatch(token) is not None for token in alone)
    if letters < _FEWEST_APART or len(alone) < _SHARE_APART * len(tokens):
        return text
    return "".join(tokens)


def bigrams(run: str) -> list[str]:
    """Every two neighbouring letters of a run; a run of one letter is itself."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def units(run: str) -> list[str]:
    """A run as what is compared as its words: function words, and the bigrams between them.

    Without a lexicon, bigrams find words of two letters, and longer ones by their parts.
    """
    return [unit for stretch in stretches(run) for unit in _units(stretch)]


def stretches(run: str) -> list[str]:
    """A run parted into function words, hiragana, and what stands between them."""
    found: list[str] = []
    at = 0
    for match in _FUNCTION.finditer(run):
        found += [run[at : match.start()], match[0]]
        at = match.end()
    return [stretch for stretch in (*found, run[at:]) if stretch]


def _units(stretch: str) -> list[str]:
    return [stretch] if stretch in FUNCTION_WORDS else bigrams(stretch)
