"""How an answer looks in a terminal."""

import re
from collections.abc import Sequence

from mmrag.answer.claims import MARK
from mmrag.answer.linked import LinkedText, inert
from mmrag.cli import output
from mmrag.cli.output import Styled
from mmrag.types import Answer, Citation, Evidence, OperandCell

_SUPPORT_COLOURS = {
    "quoted": "green",
    "supported": "green",
    "partial": "yellow",
    "unsupported": "red",
    "unchecked": None,
}
_NEAREST_SHOWN = 3  # pieces of evidence, where they do not answer the question; chosen by hand
_PART = re.compile(r"\n|[^\S\n]+|\S+")
_LONGEST_WAIT = 40  # characters without a space that wait for their end; chosen by hand


class AnswerText:
    """The text of one answer on its way out: citations as [1], [2], and lines that end at words.

    Markers are random in an answer, so that no document can forge one; a reader is given numbers,
    in the order of their appearance. Lines are as wide as the terminal, where there is one.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._waiting = ""
        self._column = 0
        self._gap = ""  # spaces that are shown where a word follows them on their line
        self._width = output.width()

    def number(self, marker: str) -> int:
        """The number under which a citation is shown."""
        return self._numbers.setdefault(marker, len(self._numbers) + 1)

    def print(self, piece: str) -> None:
        """A piece of the answer, at once but for a word at its end that may go on."""
        text = self._waiting + piece
        unfinished = len(text) - len(text[text.rfind("\n") + 1 :].rpartition(" ")[2])
        if len(text) - unfinished > _LONGEST_WAIT:
            unfinished = max(len(text) - _LONGEST_WAIT, text.rfind("[", unfinished))
        self._waiting = text[unfinished:]
        self._out(text[:unfinished])

    def end(self) -> None:
        """The rest, and the end of the line."""
        self._out(self._waiting)
        self._waiting = self._gap = ""
        output.say()

    def _out(self, text: str) -> None:
        for part in _PART.findall(MARK.sub(lambda found: f"[{self.number(found[1])}]", text)):
            if self._width and part.isspace() and part != "\n":
                self._gap += part
                continue
            gap, self._gap = "" if part == "\n" else self._gap, ""
            if self._width and self._column and self._column + len(gap + part) > self._width:
                output.say()
                self._column, gap = 0, ""
            output.say(gap + part, end="")
            self._column = 0 if part == "\n" else self._column + len(gap + part)


def print_answer(answer: Answer, text: AnswerText, *, streamed: bool) -> None:
    """An answer, unless it was streamed; below it, where each citation leads and who answered."""
    if not streamed:
        text.print(answer.text)
    text.end()
    nearest = answer.evidence[:_NEAREST_SHOWN] if answer.status == "abstained" else ()
    if answer.citations or nearest:
        output.say()
    for item in (marked.evidence for marked in nearest):
        output.say_folded("near: ", *_where(item))
    for citation in sorted(answer.citations, key=lambda item: text.number(item.marker)):
        found = ", found by mmrag: the model named no source" if citation.attributed else ""
        output.say_folded(
            f"[{text.number(citation.marker)}] ",
            *_where(citation),
            "  ",
            Styled(citation.support, colour=_SUPPORT_COLOURS[citation.support]),
            found,
        )
    if answer.computation is not None:
        _print_operands(answer.computation.operands)
    if answer.citations:
        image_id, cells = _first_shown(answer)
        output.say(
            f"open it: mmrag open {image_id}, or mmrag show {image_id} --save evidence.png{cells}",
            err=True,
        )
    if answer.rejected_markers:
        output.note(
            f"{len(answer.rejected_markers)} citations were not among the evidence "
            "and were taken out"
        )
    for said in answer.notes:
        output.note(said)
    makers = ", ".join(f"{role}: {name}" for role, name in answer.models.items())
    output.say(f"{answer.status}{_how_sure(answer)} ({makers})", err=True)


def print_markdown(answer: Answer) -> None:
    """Question and answer as Markdown, its citations links, and below it where each leads."""
    places = {item.evidence.image_id: item.evidence for item in answer.evidence}

    def page_of(image_id: str) -> str:
        return output.page_uri(places[image_id].path, places[image_id].page)

    linked = LinkedText(page_of)
    for item in answer.evidence:
        linked.add(item)
    text = linked.feed(answer.text) + linked.end()
    output.say(f"## {inert(output.one_line(answer.question))}\n\n{text}")
    if linked.links:
        output.say()
    for number, link in {link.number: link for link in linked.links}.items():
        output.say(f"{number}. [{inert(output.one_line(link.title))}]({link.url})")
    for said in answer.notes:
        output.note(said)


def _how_sure(answer: Answer) -> str:
    """How likely an answer is right, in words; nothing of an abstention."""
    if answer.confidence is None or answer.status != "answered":
        return ""
    return f", right with a probability of {answer.confidence:.0%}"


def _print_operands(operands: Sequence[OperandCell]) -> None:
    """The cells that a computed answer was made of, a line each."""
    amounts = [f"{item.value:,f} {item.unit}".strip() for item in operands]
    width = max(map(len, amounts), default=0)
    for item, amount in zip(operands, amounts, strict=True):
        named = ", ".join(filter(None, (item.row_name, item.column_name)))
        place = f"row {item.row}, column {item.column} of {item.image_id}"
        output.say(f"    {amount:>{width}}  {output.one_line(named)}  ({place})")


def _first_shown(answer: Answer) -> tuple[str, str]:
    """The first image that an answer cites, and the options that frame its cells or lines."""
    operands = () if answer.computation is None else answer.computation.operands
    if not operands:
        first = answer.citations[0]
        is_framed_anyway = first.kind != "page" and first.bbox == first.region
        if first.bbox is None or is_framed_anyway:
            return first.image_id, ""
        return first.image_id, f" --box {','.join(f'{value:.0f}' for value in first.bbox)}"
    image_id = operands[0].image_id
    cells = dict.fromkeys(
        f" --cell {item.row},{item.column}" for item in operands if item.image_id == image_id
    )
    return image_id, "".join(cells)


def _where(item: Citation | Evidence) -> tuple[str | Styled, ...]:
    """The ID of evidence, linked to its page, its document and its place."""
    return (
        Styled(item.image_id, bold=True, link=output.page_uri(item.path, item.page)),
        f"  {output.named(item.document, item.path)}, "
        f"{output.place(item.kind, item.page, item.page_label, item.bbox)}",
    )
