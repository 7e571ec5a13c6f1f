"""Where the words of an index are searched: the one place that knows who finds words.

They are loaded where they are asked for, and nowhere else.
"""

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
