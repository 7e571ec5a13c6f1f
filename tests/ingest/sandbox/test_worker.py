"""What a worker process does not let the code that reads a file do."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mmrag.config import IngestSettings
from mmrag.ingest.events import FileParsed, ParseTask
from mmrag.ingest.sandbox.pool import parse_files

CALLS_HOME = '''
"""Parsing that connects to another machine; the page says what came of it."""

import socket

from mmrag.ingest.raw import Opened, RawPage


def parse(job, enter):
    enter("open", 0)
    yield Opened(1, 1, "", {}, ())
    enter("text", 1)
    try:
        socket.create_connection(("192.0.2.1", 80), 0.5)
        told = "connected"
    except OSError as error:
        told = str(error)
    yield RawPage(1, 100.0, 100.0, told, (), "pdf")
'''


@pytest.mark.promise(30)
def test_a_parser_that_connects_to_another_machine_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task: Callable[[Path], ParseTask]
) -> None:
    (tmp_path / "mmrag_calls_home.py").write_text(CALLS_HOME, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    sys.modules.pop("mmrag_calls_home", None)
    import mmrag_calls_home

    events = parse_files(
        [task(tmp_path / "file.pdf")],
        IngestSettings(workers=1),
        None,
        lambda _: None,
        parse=mmrag_calls_home.parse,
    )
    (end,) = [event for event in events if isinstance(event, FileParsed)]
    assert "offline: a connection to 192.0.2.1 was refused" in end.document.pages[0].text
