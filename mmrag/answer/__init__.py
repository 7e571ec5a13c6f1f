"""Answers from evidence, with citations that are checked."""
