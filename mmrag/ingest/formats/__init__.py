"""One file a format, and the table of them: what a file is told by, and who opens it."""
