"""The same calls, with known truth."""
