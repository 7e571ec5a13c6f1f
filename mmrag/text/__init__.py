"""Words of any stage: what is one idea of language is written once, here."""
