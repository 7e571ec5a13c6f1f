"""Batches of texts and images into vectors."""
