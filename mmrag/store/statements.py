"""Which pages and tables of an index show a statement.

Derived from their texts and grids by `mmrag.statements.kinds`: what older rules found is found anew
by the next writer.
"""

from collections.abc import Iterable, Iterator, Sequence

from mmrag import ids
from mmrag.statements import kinds
from mmrag.store.figures import Figures
from mmrag.store.grids import Grids
from mmrag.store.pages import Pages
from mmrag.store.session import Session
from mmrag.types import Figure, Grid, Page, ShownStatement


class Statements:
    """The table of statements."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_documents(
        self, document_ids: Iterable[str], wanted: Sequence[str]
    ) -> list[ShownStatement]:
        """The statements of the kinds that are wanted, by key, in these documents."""
        marks = ", ".join(f"'{kind}'" for kind in wanted if kind.isidentifier())
        rows = self._session.rows_of(
            f"select item_id, kind, score from statements where kind in ({marks}) "
            "and document_id in",
            document_ids,
        )
        return [ShownStatement(**row) for row in rows]

    def insert(
        self, pages: Iterable[Page], figures: Iterable[Figure], grids: Iterable[Grid]
    ) -> None:
        """Recognise and store what they show. In a transaction, after they are stored."""
        captions = {figure.id: figure.caption for figure in figures}
        shown = [
            *_shown((page.id, kinds.of_text(page.text)) for page in pages),
            *_shown(
                (grid.figure_id, kinds.of_grid(grid, captions.get(grid.figure_id, "")))
                for grid in grids
            ),
        ]
        self._session.execute_many(
            "insert into statements (document_id, item_id, kind, score) values (?, ?, ?, ?)",
            (
                [ids.document_of(item.item_id), item.item_id, item.kind, item.score]
                for item in shown
            ),
        )

    def fill(self, pages: Pages, figures: Figures, grids: Grids) -> None:
        """Recognise all statements anew, document by document. In a transaction."""
        self._session.execute("delete from statements")
        for row in self._session.execute("select id from documents").fetchall():
            held = figures.of_document(row["id"])
            tables = grids.of_figures(figure.id for figure in held).values()
            self.insert(pages.of_document(row["id"]), held, tables)


def _shown(found: Iterable[tuple[str, dict[str, float]]]) -> Iterator[ShownStatement]:
    for item, scores in found:
        for kind, score in scores.items():
            yield ShownStatement(item, kind, round(score, 2))
