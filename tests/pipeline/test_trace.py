import json
import os
from pathlib import Path

import pymupdf
import pytest

from mmrag.errors import UsageError
from mmrag.ingest.events import PageParsed
from mmrag.pipeline.trace import Trace


def spans(file: Path) -> list[dict]:
    return [event for event in json.loads(file.read_text()) if event.get("ph") == "X"]


def test_steps_of_a_page_last_until_the_next_and_belong_to_their_process(tmp_path: Path) -> None:
    file = tmp_path / "trace.json"
    with Trace(file) as trace:
        marks = (("load", 1.0), ("text", 1.25), ("render", 1.75))
        trace.page(PageParsed(Path("/docs/a.pdf"), 2, 9, 77, marks, 2.0))
        trace.span("encode", 1.5, 3.5)
    told = [(item["name"], item["ts"], item["dur"], item["pid"]) for item in spans(file)]
    assert told == [
        ("load", 1_000_000, 250_000, 77),
        ("text", 1_250_000, 500_000, 77),
        ("render", 1_750_000, 250_000, 77),
        ("encode", 1_500_000, 2_000_000, os.getpid()),
    ]
    assert spans(file)[0]["args"] == {"file": "a.pdf", "page": 2}


def test_a_file_that_cannot_be_written_is_said_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write the trace"):
        Trace(tmp_path / "no" / "trace.json")


def test_an_indexing_run_tells_what_its_processes_did(mmrag, tmp_path: Path) -> None:
    file, root, path = (tmp_path / name for name in ("trace.json", "index", "a.pdf"))
    with pymupdf.open() as pdf:
        pdf.new_page().insert_text((72, 72), "Ferries and mills")
        pdf.save(path)
    ran = mmrag("index", path, "--fast", "--index", root, "--trace", file)
    assert ran.code == 0, ran.err
    names = {item["name"] for item in spans(file)}
    assert {"read", "encode", "store", "text", "render"} <= names
    workers = {item["pid"] for item in spans(file) if item["name"] == "render"}
    assert workers and os.getpid() not in workers
