"""What every engine keeps to: the pool of this machine, and readers of a cluster."""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pymupdf
import pytest

from mmrag import ids
from mmrag.config import IngestSettings, Settings
from mmrag.ingest.events import FileCounted, FileFailed, FileParsed, PageParsed, ParseTask
from mmrag.models import Models
from mmrag.pipeline.engine import RunEngine
from mmrag.pipeline.engines import engine as engine_named
from mmrag.types import Problem

PASSWORD = "open sesame"


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secrets") / "passwords"
    path.write_text(f"{PASSWORD}\n")
    return path


@pytest.fixture(scope="module")
def models() -> Iterator[Models]:
    with Models(Settings.model_validate({"ocr": {"engine": "none"}})) as models:
        yield models


@pytest.fixture(scope="module", params=["local", "ray"])
def engine(request: pytest.FixtureRequest, secrets: Path, models: Models) -> Iterator[RunEngine]:
    ingest = IngestSettings(workers=2, password_file=str(secrets))
    with pytest.MonkeyPatch.context() as patched:
        if request.param == "ray":
            request.getfixturevalue("ray_cluster")
            from mmrag.pipeline import ray_engine

            # as on several machines, or this process would encode
            patched.setattr(ray_engine, "_is_of_this_machine", lambda: False)
        with engine_named(request.param)(ingest, models) as opened:
            yield opened


@pytest.fixture
def pdf(tmp_path: Path) -> Callable[..., Path]:
    """Write a PDF of pages with a line of text and a drawn square each."""

    def write(name: str, pages: int, password: str = "") -> Path:
        with pymupdf.open() as document:
            for number in range(1, pages + 1):
                page = document.new_page(width=300, height=200)
                page.insert_text((20, 40), f"Page {number} of {name} tells of towers.")
                page.draw_rect((100, 80, 160, 140), fill=(0, 0, 1))
            options = {"encryption": pymupdf.PDF_ENCRYPT_AES_256, "user_pw": password}
            document.save(tmp_path / name, **(options if password else {}))
        return tmp_path / name

    return write


def task(path: Path, **changes: object) -> ParseTask:
    sha256 = ids.file_sha256(path)
    return ParseTask(path, sha256, ids.document_id(sha256), **changes)


def read(engine: RunEngine, *tasks: ParseTask) -> tuple[list, list]:
    """The events, and the pictures that were saved, each with how many events came before it."""
    events, pictures = [], []
    with closing(
        engine.parse(tasks, lambda picture: pictures.append((picture, len(events))))
    ) as told:
        for event in told:
            events.append(event)
    return events, pictures


def test_each_file_ends_in_one_event_after_its_pages_in_order(engine, pdf, tmp_path):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and no more")
    tasks = [task(pdf("a.pdf", 3)), task(pdf("b.pdf", 2)), task(broken)]
    events, _ = read(engine, *tasks)
    for wanted, pages in zip(tasks, (3, 2, 0), strict=True):
        own = [e for e in events if e.path == wanted.path and not isinstance(e, FileCounted)]
        assert [e.page for e in own[:-1]] == list(range(1, pages + 1))
        assert all(isinstance(e, PageParsed) and e.page_count == pages for e in own[:-1])
        assert isinstance(own[-1], FileParsed if pages else FileFailed)
        assert own[-1].document.document.id == wanted.document_id if pages else own[-1].problem


def test_pages_are_counted_before_the_first_is_read(engine, pdf):
    events, _ = read(engine, task(pdf("a.pdf", 3)), task(pdf("b.pdf", 2)))
    counted = [e for e in events if isinstance(e, FileCounted)]
    assert events[:2] == counted
    assert sorted(e.page_count for e in counted) == [2, 3]


def test_a_single_file_is_not_counted(engine, pdf):
    events, _ = read(engine, task(pdf("a.pdf", 2)))
    assert [type(e) for e in events] == [PageParsed, PageParsed, FileParsed]


def test_pictures_are_saved_before_the_event_of_their_file(engine, pdf):
    events, pictures = read(engine, task(pdf("a.pdf", 3)))
    pages = events[-1].document.pages
    assert {page.picture for page in pages} == {picture.sha256 for picture, _ in pictures}
    assert all(picture.data for picture, _ in pictures)
    assert all(before < len(events) for _, before in pictures)


def test_files_within_a_file_are_where_the_task_says(engine, pdf, tmp_path):
    holder, unpacked = tmp_path / "held.zip", tmp_path / "unpacked"
    inner = pdf("inner.pdf", 1)
    with zipfile.ZipFile(holder, "w") as archive:
        archive.write(inner, "deep/inner.pdf")
    events, _ = read(engine, task(holder, unpack_to=unpacked))
    [(name, path)] = events[-1].members
    assert name == "deep/inner.pdf"
    assert path.is_relative_to(unpacked)
    assert path.read_bytes() == inner.read_bytes()
    events, _ = read(engine, task(tmp_path / "held.zip"), task(Path(path), file=path))
    assert all(not isinstance(event, FileFailed) for event in events)


def test_an_encrypted_file_opens_with_the_passwords_of_the_run(engine, pdf):
    events, _ = read(engine, task(pdf("locked.pdf", 1, PASSWORD)))
    assert isinstance(events[-1], FileParsed)
    events, _ = read(engine, task(pdf("other.pdf", 1, "something else")))
    assert "password" in events[-1].problem.message


def test_a_file_that_vanishes_before_it_is_read_costs_itself_alone(engine, pdf):
    gone, there = task(pdf("gone.pdf", 1)), task(pdf("there.pdf", 1))
    gone.path.unlink()
    events, _ = read(engine, gone, there)
    ends = {event.path: event for event in events if isinstance(event, FileFailed | FileParsed)}
    assert ends[gone.path].problem == Problem("open", "the file is gone")
    assert isinstance(ends[there.path], FileParsed)


def test_it_reads_again_and_again(engine, pdf):
    path = pdf("a.pdf", 1)
    for _ in range(2):
        events, _ = read(engine, task(path))
        assert isinstance(events[-1], FileParsed)


def test_what_it_encodes_is_in_the_space_of_the_profile(engine, models):
    texts = ["towers stand on granite", "the cable runs over four valleys", "eight people"]
    wanted, made = models.text_encoder(), engine.models.text_encoder()
    assert made.space == wanted.space
    assert np.allclose(made.encode(texts), wanted.encode(texts), atol=1e-4)
    assert made.encode([]).shape == (0, wanted.space.dimension)
