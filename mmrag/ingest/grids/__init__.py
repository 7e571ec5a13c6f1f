"""What tables and charts hold, as data."""
