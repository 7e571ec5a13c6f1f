"""Indexes as they were before a migration."""

import numpy as np
from sqlite_utils import Database


def forget_languages(db: Database) -> None:
    """Take out what the migration of languages made; that it was made stays noted."""
    db.execute("drop index passages_language")
    for table in ("documents", "passages"):
        db.execute(f"alter table {table} drop column language")


def forget_next_vectors(db: Database) -> None:
    """Take out the tables of vectors that come next; that they were made stays noted."""
    for table in ("next_vectors", "next_spaces"):
        db.execute(f"drop table {table}")


def forget_page_vectors(db: Database) -> None:
    """Take out the table of vectors of pages; that it was made stays noted."""
    db.execute("drop table page_vectors")


def forget_half_precision(db: Database) -> None:
    """Vectors in float32, as they were; that they were changed stays noted."""
    for number, row in db.execute("select id, row from vectors").fetchall():
        single = np.frombuffer(row, "<f2").astype("<f4").tobytes()
        db.execute("update vectors set row = ?, checksum = null where id = ?", [single, number])


def forget_pictures_on_demand(db: Database) -> None:
    """All pictures are kept; that they need not be stays noted."""
    db.execute("alter table documents drop column keeps_pictures")


def forget_word_versions(db: Database) -> None:
    """Take out versions of words and what they are told by; that it was made stays noted."""
    for trigger in ("searchable_inserted", "searchable_gone"):
        db.execute(f"drop trigger {trigger}")
    db.execute("drop index searchable_version")
    db.execute("alter table searchable drop column version")
    for table in ("word_version", "word_states", "words_gone"):
        db.execute(f"drop table {table}")
