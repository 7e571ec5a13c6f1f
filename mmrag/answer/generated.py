"""Answers by a vision-language model, from pictures and text of the evidence.

Figures are shown before whole pages, at full size; pages among other pictures at `LOW` of it, since
their text stands beside them. A model that takes one picture a prompt looks at one after another
and notes what each shows; a last prompt without pictures joins the notes to an answer.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mmrag.answer import prompt, structured
from mmrag.config import Settings
from mmrag.errors import (
    ModelError,
    ModelMissing,
    ModelTimeout,
    NoReply,
    PicturesRefused,
    PromptTooLong,
)
from mmrag.protocols import AnswerRequest, ChatModel, Limits, Reply, SchemaModel, Turn
from mmrag.text import page_numbers
from mmrag.text.prompting import as_data, one_line
from mmrag.types import Evidence, Support

if TYPE_CHECKING:
    from PIL import Image

LOW = 0.5
"""Size of a page's picture among others, of [vlm] image_pixels: its text is given as well."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much of the evidence one prompt holds."""

    characters: int  # of quotable text
    pieces: int
    pictures: int


BUDGETS = (
    Budget(6000, 100, 100),
    Budget(3000, 100, 100),
    Budget(1500, 4, 2),
    Budget(600, 2, 1),
    Budget(300, 1, 0),
)
"""Tried in turn where the context is short; chosen by hand. The last one fits 1,000 tokens: a
picture alone may take more."""
REMEMBERED_FROM = 3000  # characters: with a smaller budget the history is left out
LOOKS = 4
"""Pictures that are shown one after another to a model that takes one in a prompt; chosen by hand:
as many as others see at once."""
LOOKING = 0.5  # of the time, for the pictures one by one
LOOK_TOKENS = 96
VERIFY_SECONDS = 30.0
EXCHANGES = 2  # of the history that the model sees
REMEMBERED = 600  # characters of each turn
NOTHING = "NOTHING"

_LOOK = (
    "This picture is {place} of {document}.{caption}\nQuestion: {question}\n"
    "Say in one or two short sentences what in this picture helps to answer the question, with the "
    f"numbers and names as they are written in it. If nothing does, write only: {NOTHING}"
)
_VERIFY = (
    "Statement: {sentence}\nDoes what you see bear out the statement? "
    "Answer with one word: yes, partly, or no."
)
_VERDICTS: dict[str, Support] = {
    "yes": "supported",
    "partly": "partial",
    "partially": "partial",
    "no": "unsupported",
}


class VlmAnswerer:
    """Asks a ChatModel; what it says is validated by `ask`, not here."""

    def __init__(self, model: ChatModel, settings: Settings) -> None:
        self._model = model
        self._vlm = settings.vlm
        self._noted: tuple[AnswerRequest, AnswerRequest] | None = None
        self._budget = 0

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def wants_images(self) -> bool:
        return self._model.max_images > 0

    def stream(self, request: AnswerRequest) -> Reply:
        """The raw answer in pieces.

        Where the prompt is too long for the model, less of the evidence is sent, and from then on;
        where it takes no pictures, or fewer, the same is asked with as many as it takes, and a note
        says so. Raises `PromptTooLong` where not even little text fits, and what the model raises.
        """
        limits = self._limits(request)
        until = time.monotonic() + limits.seconds
        while True:
            left = replace(limits, seconds=max(1.0, until - time.monotonic()))
            taken = self._model.max_images
            try:
                turns = self._prompted(request, BUDGETS[self._budget], left.seconds * LOOKING)
                left = replace(limits, seconds=max(1.0, until - time.monotonic()))
                notes = yield from self._said(request, turns, left)
            except PicturesRefused:  # as PromptTooLong raised before the first piece
                if self._model.max_images >= taken:
                    raise
            except PromptTooLong:
                if self._budget == len(BUDGETS) - 1:
                    raise
                self._budget += 1
            else:
                return (*notes, *self._unseen(request))

    def _said(self, request: AnswerRequest, turns: Sequence[Turn], limits: Limits) -> Reply:
        """The reply as text; asked for the second time, held to a schema where that can be had."""
        markers = [item.marker for item in request.evidence]
        if request.uncited and isinstance(self._model, SchemaModel):
            reply = self._model.structured(turns, limits, structured.schema(markers))
        else:
            reply = self._model.stream(turns, limits)
        return (yield from self._with_words(structured.as_text(reply, markers)))

    def _with_words(self, reply: Reply) -> Reply:
        """The reply. Raises `NoReply` where it holds nothing but space."""
        told = False
        try:
            while True:
                piece = next(reply)
                told = told or bool(piece.strip())
                yield piece
        except StopIteration as end:
            notes: tuple[str, ...] = end.value
        finally:
            reply.close()
        if not told:
            raise NoReply(
                f"{self.name}: its reply was nothing but space: raise [vlm] max_new_tokens, or "
                "take another model"
            )
        return notes

    def _prompted(self, request: AnswerRequest, budget: Budget, seconds: float) -> list[Turn]:
        """The prompt within a budget, after the pictures were looked at where one goes at once."""
        request = _cut(request, budget.pieces)
        one_each = self._model.max_images == 1 and budget.pictures > 0
        most = LOOKS if one_each else min(self._model.max_images, budget.pictures)
        shown = self._chosen(request, most)
        if one_each and len(shown) > 1:
            request, shown = self._looked(request, shown, seconds), []
        return self._turns(request, shown, budget.characters)

    def _unseen(self, request: AnswerRequest) -> tuple[str, ...]:
        """A note where pictures were there to see and the model takes none."""
        pictures = any(item.evidence.image is not None for item in request.evidence)
        if not pictures or self._model.max_images or not self._vlm.max_images:
            return ()
        return (
            f"{self.name} takes no pictures: the answer is from the text of the evidence alone",
        )

    def verify(self, sentence: str, evidence: Sequence[Evidence]) -> Support:
        """Whether the cited pictures, shown again alone, bear out a sentence, as the model sees it.

        `unchecked` where it gives no clear word or fails.
        """
        images = tuple(item.image for item in evidence if item.image is not None)
        pictures = images[: self._model.max_images]
        if not pictures:
            return "unchecked"
        asked = _VERIFY.format(sentence=one_line(sentence, REMEMBERED))
        turns = [Turn("system", prompt.SYSTEM), Turn("user", asked, pictures)]
        try:
            said = "".join(self._model.stream(turns, Limits(8, VERIFY_SECONDS)))
        except ModelError:
            return "unchecked"
        word = "".join(char if char.isalpha() else " " for char in said.lower()).split()[:1]
        return _VERDICTS.get(word[0], "unchecked") if word else "unchecked"

    def _limits(self, request: AnswerRequest) -> Limits:
        """The profile's limits, unless the request has some of its own."""
        if request.limits != Limits():
            return request.limits
        return Limits(self._vlm.max_new_tokens, self._vlm.timeout_s)

    def _chosen(self, request: AnswerRequest, most: int) -> "list[_Shown]":
        """The pictures that are shown, in the order of the evidence: figures before pages."""
        found = [
            _Shown(at, marked.evidence, marked.evidence.image)
            for at, marked in enumerate(request.evidence)
            if marked.evidence.image is not None
        ]
        found.sort(key=lambda shown: (shown.item.kind == "page", shown.at))
        return sorted(found[:most], key=lambda shown: shown.at)

    def _looked(
        self, request: AnswerRequest, shown: "Sequence[_Shown]", seconds: float
    ) -> AnswerRequest:
        """The request with what the model noted of each picture, seen alone, as its description.

        When the same is asked once more, for its citations, the notes are still there.
        """
        first = replace(request, uncited="")
        noted = self._noted
        if noted is not None and noted[0] == first:
            return replace(noted[1], uncited=request.uncited)
        evidence = list(request.evidence)
        for look in shown:
            asked = _LOOK.format(
                place=_place(look.item),
                document=one_line(look.item.document, 120),
                caption=f" Its caption: {one_line(look.item.caption, 300)}"
                if look.item.caption
                else "",
                question=one_line(request.question, REMEMBERED),
            )
            turns = [Turn("system", prompt.SYSTEM), Turn("user", asked, (look.image,))]
            note = self._note(turns, Limits(LOOK_TOKENS, seconds / len(shown)))
            if note:
                seen = replace(look.item, description=note)
                evidence[look.at] = replace(evidence[look.at], evidence=seen)
        looked = replace(first, evidence=tuple(evidence))
        self._noted = first, looked
        return replace(looked, uncited=request.uncited)

    def _note(self, turns: Sequence[Turn], limits: Limits) -> str:
        """What the model says of one picture; what it said when its time is up counts."""
        note = ""
        try:
            for piece in self._model.stream(turns, limits):
                note += piece
        except ModelTimeout:
            pass  # the next picture gets its own time
        except (ModelMissing, PicturesRefused):
            raise
        except ModelError:
            return ""  # this picture cannot be seen; its text still can be read
        return "" if NOTHING in note.upper()[:40] else note.strip()

    def _turns(
        self, request: AnswerRequest, shown: "Sequence[_Shown]", characters: int
    ) -> list[Turn]:
        shown = [look for look in shown if look.at < len(request.evidence)]
        at = {look.at for look in shown}
        flags = [number in at for number in range(len(request.evidence))]
        built = prompt.build(request, pictures=flags, characters=characters)
        pixels = self._vlm.image_pixels
        pictures = tuple(
            _sized(look.image, pixels * LOW)
            if look.item.kind == "page" and len(shown) > 1
            else look.image
            for look in shown
        )
        return [
            Turn("system", built.system),
            *(_remembered(request.history) if characters >= REMEMBERED_FROM else ()),
            Turn("user", built.user, pictures),
        ]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A piece of evidence that is shown, and its place among all."""

    at: int
    item: Evidence
    image: "Image.Image"


def _cut(request: AnswerRequest, pieces: int) -> AnswerRequest:
    """The request with its first pieces of evidence only."""
    return replace(request, evidence=request.evidence[:pieces])


def _sized(image: "Image.Image", longest: float) -> "Image.Image":
    """A smaller copy, its longer side `longest` pixels; never enlarged."""
    scale = longest / max(image.size)
    if scale >= 1:
        return image
    return image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))


def _remembered(history: Sequence[Turn]) -> Iterator[Turn]:
    """The last exchanges; markers of earlier answers mean nothing any more and are words here."""
    kept = list(history)[-2 * EXCHANGES :]
    while kept and kept[0].role != "user":
        kept.pop(0)
    for turn in kept:
        yield Turn(turn.role, as_data(turn.text)[:REMEMBERED])


def _place(item: Evidence) -> str:
    page = one_line(page_numbers.shown(item.page, item.page_label), 80)
    return page if item.kind == "page" else f"a {item.kind} on {page}"
