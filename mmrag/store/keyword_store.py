"""Where the words of an index are searched: the one place that knows who finds words.

They are loaded where they are asked for, and nowhere else.
"""

import shutil

from mmrag.config import StoreSettings
from mmrag.errors import UsageError
from mmrag.store.full_text import Fts5, FullText
from mmrag.store.layout import IndexLayout
from mmrag.store.session import Session


def open_full_text(session: Session, layout: IndexLayout, settings: StoreSettings) -> FullText:
    """Who finds words by some settings. Raises `UsageError` without the package it needs."""
    if settings.keywords == "fts5":
        return Fts5(session)
    try:
        from mmrag.store.tantivy_words import TantivyWords
    except ImportError as error:
        raise UsageError(
            f"[store] keywords = 'tantivy' needs a package that is not there ({error}): "
            "pip install 'mmrag[tantivy]'"
        ) from error
    return TantivyWords(session, layout)


def publish(session: Session, layout: IndexLayout, settings: StoreSettings) -> None:
    """Let who finds words by some settings take up what changed; what another one held goes."""
    open_full_text(session, layout, settings).publish()
    folder = layout.engine("tantivy")
    if settings.keywords == "fts5" and folder.is_dir():
        with session.transaction():
            for table in ("word_states", "words_gone"):
                session.execute(f"delete from {table}")
        shutil.rmtree(folder)


def held(layout: IndexLayout, settings: StoreSettings) -> StoreSettings:
    """The settings by which the words of an index are checked: what is there beside it counts."""
    if not layout.engine("tantivy").is_dir():
        return settings
    return settings.model_copy(update={"keywords": "tantivy"})
