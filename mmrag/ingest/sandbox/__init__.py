"""The pool of worker processes that read files, their limits, and the messages between them."""
