"""Tables that no rule could read, written down by a vision-language model and audited."""

from collections.abc import Sequence

from mmrag.config import Settings
from mmrag.describe import audit, prompts
from mmrag.errors import NoReply
from mmrag.protocols import ChatModel, FigureView, Limits
from mmrag.text.characters import clean
from mmrag.types import BBox, Cell, Grid

MAX_CHARACTERS = 20_000
"""Of a reply: a model that loops is cut. Chosen by hand: 2,000 cells of ten characters."""
MAX_COLUMNS = 50
"""Of a line: more is no table. Chosen by hand."""


class VlmGridReader:
    """Shows a table to a ChatModel, which copies it row by row.

    Its cells have no places of their own: each has the box of the figure. What the figure's own
    text confirms of them is the grid's trust.
    """

    def __init__(self, model: ChatModel, settings: Settings) -> None:
        self._model = model
        self._limits = Limits(settings.vlm.max_new_tokens, settings.describe.seconds_per_figure)

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
        cells = _cells(_rows(said), figure.bbox)
        if not cells:
            raise NoReply(f"{figure.id}: {self.name} wrote down no table")
        trust = audit.grid_trust([cell.text for cell in cells], figure)
        return Grid(figure.id, cells, self.name, round(trust, 2))


def _rows(said: str) -> list[list[str]]:
    """The cells of each line with `|`, without the line of dashes that Markdown has."""
    rows = []
    for line in said.splitlines():
        if "|" not in line:
            continue
        texts = [clean(text).strip() for text in line.strip().strip("|").split("|")]
        if len(texts) <= MAX_COLUMNS and any(text.strip(":-– ") for text in texts):
            rows.append(texts)
    return rows


def _cells(rows: Sequence[Sequence[str]], box: BBox) -> tuple[Cell, ...]:
    """The first row names columns, the first column rows; none of fewer than two rows."""
    if len(rows) < 2:
        return ()
    return tuple(
        Cell(row, column, row, column, text, box, is_header=row == 0 or column == 0)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
        if text
    )
