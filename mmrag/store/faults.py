"""What puts right the faults that a check finds."""

REPAIR = "`mmrag check --repair` puts it right"
READ_AGAIN = "`mmrag check --repair`, then `mmrag index` with the document's folder, reads it again"
UNREACHED = "nothing was changed there: see that the place answers, and check again"
DESCRIBE_AGAIN = "`mmrag check --repair`, then `mmrag index` or `mmrag describe`, makes it again"
