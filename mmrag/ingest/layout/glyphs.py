"""What the glyphs of symbol fonts, private-use codes and presentation forms mean in Unicode."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from mmrag.ingest.characters import REPLACEMENT

_FIRST_CODE = 0x20
_SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
    "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼" + 33 * REPLACEMENT + "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵"
    "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪"
    + REPLACEMENT
    + "〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
    + REPLACEMENT
)
"""The Symbol font's own encoding, from 0x20 to 0xFF (PDF 32000-1, D.5)."""
_DINGBATS = {code: chr(0x2700 + code - 0x20) for code in (*range(0x21, 0x7F), *range(0xA1, 0xA8))}
_DINGBATS |= {code: chr(0x2700 + code - 0x40) for code in range(0xB6, 0xFF)}
_DINGBATS |= {code: chr(0x2460 + code - 0xAC) for code in range(0xAC, 0xB6)}
_DINGBATS |= dict(zip(b"%*+Hlnstuw\xa8\xa9\xaa\xab\xd5\xd6\xd7", "☎☛☞★●■▲▼◆◗♣♦♥♠→↔↕", strict=True))
"""ZapfDingbats' own encoding (PDF 32000-1, D.6)."""
_WINGDINGS = dict(
    zip(
        '!"$(*AJKLNOQRTV^_`lmnopqrstuvwxy{|¡¢¤¥§¨ª«¬ßàáâãäåæçèéêïðñòóûüýþ'.encode("latin-1"),
        "✏✂👓☎✉✌☺😐☹☠⚐✈☼❄☪♈♉♊●❍■□❐❑❒⬧⧫◆❖⬥⌧⮹❀✿○⭕◉◎▪◻✦★✶←→↑↓↖↗↙↘⬅➔⬆⬇⇦⇨⇧⇩⬄✗✓☒☑",
        strict=True,
    )
)
_WINGDINGS |= {0x76: "❖", 0xD8: "➢", 0x9F: "•", 0x9E: "·"}
_WINGDINGS |= {0x80 + at: char for at, char in enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿")}
_WINGDINGS_2 = dict(zip(b"OPQRSTU\xa3\x97\x98", "✗✓☒☑☒☒☒☐●●", strict=True))
"""The common marks of Microsoft's Wingdings: bullets, boxes, ticks, arrows, numbers in circles."""
_SYMBOL_TABLE = {_FIRST_CODE + at: char for at, char in enumerate(_SYMBOL)}
_FONTS = (
    (re.compile(r"dingbats", re.IGNORECASE), _DINGBATS),
    (re.compile(r"wingdings.?2", re.IGNORECASE), _WINGDINGS_2),
    (re.compile(r"wingdings(?!.?3)", re.IGNORECASE), _WINGDINGS),
    (
        re.compile(r"(?:^|\+)(?:symbol(?:mt|neu|set)?|standardsym\w*)\b", re.IGNORECASE),
        _SYMBOL_TABLE,
    ),
)
_ICONS = re.compile(r"awesome|icon|glyph|webdings|wingdings", re.IGNORECASE)
"""Fonts whose private-use codes follow no encoding of symbols."""
_MICRO = 0xB5  # what fonts of symbols call "mu": a letter, not the code of another symbol
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_PRIVATE_BYTES = range(0xF020, 0xF100)  # a symbol font's codes, as TrueType's (3, 0) table has them
_PRIVATE_LETTERS = {0xF730 + at: str(at) for at in range(10)} | {
    0xF761 + at: chr(0x41 + at) for at in range(26)
}
"""Old-style digits and small capitals of Adobe's glyph list."""
_FORMS = re.compile("[\ufb00-\ufdff\ufe70-\ufefc]")  # ligatures; Hebrew's and Arabic's shapes


def readable(text: str, font: str) -> str:
    """`text` as set in the font named `font`, in characters with a meaning of their own.

    What a private-use code stands for without saying so becomes U+FFFD.
    """
    table = _table(font)
    if table:
        own = set(table.values())
        text = "".join(_coded(char, table, own) for char in text)
    elif text.isascii():
        return text
    text = _PRIVATE.sub(lambda found: _private(ord(found[0]), font), text)
    return _FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


@lru_cache(maxsize=256)
def _table(font: str) -> Mapping[int, str]:
    """The encoding of a symbol font, by its name; none of another font."""
    return next((table for pattern, table in _FONTS if pattern.search(font)), {})


def _coded(char: str, table: Mapping[int, str], own: set[str]) -> str:
    """A code of a symbol font as the symbol; a character that the font has stays."""
    code = ord(char)
    if code in _PRIVATE_BYTES:
        return table.get(code - 0xF000, char)
    if char in own or code == _MICRO:
        return char
    return table.get(code, char)


def _private(code: int, font: str) -> str:
    if code in _PRIVATE_LETTERS:
        return _PRIVATE_LETTERS[code]
    if code in _PRIVATE_BYTES and not _ICONS.search(font):
        return _SYMBOL_TABLE[code - 0xF000]
    return REPLACEMENT
