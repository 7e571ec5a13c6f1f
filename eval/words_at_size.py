"""Who finds words, at size, without a database around them: `eval/SCALE.md` has what came out.

    python eval/words_at_size.py --count 1000000
    python eval/words_at_size.py --count 20000 --engines fts5 milvus

Passages and questions are those of `eval/scale.py words`. Each has its words as they are drawn,
stemmed by FTS5 alone, which the questions' words are not changed by. Times are processor times, but
for "clock".
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from bench import folder_bytes, machine
from scale import DEPTH, KEYWORDS, PER_DOCUMENT, QUESTIONS, WORDS, frequencies

from mmrag.store import keyword_store
from mmrag.store.keywords import quoted
from mmrag.store.layout import IndexLayout
from mmrag.store.word_engine import WordRow
from mmrag.text import function_words

AT_ONCE = 50  # documents in one transaction
ASKED = 10  # questions of each kind
ADDED = 20  # passages of one document more

Search = Callable[[Sequence[str]], object]
Add = Callable[[int, list[str]], None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1_000_000, help="passages")
    parser.add_argument("--engines", nargs="*", default=KEYWORDS[:3], choices=KEYWORDS)
    options = parser.parse_args()
    print(f"machine: {machine()}; {options.count} passages", flush=True)
    shares = frequencies()
    plain = [word for word in shares if word not in function_words.of(["en"]) and len(word) > 2]
    for name in options.engines:
        with tempfile.TemporaryDirectory(prefix="mmrag-words-") as folder:
            began, clock = time.process_time(), time.monotonic()
            fill = fts5 if name == "fts5" else partial(by_engine, name)
            search, add = fill(Path(folder), passages(shares, options.count))
            took, clock = time.process_time() - began, time.monotonic() - clock
            print(
                f"{name}: filled in {took:.0f} s ({clock:.0f} s clock), "
                f"{folder_bytes(Path(folder)) / 1e6:.0f} MB",
                flush=True,
            )
            first = timed(partial(search, plain[:1]))
            print(f"first search {first:.0f} ms", flush=True)
            for kind, ranks in QUESTIONS.items():
                asked = [[plain[rank + at] for rank in ranks] for at in range(ASKED)]
                took = [timed(partial(search, own)) for own in asked]
                print(
                    f"{kind:<26} p50 {statistics.median(took):.1f} ms, worst {max(took):.1f} ms",
                    flush=True,
                )
            more = next(passages(shares, PER_DOCUMENT))[:ADDED]
            print(f"one document more: {timed(partial(add, options.count + 1, more)):.0f} ms")


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


def fts5(folder: Path, texts: Iterator[list[str]]) -> tuple[Search, Add]:
    db = sqlite3.connect(folder / "words.db")
    db.execute("pragma synchronous = off")
    columns = "heading, caption, body, tokenize = 'porter unicode61 remove_diacritics 2'"
    db.execute(f"create virtual table words using fts5({columns})")

    def add(_: int, part: list[str]) -> None:
        db.executemany("insert into words values ('', '', ?)", [(text,) for text in part])
        db.commit()

    for part in texts:
        add(0, part)
    sql = "select rowid, rank from words where words match ? order by rank limit ?"
    return lambda asked: db.execute(sql, [" OR ".join(map(quoted, asked)), DEPTH]).fetchall(), add


def by_engine(name: str, folder: Path, texts: Iterator[list[str]]) -> tuple[Search, Add]:
    engine = keyword_store.engine(IndexLayout(folder), name)
    engine.make("words")

    def add(first: int, part: list[str]) -> None:
        numbers = range(first, first + len(part))
        documents = [f"{number // PER_DOCUMENT:016x}" for number in numbers]
        rows = zip(numbers, numbers, documents, part, strict=True)
        engine.add("words", [WordRow(*row) for row in rows])

    def add_one(first: int, part: list[str]) -> None:
        add(first, part)
        engine.settle("words")

    count = 1
    for part in texts:
        add(count, part)
        count += len(part)
    engine.settle("words")
    return lambda asked: engine.best("words", [[word] for word in asked], DEPTH), add_one


def timed(done: Callable[[], object]) -> float:
    """Milliseconds of processor time."""
    began = time.process_time()
    done()
    return 1000 * (time.process_time() - began)


if __name__ == "__main__":
    main()
