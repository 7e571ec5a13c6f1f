"""Answers computed from the cells of tables: reading a question, finding cells, doing the sum."""
