"""The pieces of text that a PDF page draws, with what a reader cannot see left out."""

import re
import unicodedata
from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NotRequired, TypedDict

import numpy as np

from mmrag.ingest.characters import clean
from mmrag.ingest.layout import glyphs, raised, right_to_left
from mmrag.ingest.layout.order import Fragment
from mmrag.ingest.mupdf import pymupdf
from mmrag.text import scripts
from mmrag.types import BBox

_FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
_STYLES = pymupdf.TEXT_COLLECT_STYLES
"""Underlined cells of a table come apart, and text that is drawn over itself, to look bold or to
have a shadow, comes once. It takes twice as long again as reading all characters."""
_MAX_COMPARED = 1000  # spans of a page; chosen by hand
_OVER_SHARE = 0.5  # of a span that lies on another one: it may be the same; chosen by hand
_BOLD_FLAG, _FIXED_FLAG = 1 << 4, 1 << 3  # of a span, as MuPDF sets them: bold, of one pitch
_WORDS = re.compile(r"\S+(?:\s\S+)*")
_BOLD_NAME = re.compile(r"bold|black|heavy|-medi\b|demi|cmbx", re.IGNORECASE)
_PAINTED_FLAGS = 8 | 16  # of a character, as MuPDF sets them: stroked, filled
# Chosen by hand on tables set sideways, and on upright pages with stamps and axes.
_LEVEL = 0.99  # cosine of the most that text may lean on its line
_MIN_TURNED_CHARS = 60  # on a page that is turned upright
_TURNED_SHARE = 0.7  # of its characters
_MIN_HUE = 24  # of 255, between the channels of a colour; chosen by hand
_EDGE = 0.1  # points, within which a letter without width stands at the edge of another one
_LAM = "\N{ARABIC LETTER LAM}"
_COVER_SHARE = 0.8  # of the page: a picture of more hides the text below; chosen by hand


class _Char(TypedDict):
    c: str
    bbox: BBox


class _Span(TypedDict):
    text: str
    chars: NotRequired[list[_Char]]  # where the page has text that runs from right to left
    bbox: BBox
    origin: tuple[float, float]  # of its baseline
    size: float
    flags: int
    font: str
    char_flags: int
    color: int  # red, green and blue, a byte each
    alpha: int


class _Line(TypedDict):
    dir: tuple[float, float]
    spans: list[_Span]


class _Block(TypedDict):
    lines: NotRequired[list[_Line]]


class _Content(TypedDict):
    blocks: list[_Block]


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page's text layer holds; `hidden` is what nobody sees, or a picture may cover."""

    fragments: tuple[Fragment, ...]
    sideways: tuple[Fragment, ...]  # text that does not run from left to right
    hidden: tuple[Fragment, ...]
    is_covered: bool = False  # all of the text, by a picture that may let it show through
    turn: int = 0  # degrees, clockwise, by which most of the text would stand upright


def read(
    page: pymupdf.Page, as_set: pymupdf.DisplayList | None = None, *, for_tables: bool = True
) -> PageText:
    """Every piece of text of the page, in displayed coordinates.

    `as_set` is what was drawn on a page of our own: its text goes before that of the PDF. Where
    nobody wants cells (`for_tables`), two of a row may come as one.
    """
    upright: list[Fragment] = []
    sideways: list[Fragment] = []
    hidden: list[Fragment] = []
    lines = _lines(page, as_set, for_tables)
    for line in lines:
        level = abs(line["dir"][1]) < 0.1 and line["dir"][0] > 0
        for run, seen in _runs(line["spans"]):
            if run.text:
                target = hidden if not seen else upright if level else sideways
                target.append(run)
    covered = bool(upright) and _covered(page)
    if covered:
        hidden, upright = hidden + upright, []
    return PageText(tuple(upright), tuple(sideways), tuple(hidden), covered, _turn(lines))


def _turn(lines: Sequence[_Line]) -> int:
    """What turns most of the text upright; 0 where it stands so, or where there is little."""
    chars: Counter[int] = Counter()
    for line in lines:
        cosine, sine = line["dir"]
        if abs(cosine) > _LEVEL or abs(sine) > _LEVEL:
            level = abs(cosine) > abs(sine)
            turn = (0 if cosine > 0 else 180) if level else (90 if sine < 0 else 270)
            chars[turn] += sum(len(span["text"].strip()) for span in line["spans"])
    if chars.total() < _MIN_TURNED_CHARS:
        return 0
    turn, most = chars.most_common(1)[0]
    return turn if most > _TURNED_SHARE * chars.total() else 0


def _lines(page: pymupdf.Page, as_set: pymupdf.DisplayList | None, for_tables: bool) -> list[_Line]:
    """The lines of the page; where any text runs from right to left, with their characters."""
    textpage = _textpage(page, as_set, _FLAGS | _STYLES if for_tables else _FLAGS)
    lines = _of_blocks(textpage.extractDICT())
    if not for_tables and _is_drawn_over(lines):
        textpage = _textpage(page, as_set, _FLAGS | _STYLES)
        lines = _of_blocks(textpage.extractDICT())
    if any(right_to_left.is_in(span["text"]) for line in lines for span in line["spans"]):
        plain = _textpage(page, as_set, _FLAGS)
        if not _is_drawn_over(_of_blocks(plain.extractDICT())):
            textpage = plain  # an alef beside the one in a ligature is no letter drawn over itself
        lines = _of_blocks(textpage.extractRAWDICT())
        for span in (span for line in lines for span in line["spans"]):
            span["text"] = "".join(char["c"] for char in span["chars"])
    return lines


def _textpage(
    page: pymupdf.Page, as_set: pymupdf.DisplayList | None, flags: int
) -> pymupdf.TextPage:
    if as_set is None:
        return page.get_textpage(flags=flags)
    return pymupdf.TextPage(as_set.get_textpage(flags=flags))


def _is_drawn_over(lines: Sequence[_Line]) -> bool:
    """Whether text lies on text, or there is too much of it to tell."""
    boxes = [span["bbox"] for line in lines for span in line["spans"] if span["text"].strip()]
    if not 1 < len(boxes) <= _MAX_COMPARED:
        return len(boxes) > _MAX_COMPARED
    low, high = np.split(np.array(boxes), 2, axis=1)
    both = np.minimum(high[:, None], high) - np.maximum(low[:, None], low)
    shared = np.maximum(both, 0).prod(axis=2)
    np.fill_diagonal(shared, 0)
    return bool((shared > _OVER_SHARE * (high - low).prod(axis=1)).any())


def _of_blocks(content: _Content) -> list[_Line]:
    return [line for block in content["blocks"] for line in block.get("lines", ())]


def _runs(spans: list[_Span]) -> list[tuple[Fragment, bool]]:
    """The spans of one line, joined where they touch and are alike in being seen or not."""
    runs: list[tuple[list[_Span], bool]] = []
    spans = [piece for span in spans for piece in _apart(span)]
    if right_to_left.is_in("".join(span["text"] for span in spans)):
        spans = sorted(spans, key=lambda span: span["bbox"][0])
    for span in spans:
        if not span["text"].strip():
            if runs:
                runs[-1][0].append(span)
            continue
        seen = span["alpha"] > 0 and bool(span["char_flags"] & _PAINTED_FLAGS)
        if runs and runs[-1][1] == seen and _touches(runs[-1][0], span):
            runs[-1][0].append(span)
        else:
            runs.append(([span], seen))
    return [(_fragment(members), seen) for members, seen in runs]


def _apart(span: _Span) -> list[_Span]:
    """A span of a font of one pitch, cut where it has two spaces or more: they part columns.

    Spaces before and behind its words are no part of them.
    """
    words = [match.span() for match in _WORDS.finditer(span["text"])]
    if "chars" in span or not span["flags"] & _FIXED_FLAG:
        return [span]
    x0, y0, x1, y1 = span["bbox"]
    pitch = (x1 - x0) / len(span["text"])
    pieces = []
    for start, end in words:
        piece = span.copy()
        piece["text"] = span["text"][start:end]
        piece["bbox"] = (x0 + start * pitch, y0, x0 + end * pitch, y1)
        pieces.append(piece)
    return pieces


def _touches(members: list[_Span], span: _Span) -> bool:
    """Whether a span goes on with others: near, and not in another colour behind a space.

    So the names of two series stand beside each other, each in its colour.
    """
    last = next(m for m in reversed(members) if m["text"].strip())
    spaced = last is not members[-1] or last["text"][-1:].isspace() or span["text"][:1].isspace()
    if spaced and last["color"] != span["color"] and _has_hue(last) and _has_hue(span):
        return False
    gap = span["bbox"][0] - last["bbox"][2]
    return gap < 0.9 * max(min(last["size"], span["size"]), 1.0)


def _has_hue(span: _Span) -> bool:
    """Whether text is in a colour, and not black or grey as prose is."""
    parts = span["color"].to_bytes(3, "big")
    return max(parts) - min(parts) > _MIN_HUE


def _fragment(members: list[_Span]) -> Fragment:
    while not members[-1]["text"].strip():
        members.pop()
    main = max(members, key=lambda m: len(m["text"].strip()))
    bold = sum(len(m["text"]) for m in members if _is_bold(m))
    inked = [c["bbox"] for m in members for c in m.get("chars", ()) if c["c"].strip()]
    across = inked or [m["bbox"] for m in members]  # a space at an edge is a gap to what follows
    box = (
        min(bbox[0] for bbox in across),
        min(m["bbox"][1] for m in members),
        max(bbox[2] for bbox in across),
        max(m["bbox"][3] for m in members),
    )
    text = _text(members)
    red, green, blue = main["color"].to_bytes(3, "big")
    return Fragment(
        text,
        box,
        main["size"],
        bold > 0.6 * len(text),
        main["font"],
        colour=(red, green, blue),
    )


def _text(members: list[_Span]) -> str:
    """The text of touching spans in characters that can be read, in the order of reading."""
    written = "".join(_spaced(members))
    if right_to_left.is_mostly_in(written):
        chars = [char for member in members for char in member["chars"]]
        written = glyphs.readable(right_to_left.logical(_glyphs(chars)), "")
    return scripts.closed_up(clean(written).strip())


def _glyphs(chars: Sequence[_Char]) -> list[str]:
    """The letters of each glyph together, from left to right.

    MuPDF gives the first letter of a ligature the place of all, and the others no width at its
    edge: behind it, or before it where it has turned the line. A line is of one kind.
    """
    solid = [at for at, char in enumerate(chars) if not _is_within(char)]
    beside: dict[int, tuple[int | None, int | None]] = {}
    for at in (at for at, char in enumerate(chars) if _is_within(char)):
        place = bisect(solid, at)
        before = solid[place - 1] if place else None
        beside[at] = before, solid[place] if place < len(solid) else None
    turns = [turned for at in beside if (turned := _is_turned(chars, at, *beside[at])) is not None]
    turned = 2 * sum(turns) > len(turns)
    letters = {at: chars[at]["c"] for at in solid}
    for at in reversed(beside) if turned else beside:
        if (base := beside[at][turned]) is not None:
            letters[base] += chars[at]["c"]
    return [letters[at] for at in sorted(solid, key=lambda at: chars[at]["bbox"][0])]


def _is_turned(
    chars: Sequence[_Char], at: int, before: int | None, after: int | None
) -> bool | None:
    """Whether a letter of a ligature comes before its first; None where that is not told.

    It is by where it stands; where glyphs touch, by the letter that Arabic joins alef to, lam.
    """
    x = chars[at]["bbox"][0]
    is_behind = (
        before is not None and min(abs(chars[before]["bbox"][i] - x) for i in (0, 2)) < _EDGE
    )
    is_before = after is not None and abs(chars[after]["bbox"][2] - x) < _EDGE
    if is_behind == is_before and before is not None and after is not None:
        is_behind, is_before = chars[before]["c"] == _LAM, chars[after]["c"] == _LAM
    return is_before if is_behind != is_before else None


def _is_within(char: _Char) -> bool:
    """Whether a letter is one of a ligature, and not its first."""
    x0, _, x1, _ = char["bbox"]
    return x0 == x1 and not unicodedata.combining(char["c"])


def _is_bold(span: _Span) -> bool:
    return bool(span["flags"] & _BOLD_FLAG) or _BOLD_NAME.search(span["font"]) is not None


def _spaced(members: list[_Span]) -> list[str]:
    """The texts of touching spans, with a space where the PDF left only a gap."""
    texts = [_written(members[0], members[1] if len(members) > 1 else None)]
    base = members[0]
    for left, right in pairwise(members):
        gap = right["bbox"][0] - left["bbox"][2]
        spaced = left["text"][-1:].isspace() or right["text"][:1].isspace()
        if gap > 0.2 * right["size"] and not spaced:
            texts.append(" ")
        texts.append(_written(right, base))
        base = base if _is_raised(right, base) else right
    return texts


def _written(span: _Span, beside: _Span | None) -> str:
    """The text of a span in plain characters; a raised number as superscript digits."""
    text = glyphs.readable(span["text"], span["font"])
    return raised.marked(text) if beside and _is_raised(span, beside) else text


def _is_raised(span: _Span, base: _Span) -> bool:
    return raised.is_raised(span["size"], span["origin"][1], base["size"], base["origin"][1])


def _covered(page: pymupdf.Page) -> bool:
    """Whether a picture drawn after most of the text lies over it."""
    if not page.get_images():
        return False
    area = page.rect.width * page.rect.height
    log = page.get_bboxlog()
    covers = [at for at, (kind, box) in enumerate(log) if _hides(kind, box, area)]
    if not covers:
        return False
    texts = [at for at, (kind, _) in enumerate(log) if kind.endswith("-text")]
    below = sum(at < covers[-1] for at in texts)
    return below > 0.8 * len(texts)


def _hides(kind: str, box: BBox, area: float) -> bool:
    return kind == "fill-image" and abs(pymupdf.Rect(box)) > _COVER_SHARE * area
