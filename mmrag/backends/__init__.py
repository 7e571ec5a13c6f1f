"""One file per library or server; nothing else imports them."""
