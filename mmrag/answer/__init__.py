"""Evidence into an answer with validated citations."""
