"""Where the words of an index are searched: the one place that knows who finds words.

They are loaded where they are asked for, and nowhere else.
"""

import shutil
from contextlib import suppress
from typing import get_args

from mmrag.config import StoreSettings, WordEngineName
from mmrag.errors import IndexUnusable, UsageError
from mmrag.store.derived_words import DerivedWords, read_held
from mmrag.store.engine import check_reachable, place_of
from mmrag.store.full_text import Fts5, FullText
from mmrag.store.layout import IndexLayout
from mmrag.store.session import Session
from mmrag.store.word_engine import WordEngine

_ENGINES: tuple[WordEngineName, ...] = get_args(WordEngineName)


def open_full_text(session: Session, layout: IndexLayout, settings: StoreSettings) -> FullText:
    """Who finds words by some settings. Raises `UsageError` without the package it needs."""
    if settings.keywords == "fts5":
        return Fts5(session)
    return _derived(session, layout, settings.keywords, settings.words_uri, settings.token_env)


def publish(session: Session, layout: IndexLayout, settings: StoreSettings) -> None:
    """Let who finds words by some settings take up what changed; what another one held goes.

    Where the place of another one does not answer, the next run tries again.
    """
    for name in _ENGINES:
        held = read_held(layout.engine(name))
        if held is not None and (name, held.uri) != (settings.keywords, settings.words_uri):
            with suppress(IndexUnusable, UsageError):
                _derived(session, layout, name, held.uri, held.token_env).remove()
    if settings.keywords != "tantivy":
        shutil.rmtree(layout.engine("tantivy"), ignore_errors=True)
    if settings.keywords == "fts5":
        with session.transaction():
            for table in ("word_states", "words_gone"):
                session.execute(f"delete from {table}")
    open_full_text(session, layout, settings).publish()


def held(layout: IndexLayout, settings: StoreSettings) -> StoreSettings:
    """The settings by which the words of an index are checked: what is there beside it counts."""
    for name in _ENGINES:
        found = read_held(layout.engine(name))
        if found is not None and found.name:
            own = {"keywords": name, "uri": found.uri, "token_env": found.token_env}
            return settings.model_copy(update={**own, "vectors": "faiss"})
    return settings


def _derived(
    session: Session, layout: IndexLayout, name: WordEngineName, uri: str, token_env: str
) -> DerivedWords:
    try:
        opened = engine(layout, name, uri, token_env)
    except ImportError as error:
        raise UsageError(
            f"[store] keywords = {name!r} needs a package that is not there ({error}): "
            f"pip install 'mmrag[{name}]'"
        ) from error
    return DerivedWords(session, layout, opened, uri, token_env)


def engine(
    layout: IndexLayout, name: WordEngineName, uri: str = "", token_env: str = ""
) -> WordEngine:
    """What finds words by a name, for an index. Raises `ImportError` without its package."""
    check_reachable("[store] uri", uri)
    place = place_of(name, uri, layout)
    if name == "tantivy":
        from mmrag.store.tantivy_words import TantivyWords

        return TantivyWords(place)
    if name == "lancedb":
        from mmrag.store.lancedb_words import LanceWords

        return LanceWords(place)
    from mmrag.store.milvus_words import MilvusWords

    return MilvusWords(place, token_env)
