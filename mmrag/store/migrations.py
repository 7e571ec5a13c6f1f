"""The schema of `index.db` as numbered steps, oldest first.

A step is never changed once it has shipped; a new one is added below it. One that changes what a
checksum covers (`covered`) sets those checksums to null.
"""

import numpy as np
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from mmrag.store.covered import OF_VECTOR
from mmrag.store.keywords import searchable

migrations = Migrations("mmrag")


@migrations()
def m001_documents(db: Database) -> None:
    """Documents, where they were found, and what is on their pages."""
    db.executescript("""
        create table documents (
            id text primary key,
            sha256 text not null unique,
            title text not null,
            page_count integer not null,
            metadata text not null,  -- JSON object of texts
            status text not null,
            problems text not null   -- JSON array of [stage, message, page]
        );
        create table sources (       -- identical copies are several sources of one document
            path primary key,        -- text; a blob where the name is not valid UTF-8
            document_id text not null references documents(id) on delete cascade,
            size integer not null,
            mtime_ns integer not null
        );
        create index sources_document on sources(document_id);
        create table failures (      -- files that could not be read
            path primary key,
            sha256 text,             -- null where not even the bytes could be read
            size integer not null,
            mtime_ns integer not null,
            stage text not null,
            message text not null,
            page integer
        );
        create table pages (
            id text primary key,
            document_id text not null references documents(id) on delete cascade,
            number integer not null,
            width real not null,
            height real not null,
            text text not null,
            text_source text not null,
            picture text,
            unique (document_id, number)
        );
        create table figures (
            id text primary key,
            page_id text not null references pages(id) on delete cascade,
            ordinal integer not null,
            x0 real not null,
            y0 real not null,
            x1 real not null,
            y1 real not null,
            kind text not null,
            caption text not null,
            text text not null,
            heading text not null,   -- JSON array, outermost first
            mentions text not null,  -- JSON array
            label text not null,
            picture text
        );
        create index figures_page on figures(page_id);
        create table passages (      -- their text is pages.text[start:stop]
            id text primary key,
            page_id text not null references pages(id) on delete cascade,
            start integer not null,
            stop integer not null,
            heading text not null
        );
        create index passages_page on passages(page_id);
    """)


@migrations()
def m002_descriptions(db: Database) -> None:
    """What figures show, by each describer, and where a describer failed."""
    db.executescript("""
        create table descriptions (
            figure_id text not null references figures(id) on delete cascade,
            describer text not null,
            prompt_version text not null,
            trust real not null,
            text text not null,
            primary key (figure_id, describer)
        );
        create table description_failures (
            figure_id text not null references figures(id) on delete cascade,
            describer text not null,
            reason text not null,
            attempts integer not null,
            primary key (figure_id, describer)
        );
    """)


@migrations()
def m003_vectors(db: Database) -> None:
    """Vectors, the space of each channel, and how many vectors were ever deleted."""
    db.executescript("""
        create table spaces (
            channel text primary key,
            model text not null,
            weights text not null,
            preprocessing text not null,
            dimension integer not null
        );
        create table vectors (
            id integer primary key autoincrement,  -- never used again: FAISS files refer to it
            channel text not null references spaces(channel),
            item_id text not null,
            document_id text not null references documents(id) on delete cascade,
            stale integer not null default 0,      -- 1: its text changed since
            row blob not null                      -- float32, little endian, unit length
        );
        create unique index vectors_item on vectors(channel, item_id);
        create index vectors_document on vectors(document_id, channel);
        create table deletions (
            channel text primary key,
            vectors integer not null
        );
        create trigger vectors_deleted after delete on vectors begin
            insert into deletions values (old.channel, 1)
            on conflict (channel) do update set vectors = vectors + 1;
        end;
    """)


@migrations()
def m004_words(db: Database) -> None:
    """The keyword channel: passages and figures by their words."""
    db.executescript("""
        create table searchable (
            id integer primary key,
            item_id text not null unique,
            document_id text not null references documents(id) on delete cascade
        );
        create index searchable_document on searchable(document_id);
        create virtual table words using fts5(
            heading, caption, body, tokenize = 'porter unicode61 remove_diacritics 2'
        );
        create trigger searchable_deleted after delete on searchable begin
            delete from words where rowid = old.id;
        end;
    """)


@migrations()
def m005_runs(db: Database) -> None:
    """What happened to the index, and facts about it."""
    db.executescript("""
        create table runs (
            id integer primary key autoincrement,
            started_at text not null,
            finished_at text,
            status text not null,  -- running, done, interrupted, failed
            summary text not null  -- JSON object
        );
        create table settings (
            key text primary key,
            value text not null
        );
    """)


@migrations()
def m006_unfilled(db: Database) -> None:
    """Channels that may lack vectors, so that a run with nothing to do need not look for them."""
    db.executescript("""
        create table unfilled (channel text primary key);
        insert into unfilled values ('image'), ('description'), ('passage');
    """)


@migrations()
def m007_named(db: Database) -> None:
    """Whether a document's title is the name of its file, and follows it."""
    db.execute("alter table documents add column named integer not null default 0")


@migrations()
def m008_epochs(db: Database) -> None:
    """Names of states of the vectors, by which derived files are known to belong to them."""
    db.executescript("""
        create table epochs (
            id integer primary key autoincrement,
            name text not null unique,
            last_id integer not null,  -- highest number of a vector until then
            deleted integer not null   -- vectors deleted until then
        );
    """)


@migrations()
def m009_page_labels(db: Database) -> None:
    """What is printed on a page as its number, or what the file calls it; empty is not known."""
    db.execute("alter table pages add column label text not null default ''")


@migrations()
def m010_checksums(db: Database) -> None:
    """Checksums of texts and vectors; they are filled in once all steps are done."""
    for table in ("documents", "pages", "figures", "passages", "descriptions", "vectors"):
        db.execute(f"alter table {table} add column checksum integer")


@migrations()
def m011_unspaced_words(db: Database) -> None:
    """Chinese and Japanese are searched by bigrams: the words of such texts are set anew."""
    columns = ("heading", "caption", "body")
    for row in list(db.query("select rowid, heading, caption, body from words")):
        found = {name: searchable(row[name]) for name in columns}
        if any(found[name] != row[name] for name in columns):
            db.execute(
                "update words set heading = ?, caption = ?, body = ? where rowid = ?",
                [*found.values(), row["rowid"]],
            )


@migrations()
def m012_grids(db: Database) -> None:
    """Tables as data."""
    db.executescript("""
        create table grids (
            figure_id text primary key references figures(id) on delete cascade,
            reader text not null,
            trust real not null,
            cells text not null,  -- JSON: [row, column, row_end, column_end, text, box, is_header]
            checksum integer
        );
    """)


@migrations()
def m013_continuations(db: Database) -> None:
    """What begins on one page and goes on on a later one; known of what is read from now on."""
    db.executescript("""
        create table continuations (
            page_id text primary key references pages(id) on delete cascade,
            kind text not null,  -- sentence, table
            before_id text not null references pages(id) on delete cascade,
            before_start integer not null,
            before_end integer not null,
            start integer not null,
            "end" integer not null
        );
        create index continuations_before on continuations(before_id);
    """)


@migrations()
def m014_charts(db: Database) -> None:
    """Charts as data. Of a cell, the eighth value is its uncertainty, where it was measured.

    `chart` is JSON: type, [title, scale] of x and of y, series, what was left out.
    """
    db.execute("alter table grids add column chart text not null default ''")
    db.execute("update grids set checksum = null")


@migrations()
def m015_statements(db: Database) -> None:
    """Which pages and tables show a statement; the writer that comes next finds them."""
    db.executescript("""
        create table statements (
            document_id text not null references documents(id) on delete cascade,
            item_id text not null,  -- a page, or a figure with a grid
            kind text not null,
            score real not null,
            primary key (document_id, kind, item_id)
        ) without rowid;
    """)


@migrations()
def m016_graphs(db: Database) -> None:
    """Diagrams as data."""
    db.executescript("""
        create table graphs (
            figure_id text primary key references figures(id) on delete cascade,
            reader text not null,
            trust real not null,
            graph text not null,  -- JSON: [name, box, group] of nodes, edges, what was left out
            checksum integer
        );
    """)


@migrations()
def m017_line_boxes(db: Database) -> None:
    """Where the lines of pages stand; known of what is read from now on."""
    db.executescript("""
        create table line_boxes (
            page_id text primary key references pages(id) on delete cascade,
            boxes text not null,  -- JSON: a box for each line of the page's text, in points
            checksum integer
        );
    """)


@migrations()
def m018_languages(db: Database) -> None:
    """The language of documents, and of passages in another one; the next writer tells them."""
    for table in ("documents", "passages"):
        db.execute(f"alter table {table} add column language text not null default ''")
        db.execute(f"update {table} set checksum = null")
    db.execute("create index passages_language on passages(language) where language <> ''")


@migrations()
def m019_next_vectors(db: Database) -> None:
    """Vectors of another encoder, kept apart until they are complete."""
    db.executescript("""
        create table next_spaces (
            channel text primary key,
            model text not null,
            weights text not null,
            preprocessing text not null,
            dimension integer not null
        );
        create table next_vectors (
            channel text not null references next_spaces(channel) on delete cascade,
            item_id text not null,
            document_id text not null references documents(id) on delete cascade,
            row blob not null,  -- as in vectors
            checksum integer not null,
            primary key (channel, item_id)
        );
        create index next_vectors_document on next_vectors(document_id);
    """)


@migrations()
def m020_page_vectors(db: Database) -> None:
    """Many vectors of each page, for late interaction."""
    db.executescript("""
        create table page_vectors (
            page_id text primary key references pages(id) on delete cascade,
            bits integer not null,  -- of each number: 8 or 1
            count integer not null,
            row blob not null,
            checksum integer not null
        );
    """)


@migrations()
def m021_half_precision(db: Database) -> None:
    """Vectors in half precision. A damaged one stays as it is, and is found damaged.

    FAISS files hold the old rows: without its epoch, each is made anew.
    """
    db.conn.create_function("half", 1, _half, deterministic=True)
    whole = f"checksum is null or checksum is {OF_VECTOR}"
    db.execute(f"update vectors set row = half(row), checksum = null where {whole}")
    db.execute(
        "update next_vectors set row = half(row), checksum = checksum(channel, item_id, half(row)) "
        f"where checksum is {OF_VECTOR}"
    )
    db.execute("delete from epochs")


def _half(row: bytes) -> bytes:
    return np.frombuffer(row, "<f4").astype("<f2").tobytes()


@migrations()
def m022_pictures_on_demand(db: Database) -> None:
    """Whether the pictures of a document are kept, or drawn from its file when they are shown."""
    db.execute("alter table documents add column keeps_pictures integer not null default 1")


@migrations()
def m023_word_versions(db: Database) -> None:
    """Versions of searchable words, and the states of them that an index of words was made of."""
    db.executescript("""
        alter table searchable add column version integer not null default 0;
        create index searchable_version on searchable(version);
        create table word_version (version integer not null);  -- the highest until now
        insert into word_version values (0);
        create table word_states (
            id integer primary key autoincrement,
            name text not null unique,  -- drawn at random
            version integer not null
        );
        create table words_gone (number integer not null);  -- since an index was made of them
        create trigger searchable_inserted after insert on searchable begin
            update word_version set version = version + 1;
            update searchable set version = (select version from word_version) where id = new.id;
        end;
        create trigger searchable_gone after delete on searchable
        when exists (select 1 from word_states) begin
            insert into words_gone values (old.id);
        end;
    """)


@migrations()
def m024_scaled_confidence(db: Database) -> None:
    """A threshold that was tuned for confidences of another scale goes: all would be under it."""
    db.execute(
        "update settings set value = json_set(value, '$.min_score', null) where key = 'tuned'"
    )
