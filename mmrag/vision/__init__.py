"""One picture at a time."""
