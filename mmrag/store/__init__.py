"""The index on disk: SQLite is the truth, FAISS and pictures are derived or named by content."""

import sys

if "pandas" not in sys.modules:
    # sqlite-utils loads pandas where that is installed, for types of columns that no table here
    # has: 0.35 s of a processor, a fifth of a question from a cold start
    sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        import sqlite_utils as sqlite_utils
    finally:
        del sys.modules["pandas"]
