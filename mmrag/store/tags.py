"""Tags of folders and files: a document has those of every path that it lies at or below.

They belong to paths, so that a file that comes to a folder later has its tags, and one that is read
again keeps them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from mmrag.paths import INSIDE, is_below
from mmrag.store.catalog import Catalog


def of_paths(catalog: Catalog) -> Mapping[str, Sequence[str]]:
    """The paths that have each tag."""
    found: dict[str, list[str]] = json.loads(catalog.facts.tags() or "{}")
    return found


def add(catalog: Catalog, paths: Iterable[str], tags: Iterable[str]) -> None:
    """Let paths have tags. The catalog must be open for writing."""
    known = {tag: list(held) for tag, held in of_paths(catalog).items()}
    for tag in tags:
        known[tag] = sorted({*known.get(tag, ()), *paths})
    catalog.facts.set_tags(json.dumps(known, sort_keys=True))


def documents(catalog: Catalog, tags: Iterable[str]) -> list[str]:
    """IDs of the documents that have all of the tags."""
    known, sources = of_paths(catalog), catalog.sources.all()
    found = [
        {
            document
            for path, (_, document) in sources.items()
            if any(_is_at(path, root) for root in known.get(tag, ()))
        }
        for tag in tags
    ]
    return sorted(set.intersection(*found)) if found else []


def _is_at(path: str, root: str) -> bool:
    return is_below(path, root) or path.startswith(root + INSIDE)
