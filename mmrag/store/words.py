"""The keyword channel: the words of passages and figures, kept in SQLite's FTS5."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from mmrag import graphs
from mmrag.channels import KEYWORD
from mmrag.errors import UsageError
from mmrag.store.figures import Figures
from mmrag.store.full_text import Fts5, FullText
from mmrag.store.graphs import Graphs
from mmrag.store.grids import Grids
from mmrag.store.items import items_of, owners
from mmrag.store.keywords import looked_for, quoted, searchable, terms
from mmrag.store.passages import Passages
from mmrag.store.session import Session
from mmrag.store.storable import storable
from mmrag.text import compounds, forms
from mmrag.text.function_words import ENGLISH
from mmrag.types import EXTRACTED, Figure, Graph, Grid, Passage

_LABELLED_CHARACTERS = 4_000
"""Most of the rows of a table that are found by the names of its columns, too; chosen by hand."""


class Words:
    """The words of each passage and figure: heading, caption and body."""

    def __init__(
        self,
        session: Session,
        figures: Figures,
        passages: Passages,
        grids: Grids,
        graphs: Graphs,
    ) -> None:
        self._session = session
        self._figures = figures
        self._grids = grids
        self._graphs = graphs
        self._passages = passages
        self._full_text: FullText = Fts5(session)

    def find_by(self, full_text: FullText) -> None:
        """Let searches be done by this one, and no longer by FTS5."""
        self._full_text = full_text

    @property
    def found_by(self) -> str:
        """Who searches."""
        return self._full_text.name

    def behind(self) -> str:
        """Why another one is asked at present; empty where none is."""
        return self._full_text.behind()

    def search(
        self,
        words: str,
        k: int,
        document_ids: Sequence[str] | None = None,
        phrases: Sequence[str] = (),
        languages: Sequence[str] = (ENGLISH,),
        left_out: Collection[str] = (),
    ) -> list[tuple[str, float]]:
        """The `k` best passages and figures: item ID and BM25 score, rising with quality.

        `languages` are those that the words are read in, `left_out` terms that are not looked for.
        """
        wanted = looked_for(words, phrases, languages, left_out, self._parts)
        return self._full_text.search(wanted, k, document_ids) if wanted and k > 0 else []

    def too_common(
        self, words: str, most: int, languages: Sequence[str] = (ENGLISH,)
    ) -> tuple[str, ...]:
        """The commonest terms, without which the others match `most` passages and figures or fewer.

        BM25 scores all that match, and takes a microsecond for each: common words cost the most and
        tell the least. The rarest term is never among them; none is where so many are not there.
        """
        held = self._session.value("select max(id) from searchable") if most else None
        if not isinstance(held, int) or held <= most:
            return ()
        asked = terms(words, languages, self._parts)
        if len(asked) < 2:
            return ()
        counts = {term: self._matches(term, most + 1) for term in asked}
        if min(counts.values()) > most:
            counts = {term: self._matches(term, held) for term in asked}
        rarest, *others = sorted(asked, key=counts.__getitem__)
        room = most - counts[rarest]
        common: list[str] = []
        for term in others:
            room -= counts[term]
            if room < 0:
                common.append(term)
        return tuple(common)

    def _parts(self, word: str, language: str) -> tuple[str, ...]:
        """What a compound of a question is made of, by the words that are in the index."""
        return compounds.of_question(word, language, lambda part: self._is_held(part, language))

    def _is_held(self, word: str, language: str) -> bool:
        return self._matches(forms.root(word, language), 1) > 0

    def _matches(self, term: str, most: int) -> int:
        """How many passages and figures have a term, counted up to `most`."""
        sql = "select count(*) from (select 1 from words where words match ? limit ?)"
        return int(str(self._session.value(sql, [quoted(term), most])))

    def insert_passages(self, document_id: str, passages: Iterable[Passage]) -> None:
        """Make passages searchable. In a transaction, as all that writes here."""
        language = self._language(document_id)
        for passage in passages:
            texts = (" ".join(passage.heading), "", passage.text)
            self._insert(passage.id, document_id, texts, passage.language or language)

    def insert_figures(
        self,
        document_id: str,
        figures: Iterable[Figure],
        grids: Iterable[Grid],
        graphs: Mapping[str, Graph],
    ) -> None:
        """Make figures searchable, by their own words and those of their grids and graphs."""
        held = {grid.figure_id: grid for grid in grids}
        language = self._language(document_id)
        for figure in figures:
            texts = _figure_words(figure, held.get(figure.id), graphs.get(figure.id), "")
            self._insert(figure.id, document_id, texts, language)

    def refresh_figures(self, figure_ids: Iterable[str]) -> None:
        """Let figures be found by their words and those of the models that described them."""
        for figure_id in dict.fromkeys(figure_ids):
            figure = self._figures.by_id([figure_id]).get(figure_id)
            if figure is None:
                raise UsageError(f"{figure_id}: not in the index")
            rows = self._session.execute(
                "select text from descriptions where figure_id = ? and describer <> ?",
                [figure_id, EXTRACTED],
            )
            told = "\n".join(row["text"] for row in rows)
            grid = self._grids.of_figures([figure_id]).get(figure_id)
            graph = self._graphs.of_figures([figure_id]).get(figure_id)
            language = self._language(owners(self._session, [figure_id])[figure_id])
            self._session.execute(
                "update words set heading = ?, caption = ?, body = ? "
                "where rowid = (select id from searchable where item_id = ?)",
                [*_stored(_figure_words(figure, grid, graph, told), language), figure_id],
            )
            self._session.execute("update word_version set version = version + 1")
            self._session.execute(
                "update searchable set version = (select version from word_version) "
                "where item_id = ?",
                [figure_id],
            )

    def rebuild(self, item_ids: Iterable[str]) -> None:
        """Let these passages and figures be found again."""
        for item in item_ids:
            document_id = owners(self._session, [item])[item]
            self._session.execute("delete from searchable where item_id = ?", [item])
            passages = self._passages.by_id([item])
            if passages:
                self.insert_passages(document_id, passages.values())
            else:
                self._insert(item, document_id, ("", "", ""), "")
                self.refresh_figures([item])

    def remove(self, numbers: Iterable[int]) -> None:
        """Remove words by their number, whatever they belong to."""
        for number in numbers:
            self._session.execute("delete from words where rowid = ?", [number])
            self._session.execute("delete from searchable where id = ?", [number])

    def of_document(self, document_id: str) -> list[str]:
        """The passages and figures of a document that can be found by their words."""
        rows = self._session.execute(
            "select item_id from searchable where document_id = ?", [document_id]
        )
        return [row["item_id"] for row in rows]

    def unsearchable(self) -> list[str]:
        """Passages and figures that cannot be found by their words, in order of their IDs."""
        rows = self._session.execute(
            f"""select id from ({items_of(KEYWORD.name)}) where id not in (
                select item_id from searchable where id in (select id from words_docsize)
            ) order by id"""
        )
        return [row["id"] for row in rows]

    def strays(self) -> list[tuple[int, str | None]]:
        """Number and item of words that belong to no passage or figure."""
        rows = self._session.execute(
            f"""select words_docsize.id as number, item_id from words_docsize
            left join searchable on searchable.id = words_docsize.id
            where item_id is null
            or item_id not in (select id from ({items_of(KEYWORD.name)}))
            order by number"""
        )
        return [(row["number"], row["item_id"]) for row in rows]

    def _language(self, document_id: str) -> str:
        found = self._session.value("select language from documents where id = ?", [document_id])
        return str(found or "")

    def _insert(
        self, item_id: str, document_id: str, texts: tuple[str, str, str], language: str
    ) -> None:
        cursor = self._session.execute(
            "insert into searchable (item_id, document_id) values (?, ?)", [item_id, document_id]
        )
        self._session.execute(
            "insert into words (rowid, heading, caption, body) values (?, ?, ?, ?)",
            [cursor.lastrowid, *_stored(texts, language)],
        )


def _stored(texts: Iterable[str], language: str) -> list[str]:
    return [storable(searchable(text, language)) for text in texts]


def _figure_words(
    figure: Figure, grid: Grid | None, graph: Graph | None, description: str
) -> tuple[str, str, str]:
    """Heading, caption and body of a figure."""
    caption = figure.caption or figure.label
    rows = () if grid is None else _labelled_rows(grid)
    lines = () if graph is None else graphs.lines(graph)
    body = "\n".join((figure.text, *rows, *lines, *figure.mentions, description))
    return " ".join(figure.heading), caption, body


def _labelled_rows(grid: Grid) -> Iterator[str]:
    """The first rows of a table, each value behind the names of its row and column."""
    from mmrag.grids import labelled_rows  # and the patterns of numbers: a search needs none

    room = _LABELLED_CHARACTERS
    for line in labelled_rows(grid):
        room -= len(line)
        if room < 0:
            return
        yield line
