"""The tokens of a sentence-transformers folder of BERT, and how many of them the model reads."""

import json
from pathlib import Path

from tokenizers import Tokenizer


class WordPieces:
    """Texts to numbers of tokens, without truncation or padding.

    Raises `OSError`, `ValueError` or `KeyError` where a file is absent or not as it should be.
    """

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        limits = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
        self.limit = int(limits.get("max_seq_length") or config["max_position_embeddings"])
        path = folder / "tokenizer.json"
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises nothing narrower
            raise ValueError(f"{path}: {error}") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def fits(self, text: str) -> bool:
        """Whether the model reads all of `text`."""
        return len(self._tokenizer.encode(text).ids) <= self.limit

    def of(self, text: str) -> list[int]:
        """Token numbers, [CLS] and [SEP] around them. Raises `ValueError` where it does not fit."""
        ids: list[int] = self._tokenizer.encode(text).ids
        if len(ids) > self.limit:
            raise ValueError(f"{len(ids)} tokens, but the model reads {self.limit}")
        return ids
