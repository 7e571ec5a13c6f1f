"""The tokens of a sentence-transformers folder of BERT, and how many of them the model reads."""

import json
from pathlib import Path

from tokenizers import Tokenizer

from mmrag.backends.pieces import pieces


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

    def in_parts(self, text: str) -> list[list[int]]:
        """Token numbers, [CLS] and [SEP] around them, of `pieces` that the model reads whole."""
        read: dict[str, list[int]] = {}

        def fits(part: str) -> bool:
            read[part] = self._tokens(part)
            return len(read[part]) <= self.limit

        return [read.get(part) or self._tokens(part) for part in pieces(text, fits)]

    def _tokens(self, text: str) -> list[int]:
        [encoding] = self._tokenizer.encode_batch_fast([text])  # without their places in the text
        found: list[int] = encoding.ids
        return found
