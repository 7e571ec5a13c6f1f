"""`mmrag index` of an address: found and shown afterwards without what lies behind it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from remote_places import Place

pytest.importorskip("aiohttp", reason="pip install 'mmrag[remote]'")


@pytest.fixture
def made(mmrag: Callable, report: Path, web: Place, tmp_path: Path) -> Path:
    web.put("docs/annual report.pdf", report.read_bytes())
    root = tmp_path / "index"
    ran = mmrag("index", f"{web.address}/docs/", "--index", root)
    assert ran.code == 0, ran.err
    return root


@pytest.mark.promise(68)
def test_what_was_indexed_is_found_and_shown_without_a_connection(
    mmrag: Callable, made: Path, web: Place, tmp_path: Path
) -> None:
    web.files.clear()
    web.read.clear()
    found = json.loads(mmrag("search", "barley", "--index", made, "--json").out)
    best = found["hits"][0]
    assert best["path"] == f"{web.address}/docs/annual%20report.pdf"
    saved = tmp_path / "page.png"
    ran = mmrag("show", best["image_id"], "--save", saved, "--index", made)
    assert ran.code == 0, ran.err
    with Image.open(saved) as image:
        assert image.width > 100
    assert mmrag("check", "--index", made).code == 0
    assert web.read == [], "nothing was asked of the server"


def test_a_document_is_called_as_its_file_is_in_words(mmrag: Callable, made: Path) -> None:
    status = json.loads(mmrag("status", "--documents", "--index", made, "--json").out)
    [document] = status["documents"]
    assert "%20" not in document["title"]


def test_a_document_is_removed_by_its_address(mmrag: Callable, made: Path, web: Place) -> None:
    ran = mmrag("remove", f"{web.address}/docs", "--index", made)
    assert ran.code == 0, ran.err
    assert "annual%20report.pdf" in ran.out


def test_what_is_taken_of_this_machine_alone_says_so(mmrag: Callable, tmp_path: Path) -> None:
    ran = mmrag("index", "http://127.0.0.1:9/docs/", "--watch", "--index", tmp_path / "x")
    assert (ran.code, "--watch is for folders of this machine" in ran.err) == (2, True)
    ran = mmrag("index", "file:///docs", "--index", tmp_path / "x")
    assert (ran.code, "without file://" in ran.err) == (2, True)
