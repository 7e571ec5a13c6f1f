"""Statements: kinds of tables told by their rows, their accounts, and the ratios made of them."""
