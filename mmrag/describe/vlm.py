"""What a figure shows, in the words of a vision-language model."""

from mmrag.config import Settings
from mmrag.describe import prompts
from mmrag.errors import ModelTimeout, NoReply
from mmrag.protocols import BATCH_IN_LINE, ChatModel, FigureView, Limits, Served, ServerUse
from mmrag.text import sentences
from mmrag.text.characters import clean

LONGEST = 4000  # characters: a model that loops is cut


class VlmDescriber:
    """Shows each figure to a ChatModel, with a prompt for its kind."""

    prompt_version = prompts.VERSION

    def __init__(self, model: ChatModel, settings: Settings) -> None:
        self._model = model
        seconds = settings.describe.seconds_per_figure
        self._limits = Limits(settings.vlm.max_new_tokens, seconds, BATCH_IN_LINE)

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def parallel(self) -> int:
        return self._model.parallel

    @property
    def servers(self) -> tuple[ServerUse, ...]:
        """What each server of the model has done so far."""
        return self._model.servers if isinstance(self._model, Served) else ()

    def describe(self, view: FigureView) -> str:
        """One paragraph of whole sentences.

        What a model has said when its time is up counts, as far as it is whole sentences. Raises
        `ModelTimeout` where there is none, `ModelRefused` without a picture, `NoReply` for an
        empty reply and what the model raises: `PicturesRefused` where it does not see.
        """
        figure = view.figure
        turns = prompts.turns(view, prompts.prompt(view), self.name)
        said = ""
        try:
            for piece in self._model.stream(turns, self._limits):
                said += piece
                if len(said) > LONGEST:
                    break
        except ModelTimeout:
            told = whole_sentences(said)
            if not told or told[-1] not in ".!?":
                raise
            return told
        except NoReply as error:
            raise NoReply(
                f"{figure.id}: {error}; then try again with `mmrag describe --retry`"
            ) from error
        told = whole_sentences(said)
        if not any(char.isalnum() for char in told):
            raise NoReply(
                f"{figure.id}: {self.name} gave an empty reply: try again with "
                "`mmrag describe --retry`, or take another model"
            )
        return told


def whole_sentences(said: str) -> str:
    """A reply as one paragraph, without control characters, repetitions and a half last sentence.

    A reply without the end of any sentence is kept as it is.
    """
    found = list(dict.fromkeys(sentences.of_paragraph(clean(said))))
    if len(found) > 1 and found[-1][-1] not in ".!?\"'”’)":
        found.pop()
    return " ".join(found)
