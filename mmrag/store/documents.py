"""The statements that put a document into the database and take it out.

Every function runs inside a transaction of its caller.
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlite_utils import Database

from mmrag.channels import VECTOR_NAMES, of_source
from mmrag.errors import UsageError
from mmrag.store import rows
from mmrag.store.items import items_of
from mmrag.store.rows import Failure, SourceFile, path_key, path_text, storable
from mmrag.store.vector_rows import ROW_TYPE
from mmrag.types import ChannelName, Description, Figure, ParsedDocument, Passage, VectorBatch


def insert(db: Database, parsed: ParsedDocument, descriptions: Sequence[Description]) -> None:
    """A document with its pages, figures, passages, descriptions and words."""
    document = parsed.document
    db.execute(
        "insert into documents values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            document.id,
            document.sha256,
            storable(document.title),
            document.page_count,
            rows.mapping_json(document.metadata),
            document.status,
            rows.problems_json(document.problems),
            document.is_named,
        ],
    )
    db.conn.executemany(
        "insert into pages values (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                p.id,
                document.id,
                p.number,
                p.width,
                p.height,
                storable(p.text),
                p.text_source,
                p.picture,
            )
            for p in parsed.pages
        ),
    )
    db.conn.executemany(
        "insert into figures values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        map(_figure_row, parsed.figures),
    )
    db.conn.executemany(
        "insert into passages values (?, ?, ?, ?, ?)",
        ((t.id, t.page_id, t.start, t.end, rows.texts_json(t.heading)) for t in parsed.passages),
    )
    _insert_words(db, document.id, map(_passage_words, parsed.passages))
    _insert_words(db, document.id, ((f.id, *_figure_words(f, "")) for f in parsed.figures))
    insert_descriptions(db, descriptions)


def remove(db: Database, document_id: str) -> list[SourceFile]:
    """Take out a document and all that belongs to it; the paths that held it."""
    sources = [
        SourceFile(path_text(path), size, mtime_ns)
        for path, size, mtime_ns in db.execute(
            "select path, size, mtime_ns from sources where document_id = ?", [document_id]
        )
    ]
    db.execute("delete from documents where id = ?", [document_id])
    return sources


def attach(db: Database, document_id: str, source: SourceFile) -> None:
    """Let a path hold a document, whatever it held or failed at before."""
    db.execute(
        "insert or replace into sources values (?, ?, ?, ?)",
        [path_key(source.path), document_id, source.size, source.mtime_ns],
    )
    db.execute("delete from failures where path = ?", [path_key(source.path)])


def detach(db: Database, path: str) -> None:
    """Forget a path: neither a source nor a failure."""
    db.execute("delete from sources where path = ?", [path_key(path)])
    db.execute("delete from failures where path = ?", [path_key(path)])


def holders(db: Database, paths: Iterable[str]) -> list[str]:
    """IDs of the documents that some paths hold."""
    found = (
        db.execute("select document_id from sources where path = ?", [path_key(path)]).fetchone()
        for path in paths
    )
    return list(dict.fromkeys(row[0] for row in found if row is not None))


def remove_unheld(db: Database, document_ids: Iterable[str]) -> None:
    """Remove those of the documents that no path holds any more."""
    db.conn.executemany(
        "delete from documents where id = :id "
        "and not exists (select 1 from sources where document_id = :id)",
        ({"id": document_id} for document_id in document_ids),
    )


def insert_failure(db: Database, failure: Failure) -> None:
    """In place of an older failure of the same path."""
    source, problem = failure.source, failure.problem
    db.execute(
        "insert or replace into failures values (?, ?, ?, ?, ?, ?, ?)",
        [
            path_key(source.path),
            failure.sha256,
            source.size,
            source.mtime_ns,
            storable(problem.stage),
            storable(problem.message),
            problem.page,
        ],
    )


def insert_descriptions(db: Database, descriptions: Sequence[Description]) -> None:
    """In place of those by the same describer; words follow, vectors become stale."""
    for item in descriptions:
        db.execute(
            "insert or replace into descriptions values (?, ?, ?, ?, ?)",
            [
                item.figure_id,
                item.describer,
                storable(item.prompt_version),
                item.trust,
                storable(item.text),
            ],
        )
        db.execute(
            "delete from description_failures where figure_id = ? and describer = ?",
            [item.figure_id, item.describer],
        )
        db.conn.executemany(
            "update vectors set stale = 1 where channel = ? and item_id = ?",
            ((channel.name, item.figure_id) for channel in of_source("descriptions")),
        )
    for figure_id in dict.fromkeys(item.figure_id for item in descriptions):
        _refresh_words(db, figure_id)


def unfilled(db: Database, document_id: str) -> list[ChannelName]:
    """The channels in which a stored document has items without a vector."""
    return [
        channel
        for channel in VECTOR_NAMES
        if db.execute(
            f"""select 1 from ({items_of(channel)})
            where page_id in (select id from pages where document_id = :document)
            and id not in (
                select item_id from vectors
                where document_id = :document and channel = :channel and not stale
            ) limit 1""",
            {"document": document_id, "channel": channel},
        ).fetchone()
    ]


def note_unfilled(db: Database, channels: Iterable[ChannelName]) -> None:
    """Remember that channels may lack vectors."""
    db.conn.executemany(
        "insert or ignore into unfilled values (?)", ([channel] for channel in channels)
    )


def note_new_channels(db: Database) -> None:
    """Note channels that this index has never heard of: all their items lack a vector.

    The first migrations know of three. Nothing is written where there is no other.
    """
    held = db.execute("select value from settings where key = 'channels'").fetchone()
    known = held[0].split() if held is not None else ["image", "description", "passage"]
    new = [channel for channel in VECTOR_NAMES if channel not in known]
    if new:
        with db.atomic():
            note_unfilled(db, new)
            db.execute(
                "insert or replace into settings values ('channels', ?)", [" ".join([*known, *new])]
            )


def insert_vectors(db: Database, batch: VectorBatch) -> None:
    """In place of those that the items had. Raises `UsageError` for an item that is not there."""
    owners = _owners(db, batch.item_ids)
    data = batch.rows.astype(ROW_TYPE, copy=False)
    db.conn.executemany(
        "delete from vectors where channel = ? and item_id = ?",
        ((batch.channel, item) for item in batch.item_ids),
    )
    db.conn.executemany(
        "insert into vectors (channel, item_id, document_id, row) values (?, ?, ?, ?)",
        (
            (batch.channel, item, owners[item], row.tobytes())
            for item, row in zip(batch.item_ids, data, strict=True)
        ),
    )


def rebuild_words(db: Database, item_ids: Sequence[str]) -> None:
    """Let the keyword channel know these passages and figures again."""
    for item in item_ids:
        document_id = _owners(db, [item])[item]
        db.execute("delete from searchable where item_id = ?", [item])
        passage = db.execute(
            f"select {rows.PASSAGE_COLUMNS} from passages t join pages p on p.id = t.page_id "
            "where t.id = ?",
            [item],
        ).fetchone()
        if passage is not None:
            _insert_words(db, document_id, iter([_passage_words(rows.passage_of(passage))]))
        else:
            _insert_words(db, document_id, iter([(item, "", "", "")]))
            _refresh_words(db, item)


def mark_unread(db: Database, pictures: Sequence[str]) -> None:
    """Let the next run read the documents of these pictures again: their stamp is forgotten."""
    db.conn.executemany(
        """update sources set size = 0, mtime_ns = 0 where document_id in (
            select document_id from pages where picture = :picture
            or id in (select page_id from figures where picture = :picture)
        )""",
        ({"picture": picture} for picture in pictures),
    )


def _owners(db: Database, item_ids: Sequence[str]) -> dict[str, str]:
    """The document of each item: a page, figure or passage."""
    page_of = {item: "-".join(item.split("-")[:2]) for item in item_ids}
    owners: dict[str, str] = {}
    for item, page in page_of.items():
        row = db.execute(
            "select document_id from pages where id = :page and (id = :item "
            "or exists (select 1 from figures where id = :item) "
            "or exists (select 1 from passages where id = :item))",
            {"page": page, "item": item},
        ).fetchone()
        if row is None:
            raise UsageError(f"{item}: not in the index")
        owners[item] = row[0]
    return owners


def _figure_row(figure: Figure) -> tuple[object, ...]:
    return (
        figure.id,
        figure.page_id,
        figure.ordinal,
        *figure.bbox,
        figure.kind,
        storable(figure.caption),
        storable(figure.text),
        rows.texts_json(figure.heading),
        rows.texts_json(figure.mentions),
        storable(figure.label),
        figure.picture,
    )


def _passage_words(passage: Passage) -> tuple[str, str, str, str]:
    """ID, heading, caption and body of a passage in the keyword channel."""
    return passage.id, " ".join(passage.heading), "", passage.text


def _figure_words(figure: Figure, description: str) -> tuple[str, str, str]:
    """Heading, caption and body of a figure in the keyword channel."""
    caption = figure.caption or figure.label
    body = "\n".join((figure.text, *figure.mentions, description))
    return " ".join(figure.heading), caption, body


def _insert_words(
    db: Database, document_id: str, items: Iterator[tuple[str, str, str, str]]
) -> None:
    for item_id, heading, caption, body in items:
        cursor = db.execute(
            "insert into searchable (item_id, document_id) values (?, ?)", [item_id, document_id]
        )
        db.execute(
            "insert into words (rowid, heading, caption, body) values (?, ?, ?, ?)",
            [cursor.lastrowid, storable(heading), storable(caption), storable(body)],
        )


def _refresh_words(db: Database, figure_id: str) -> None:
    """Let the keyword channel see a figure's words and those of models that described it."""
    row = db.execute(
        f"select {rows.FIGURE_COLUMNS} from figures f where f.id = ?", [figure_id]
    ).fetchone()
    if row is None:
        raise UsageError(f"{figure_id}: not in the index")
    told = db.execute(
        "select text from descriptions where figure_id = ? and describer <> 'extracted'",
        [figure_id],
    )
    words = _figure_words(rows.figure_of(row), "\n".join(text for (text,) in told))
    db.execute(
        "update words set heading = ?, caption = ?, body = ? "
        "where rowid = (select id from searchable where item_id = ?)",
        [*words, figure_id],
    )
