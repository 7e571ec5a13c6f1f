"""Indexes as they were before a migration."""

from sqlite_utils import Database


def forget_languages(db: Database) -> None:
    """Take out what the migration of languages made; that it was made stays noted."""
    db.execute("drop index passages_language")
    for table in ("documents", "passages"):
        db.execute(f"alter table {table} drop column language")
