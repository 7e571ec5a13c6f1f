"""Files into an index: the indexing run, and what is added to an index later."""
