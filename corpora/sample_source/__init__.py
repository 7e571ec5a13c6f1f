"""The documents of the sample corpus: each module draws one and records its truth."""
