"""What the tools of MCP tell: short, and how to get more."""

import json
import sys

from mmrag.contract import Json
from mmrag.types import Hit

LONGEST_SNIPPET = 240  # characters; all of these were chosen by hand
MOST_ENTRIES = 100  # headings and figures of an outline
MOST_ROWS = 100  # of a table


def as_json(value: object) -> str:
    """As an agent reads it."""
    return json.dumps(value, ensure_ascii=False)


def shortened(text: str, most: int) -> str:
    """A text of at most so many characters, which says how many are left out."""
    left = len(text) - most
    return f"{text[:most]}\n[{left} more characters are left out]" if left > 0 else text


def hit(found: Hit) -> Json:
    """A hit of a search."""
    return {
        "image_id": found.image_id,
        "kind": found.kind,
        "document": found.document,
        "page": found.page,
        "caption": found.caption[:LONGEST_SNIPPET],
        "snippet": found.snippet[:LONGEST_SNIPPET],
        "score": round(found.score, 3),
    }


def outline(told: Json, pages: range) -> Json:
    """What stands on some pages of a document, in whole pages, as far as one reply holds."""
    entries = sorted(
        item["page"] for item in (*told["headings"], *told["figures"]) if item["page"] in pages
    )
    last = entries[MOST_ENTRIES - 1] if len(entries) > MOST_ENTRIES else sys.maxsize
    held = range(pages.start, min(pages.stop, last + 1))
    found = {key: told[key] for key in ("id", "title", "pages")}
    for key in ("headings", "figures"):
        found[key] = [item for item in told[key] if item["page"] in held]
    if held.stop < pages.stop and held.stop <= told["pages"]:
        found["more"] = f"outline with pages='{held.stop}-'"
    return found


def table(told: Json, start: int) -> Json:
    """A table as JSON from one row on, as far as one reply holds; a diagram as it is."""
    if "cells" not in told:
        return told
    end = start + MOST_ROWS
    cells = [cell for cell in told["cells"] if start <= cell["row"] < end]
    is_all = all(cell["row"] < end for cell in told["cells"])
    more = {} if is_all else {"more": f"table with start={end}"}
    return {**told, "rows": told["rows"][start:end], "cells": cells, **more}


def table_text(caption: str, text: str, start: int) -> str:
    """The lines of a table from one on, as far as one reply holds."""
    lines, end = text.splitlines(), start + MOST_ROWS
    more = f"\n[{len(lines) - end} more lines: start={end}]" if len(lines) > end else ""
    return "\n".join([caption, *lines[start:end]]).strip() + more
