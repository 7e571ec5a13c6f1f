"""What a figure shows, in words."""
