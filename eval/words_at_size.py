"""FTS5 and tantivy at size, without a database around them: `eval/SCALE.md` has what came out.

    python eval/words_at_size.py --count 1000000

Passages and questions are those of `eval/scale.py words`. Each has its words as they are drawn,
stemmed by FTS5 alone, which the questions' words are not changed by. Times are processor times.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import tantivy
from bench import machine
from scale import DEPTH, PER_DOCUMENT, QUESTIONS, WORDS, frequencies
from tantivy import Occur, Query

from mmrag.store.keywords import quoted
from mmrag.text import function_words

AT_ONCE = 50  # documents in one transaction
ASKED = 10  # questions of each kind

Search = Callable[[Sequence[str]], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1_000_000, help="passages")
    options = parser.parse_args()
    print(f"machine: {machine()}; {options.count} passages", flush=True)
    shares = frequencies()
    plain = [word for word in shares if word not in function_words.of(["en"]) and len(word) > 2]
    for name, fill in (("fts5", fts5), ("tantivy", with_tantivy)):
        with tempfile.TemporaryDirectory(prefix="mmrag-words-") as folder:
            began = time.process_time()
            search = fill(Path(folder), passages(shares, options.count))
            print(f"{name}: filled in {time.process_time() - began:.0f} s", flush=True)
            for kind, ranks in QUESTIONS.items():
                took = [timed(search, [plain[rank + at] for rank in ranks]) for at in range(ASKED)]
                print(f"{kind:<26} p50 {statistics.median(took):.1f} ms, worst {max(took):.1f} ms")


def passages(shares: dict[str, float], count: int) -> Iterator[list[str]]:
    """The texts of the passages, some documents of them at once."""
    vocabulary, share = np.array(list(shares)), np.array(list(shares.values()))
    for first in range(0, count // PER_DOCUMENT, AT_ONCE):
        texts: list[str] = []
        for number in range(first, min(first + AT_ONCE, count // PER_DOCUMENT)):
            draw = np.random.default_rng(number)
            drawn = draw.choice(len(share), (PER_DOCUMENT, WORDS), p=share)
            texts += [" ".join(vocabulary[own]) for own in drawn]
        yield texts


def fts5(folder: Path, texts: Iterator[list[str]]) -> Search:
    db = sqlite3.connect(folder / "words.db")
    db.execute("pragma synchronous = off")
    columns = "heading, caption, body, tokenize = 'porter unicode61 remove_diacritics 2'"
    db.execute(f"create virtual table words using fts5({columns})")
    for part in texts:
        db.executemany("insert into words values ('', '', ?)", [(text,) for text in part])
        db.commit()
    sql = "select rowid, rank from words where words match ? order by rank limit ?"
    return lambda asked: db.execute(sql, [" OR ".join(map(quoted, asked)), DEPTH]).fetchall()


def with_tantivy(folder: Path, texts: Iterator[list[str]]) -> Search:
    made = tantivy.SchemaBuilder()
    made.add_text_field("text", tokenizer_name="whitespace", index_option="position")
    schema = made.build()
    index = tantivy.Index(schema, str(folder))
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    for part in texts:
        for text in part:
            writer.add_document(tantivy.Document(text=text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(asked: Sequence[str]) -> object:
        words = [(Occur.Should, Query.term_query(schema, "text", word, "freq")) for word in asked]
        return searcher.search(Query.boolean_query(words), DEPTH, count=False)

    return search


def timed(search: Search, asked: Sequence[str]) -> float:
    """Milliseconds of processor time."""
    began = time.process_time()
    search(asked)
    return 1000 * (time.process_time() - began)


if __name__ == "__main__":
    main()
