"""The text of a page: reading order, lines, headings, passages, mentions, OCR."""
