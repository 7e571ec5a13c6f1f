"""Tables that no rule could read, written down by a vision-language model and audited."""

from mmrag import audit
from mmrag.config import Settings
from mmrag.describe import prompts
from mmrag.errors import NoReply
from mmrag.protocols import BATCH_IN_LINE, ChatModel, FigureView, Limits
from mmrag.text.characters import clean
from mmrag.types import Grid

MAX_CHARACTERS = 20_000
"""Of a reply: a model that loops is cut. Chosen by hand: 2,000 cells of ten characters."""


class VlmGridReader:
    """Shows a table to a ChatModel, which copies it row by row: see `audit.grid`."""

    def __init__(self, model: ChatModel, settings: Settings) -> None:
        self._model = model
        seconds = settings.describe.seconds_per_figure
        self._limits = Limits(settings.vlm.max_new_tokens, seconds, BATCH_IN_LINE)

    @property
    def name(self) -> str:
        return self._model.name

    def read(self, view: FigureView) -> Grid:
        """The table as the model wrote it down; its last row is left out where it was cut.

        Raises `ModelRefused` without a picture, `NoReply` for a reply without two rows of cells,
        and what the model raises.
        """
        figure = view.figure
        turns = prompts.turns(view, prompts.TABLE_ASKED, self.name)
        said = ""
        for piece in self._model.stream(turns, self._limits):
            said += piece
            if len(said) > MAX_CHARACTERS:
                said = said[:MAX_CHARACTERS].rpartition("\n")[0]
                break
        grid = audit.grid(clean(said), figure, self.name)
        if grid is None:
            raise NoReply(f"{figure.id}: {self.name} wrote down no table")
        return grid
