"""Which documents a filter means: by their names, and by the tags of where they lie."""

from collections.abc import Sequence

from mmrag.errors import UsageError
from mmrag.store import tags as store_tags
from mmrag.store.catalog import Catalog


def documents(catalog: Catalog, names: Sequence[str], tags: Sequence[str]) -> tuple[str, ...]:
    """IDs of the documents that have one of the names and all of the tags; empty for no filter.

    `names` are IDs, beginnings of IDs or name patterns. Raises `UsageError` where one of them fits
    no document, for a tag that nothing has, and where nothing is left.
    """
    named: dict[str, None] = {}
    for name in names:
        found = catalog.documents.resolve(name)
        if not found:
            raise unknown(name)
        named.update(dict.fromkeys(found))
    if not tags:
        return tuple(named)
    tagged = _tagged(catalog, tags)
    both = [item for item in named or tagged if item in tagged]
    if not both:
        raise UsageError("no document matches --doc and has every --tag")
    return tuple(both)


def unknown(name: str) -> UsageError:
    """The error for a name that no document has."""
    return UsageError(f"no document matches {name!r}: `mmrag status --documents` lists them")


def _tagged(catalog: Catalog, tags: Sequence[str]) -> list[str]:
    known = store_tags.of_paths(catalog)
    for tag in tags:
        if tag not in known:
            told = f"the tags are {', '.join(sorted(known))}" if known else "there are none"
            raise UsageError(f"no tag {tag!r} in this index: {told}")
    found = store_tags.documents(catalog, tags)
    if not found:
        raise UsageError(f"no document has every tag: {', '.join(tags)}")
    return found
