"""A question into ranked pages and figures."""
