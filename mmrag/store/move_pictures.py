"""Moves the pictures of an index to another place: they are copied, compared, and kept there.

What is interrupted leaves the index with the place that it had, and what was copied is not copied
again.
"""

import time

from mmrag.errors import IndexUnusable, UsageError
from mmrag.reports import PicturesMoved
from mmrag.store import picture_place
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.store.pictures import READ_AT_ONCE, PictureStore

HERE = "index"
"""What the folder of the index itself is called as a place."""


def move(layout: IndexLayout, wanted: str) -> PicturesMoved:
    """Keep pictures at another place, and remove them where they were.

    Those that are lost or damaged are counted and left out. Raises `UsageError` for a place that
    cannot be, `IndexLocked`, and `IndexUnusable` where a place takes no files or lost some.
    """
    started = time.monotonic()
    with Catalog.open(layout, write=True) as catalog:
        before = picture_place.kept(catalog)
        place = None if wanted == HERE else picture_place.of(catalog, wanted)
        if place is None:
            after = PictureStore(layout)
        else:
            place.check()
            after = PictureStore(layout, place.files())
        live = set(catalog.picture_hashes())
        lost = 0 if after.place == before.place else _copy(before, after, live)
        there = live & set(after.stored())
        if len(there) + lost < len(live):
            raise IndexUnusable(f"{after.place}: lost pictures that it took: try again")
        if place is None:
            catalog.facts.set_pictures(None)
        else:
            place.note(catalog)
        catalog.checkpoint()
        notes = () if after.place == before.place else _left_in(before)
    return PicturesMoved(
        str(layout.root), before.place, after.place, len(there), lost,
        round(time.monotonic() - started, 3), notes,
    )  # fmt: skip


def _copy(before: PictureStore, after: PictureStore, live: set[str]) -> int:
    """Copy what is not there yet; how many could not be read."""
    lost = 0
    lacking = sorted(live - set(after.stored()))
    for number, (_, picture) in enumerate(before.pictures(lacking), start=1):
        if isinstance(picture, UsageError):
            lost += 1
        else:
            after.save(picture)
        if number % READ_AT_ONCE == 0:
            after.sync()
    after.sync()
    return lost


def _left_in(before: PictureStore) -> tuple[str, ...]:
    """Remove what the place before has of this index; what is left there, and why."""
    if not before.owns:
        return (f"those in {before.place} stay there: they are of another index",)
    try:
        before.remove_orphans(())
    except IndexUnusable as error:
        return (f"those in {before.place} stay there: {error}",)
    return ()
