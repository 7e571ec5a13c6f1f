"""The index on disk: SQLite is the truth, FAISS and pictures are derived or named by content."""
