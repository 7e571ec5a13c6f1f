"""The languages of what is in an index already: told anew, and whether its encoder knows them."""

import re

from mmrag.channels import PASSAGE
from mmrag.store.checksums import Checksums
from mmrag.store.documents import Documents
from mmrag.store.passages import Passages
from mmrag.store.session import Session
from mmrag.store.vectors import Vectors
from mmrag.store.words import Words
from mmrag.text import languages
from mmrag.text.function_words import ENGLISH

_OF_ENGLISH = re.compile(r"all-(?:minilm|mpnet|distilroberta)|[-_]en(?:glish)?\b", re.IGNORECASE)
"""How encoders are called that were trained on English alone."""


def tell(session: Session, passages: Passages, words: Words, checksums: Checksums) -> None:
    """Tell the language of each document and passage; words are set anew where one has forms.

    In a transaction.
    """
    for row in session.execute("select id, language from documents").fetchall():
        document, before = row["id"], row["language"]
        held = passages.of_document(document)
        main, own = languages.of_document([passage.text for passage in held])
        session.execute(
            "update documents set language = ?, checksum = null where id = ?", [main, document]
        )
        session.execute_many(
            "update passages set language = :language, checksum = null where id = :id",
            (
                {"id": passage.id, "language": language}
                for passage, language in zip(held, own, strict=True)
                if passage.language != language
            ),
        )
        if {main, before, *own} - {"", ENGLISH}:
            words.rebuild(words.of_document(document))
        checksums.seal(document)


def note(documents: Documents, vectors: Vectors) -> str:
    """What to say where most documents are in languages that the encoder of an index knows not."""
    space = vectors.spaces().get(PASSAGE.name)
    if space is None or not _OF_ENGLISH.search(space.model):
        return ""
    counts = documents.by_language()
    told = sum(counts.values()) - counts.get("", 0)
    others = told - counts.get(ENGLISH, 0)
    if 2 * others <= told:
        return ""
    return (
        f"{others} of {told} documents are not in English, which is all that {space.model} knows: "
        "they are found by their words; `--profile multilingual` brings an encoder of their "
        "languages, by `mmrag models pull` and `mmrag index --reencode`"
    )
