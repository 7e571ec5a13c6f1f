"""Reads mutations of the sample corpus and of small files of other formats: `make fuzz`.

    python tests/fuzz.py --minutes 5

Whatever a file holds, reading it must end in one event with a reason where there is one to give,
the document must be whole in itself, and the process that asked must live and stay small. A file
that breaks this is kept, and its path is printed; make a test of it.
"""

import argparse
import io
import json
import random
import re
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import small_files
from small_office import Fact, zipped

from mmrag import ids
from mmrag.config import IngestSettings
from mmrag.ingest.events import FileFailed, FileParsed, ParseEvent, ParseTask
from mmrag.ingest.sandbox.pool import parse_files

SAMPLE = Path(__file__).resolve().parents[1] / "corpora" / "sample" / "docs"
SETTINGS = IngestSettings(page_timeout_s=5.0, memory_mb=1024)
OTHERS = small_files.files(Fact("Brina", 300))
OTHERS_SHARE = 0.6  # of the files that are mutated
INSIDE_SHARE = 0.8  # of archives, that are changed in their files alone
BATCH = 24  # files that are read together
NUMBER = re.compile(rb"\d+")
WORDS = (
    b"/Type", b"/Page", b"/Kids", b"/Length", b"/Filter", b"/FlateDecode", b"/DCTDecode", b"/Width",
    b"/Parent", b"/Contents", b"endobj", b"endstream", b"xref", b"<<", b">>", b"[", b"]", b" 0 R",
    b"/Encrypt", b"/ObjStm", b"/XObject", b"/Font", b"/ToUnicode", b"/MediaBox", b"/Rotate 90",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    chance, outcomes = random.Random(options.seed), Counter[str]()
    end, begun = time.monotonic() + 60 * options.minutes, psutil.Process().memory_info().rss
    with tempfile.TemporaryDirectory(prefix="mmrag-fuzz-") as name:
        while time.monotonic() < end:
            files = [mutated(chance, Path(name), at) for at in range(BATCH)]
            outcomes += read(files)
    grown = (psutil.Process().memory_info().rss - begun) / 1e6
    print(f"{outcomes.total()} files: {dict(outcomes)}; this process grew by {grown:.0f} MB")


def mutated(chance: random.Random, folder: Path, at: int) -> Path:
    """A file of the sample corpus, or a small one of another format, after a few mutations."""
    if chance.random() < OTHERS_SHARE:
        name, data = chance.choice(sorted(OTHERS.items()))
        source = Path(name)
    else:
        source = chance.choice(sorted(SAMPLE.iterdir()))
        data = source.read_bytes()
    own = (inside,) if data.startswith(b"PK") and chance.random() < INSIDE_SHARE else MUTATIONS
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        data = chance.choice(own)(data, chance)
    path = folder / f"{at}{source.suffix}"
    path.write_bytes(data)
    return path


def flip(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) or 1)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) or 1)]


def without(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) or 1)
    return data[:at] + data[at + chance.choice((1, 10, 1000)) :]


def doubled(data: bytes, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data) or 1), chance.choice((10, 1000, 10_000))
    return data[:at] + data[at : at + size] + data[at:]


def numbered(data: bytes, chance: random.Random) -> bytes:
    """Another number in the place of one: a length, a reference, a size."""
    found = list(NUMBER.finditer(data))
    if not found:
        return data
    place = chance.choice(found)
    number = chance.choice((b"0", b"1", b"-1", b"99999999", b"2147483648", b"4", b"1e99"))
    return data[: place.start()] + number + data[place.end() :]


def worded(data: bytes, chance: random.Random) -> bytes:
    """A word of PDF where another stood, or where none did."""
    word, other = chance.sample(WORDS, 2)
    if word in data:
        return data.replace(word, other, chance.choice((1, 1, -1)))
    at = chance.randrange(len(data) or 1)
    return data[:at] + word + data[at:]


def inside(data: bytes, chance: random.Random) -> bytes:
    """A change to one file of an archive, which stays whole: else its checksum ends the reading."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {item.filename: archive.read(item) for item in archive.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error):
        return data
    if members:
        name = chance.choice(sorted(members))
        members[name] = chance.choice(MUTATIONS[:-1])(members[name], chance)
    return zipped(members)


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flip, flip, cut, without, doubled, numbered, numbered, worded, inside,
)  # fmt: skip


def read(files: list[Path]) -> Counter[str]:
    """How the files ended. Raises `AssertionError` where one breaks what is promised."""
    tasks = [task(path) for path in files]
    ends: dict[Path, ParseEvent] = {}
    start = time.monotonic()
    for event in parse_files(tasks, SETTINGS, None, lambda _: None):
        if isinstance(event, FileParsed | FileFailed):
            with kept(event.path):
                assert event.path not in ends, "two ends"
                ends[event.path] = event
                check(event)
    missing = [path for path in files if path not in ends]
    assert not missing, f"no end: {missing}"
    assert time.monotonic() - start < 60 * len(files), "took longer than its limits"
    return Counter(
        event.document.document.status if isinstance(event, FileParsed) else "failed"
        for event in ends.values()
    )


def task(path: Path) -> ParseTask:
    sha256 = ids.file_sha256(path)
    name = ids.document_id(sha256)
    return ParseTask(path, sha256, name, unpack_to=path.with_suffix(".unpacked"))


def check(event: FileParsed | FileFailed) -> None:
    """Whether an outcome is whole in itself."""
    if isinstance(event, FileFailed):
        assert event.problem.message.strip(), "failed without a reason"
        return
    parsed = event.document
    document = parsed.document
    assert document.status == "ok" or document.problems, "in part without a reason"
    assert [page.number for page in parsed.pages] == list(range(1, len(parsed.pages) + 1))
    texts = {page.id: page.text for page in parsed.pages}
    sides = {page.id: max(page.width, page.height) for page in parsed.pages}
    names = [item.id for item in (*parsed.pages, *parsed.figures, *parsed.passages)]
    assert len(names) == len(set(names)), "an ID twice"
    for passage in parsed.passages:
        whole = texts[passage.page_id]
        assert 0 <= passage.start < passage.end <= len(whole), "a passage beyond its page"
    for figure in parsed.figures:
        assert figure.page_id in texts, "a figure of no page"
        most = max(1e6, 2 * sides[figure.page_id])  # points: some pages say that they are larger
        assert all(abs(value) < most for value in figure.bbox), "a box beyond its page"
    json.dumps([document.title, dict(document.metadata), *texts.values()]).encode("utf-8")


@contextmanager
def kept(path: Path) -> Iterator[None]:
    """Keep the file where a check fails."""
    try:
        yield
    except AssertionError:
        copy = Path(tempfile.gettempdir()) / f"mmrag-find-{time.time_ns()}{path.suffix}"
        copy.write_bytes(path.read_bytes())
        print(f"kept: {copy}")
        raise


if __name__ == "__main__":
    main()
