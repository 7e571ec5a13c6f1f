"""An index that keeps its pictures in a bucket, from the command line and from a server."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from contract_schema import conforming
from PIL import Image
from remote_places import Place

from mmrag.disk_cache import folder

BUCKET = "s3://bucket/kept"


@pytest.fixture
def made(
    mmrag: Callable, report: Path, s3: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    profile = tmp_path / "kept.toml"
    profile.write_text(f'[ingest]\npictures = "kept"\n[store]\npictures = "{BUCKET}"\n')
    root = tmp_path / "index"
    ran = mmrag("index", report.parent, "--index", root, "--profile", profile)
    assert ran.code == 0, ran.err
    return root


def page_of(mmrag: Callable, root: Path) -> str:
    found = json.loads(mmrag("search", "barley", "--index", root, "--json").out)
    return found["hits"][0]["image_id"]


@pytest.mark.promise(69)
def test_pictures_are_shown_from_the_bucket_also_where_the_file_is_gone(
    mmrag: Callable, made: Path, report: Path, s3: Place, tmp_path: Path
) -> None:
    report.unlink()
    assert not (made / "pictures").exists()
    image_id, saved = page_of(mmrag, made), tmp_path / "page.png"
    ran = mmrag("show", image_id, "--save", saved, "--index", made)
    assert ran.code == 0, ran.err
    with Image.open(saved) as image:
        assert image.width > 100
    assert str(folder("fetched-pictures")) in ran.out
    ran = mmrag("vision", "ocr", image_id, "--index", made)
    assert ran.code == 0, ran.err
    s3.read.clear()
    mmrag("show", image_id, "--index", made)
    assert s3.read == [], "it was fetched once"


def test_status_and_check_say_where_they_are(mmrag: Callable, made: Path) -> None:
    told = conforming("status", mmrag("status", "--index", made, "--json").out)
    assert told["pictures_in"].startswith(f"{BUCKET}/mmrag_")
    assert f"in {told['pictures_in']} (not counted" in mmrag("status", "--index", made).out
    ran = mmrag("check", "--index", made)
    assert (ran.code, "the names were compared" in ran.err) == (0, True)


@pytest.mark.promise(69)
def test_that_the_bucket_is_out_of_reach_is_said_and_the_text_is_there(
    mmrag: Callable, made: Path, s3: Place, tmp_path: Path
) -> None:
    image_id = page_of(mmrag, made)
    s3.broken["bucket"] = 403
    ran = mmrag("show", image_id, "--index", made)
    assert ran.code == 0
    assert BUCKET in ran.out and "no rights to read it" in ran.out and "barley" in ran.out.lower()
    ran = mmrag("show", image_id, "--save", tmp_path / "x.png", "--index", made)
    assert (ran.code, BUCKET in ran.err) == (2, True)
    assert "secret-of-someone" not in ran.out + ran.err
    assert mmrag("check", "--index", made).code == 1
    assert mmrag("status", "--index", made).code == 0


def test_they_are_moved_back_and_forth(mmrag: Callable, made: Path, s3: Place) -> None:
    ran = mmrag("store", "pictures", "--to", "index", "--index", made, "--json")
    told = conforming("pictures_moved", ran.out)
    assert (told["pictures"] > 0, told["lost"]) == (True, 0)
    assert s3.files == {}
    assert mmrag("check", "--index", made).code == 0
    ran = mmrag("store", "pictures", "--to", BUCKET, "--index", made)
    assert f"keeps {told['pictures']} pictures in {BUCKET}/mmrag_" in ran.out
    assert len(s3.files) == told["pictures"]
