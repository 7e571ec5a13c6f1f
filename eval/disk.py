"""Where the bytes of an index go, part by part, in kB a page.

python eval/disk.py indexes/default
"""

import sqlite3
import sys
from collections import Counter
from pathlib import Path

from mmrag.store.status import folder_bytes


def main(root: Path) -> None:
    with sqlite3.connect(f"file:{root / 'index.db'}?mode=ro", uri=True) as db:
        [(pages,)] = db.execute("select count(*) from pages")
        parts = Counter(dict(db.execute(_TABLES)))
        [(free,)] = db.execute("select freelist_count * page_size from "
                               "pragma_freelist_count, pragma_page_size")  # fmt: skip
    parts["free pages of the database"] = free
    for folder in ("vectors", "pictures"):
        parts[f"{folder}/"] = folder_bytes(root / folder)
    print(f"| part ({pages} pages) | kB a page |\n|---|---|")
    for name, size in parts.most_common():
        if size / pages >= 50:
            print(f"| {name} | {size / pages / 1e3:.1f} |")
    print(f"| all | {sum(parts.values()) / pages / 1e3:.1f} |")


_TABLES = """
select coalesce(m.tbl_name, d.name) as part, sum(d.pgsize) as size
from dbstat d left join sqlite_master m on m.name = d.name group by part
"""
"""Each table with its indexes; those of the words are FTS5's own."""

if __name__ == "__main__":
    main(Path(sys.argv[1]))
