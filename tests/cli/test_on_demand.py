"""An index that keeps no pictures: they are drawn from the files when they are asked for."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from mmrag.disk_cache import folder
from mmrag.index import Index


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "on-demand.toml"
    path.write_text(
        '[ingest]\npictures = "on demand"\n[image]\nbackend = "open_clip"\n'
        'model = "mmrag-pictures-1"\n'
    )
    return path


@pytest.fixture
def made(mmrag: Callable, report: Path, profile: Path, tmp_path: Path) -> Path:
    root = tmp_path / "index"
    ran = mmrag("index", report.parent, "--index", root, "--profile", profile)
    assert ran.code == 0, ran.err
    return root


@pytest.fixture
def figure(made: Path) -> str:
    with Index.open(made) as index:
        [document] = index.documents()
        [figure] = index.catalog.figures.of_document(document.id)
    return figure.id


def test_no_picture_is_kept_and_all_are_encoded(mmrag: Callable, made: Path, figure: str) -> None:
    assert not (made / "pictures").exists() and not (made / "spool").exists()
    status = json.loads(mmrag("status", "--index", made, "--json").out)
    assert {c["channel"]: c["vectors"] for c in status["channels"]}["image"] == 2
    assert mmrag("check", "--index", made).code == 0


def test_a_figure_is_drawn_when_it_is_shown_as_it_was_indexed(
    mmrag: Callable, made: Path, figure: str
) -> None:
    shown = json.loads(mmrag("show", figure, "--index", made, "--json").out)
    with Index.open(made) as index:
        indexed = index.catalog.figures.get(figure).picture
    assert hashlib.sha256(Path(shown["picture"]).read_bytes()).hexdigest() == indexed
    with Image.open(shown["picture"]) as image:
        assert image.width > 100


@pytest.mark.promise(59)
def test_that_the_file_is_gone_is_said_and_what_was_drawn_before_is_shown(
    mmrag: Callable, made: Path, figure: str, report: Path
) -> None:
    page = figure.rpartition("-")[0]
    mmrag("show", page, "--index", made)
    report.unlink()
    assert str(folder("pictures")) in mmrag("show", page, "--index", made).out
    assert (
        f"cannot be drawn: {report}: the file is gone" in mmrag("show", figure, "--index", made).out
    )


def test_a_picture_finds_its_page(mmrag: Callable, made: Path, figure: str, tmp_path: Path) -> None:
    shown = json.loads(mmrag("show", figure, "--index", made, "--json").out)
    ran = mmrag("search", "--image", shown["picture"], "--index", made, "--json")
    assert json.loads(ran.out)["hits"][0]["image_id"] == figure


def test_pictures_of_files_within_others_are_kept(
    mmrag: Callable, report: Path, profile: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "docs.zip", "w") as archive:
        archive.write(report, "report.pdf")
    root = tmp_path / "index"
    assert mmrag("index", tmp_path / "docs.zip", "--index", root, "--profile", profile).code == 0
    assert len(list((root / "pictures").glob("*/*"))) == 2
    assert mmrag("check", "--index", root).code == 0


def test_a_run_of_a_profile_that_keeps_them_keeps_what_it_reads(
    mmrag: Callable, made: Path, report: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.toml"
    kept.write_text('[ingest]\npictures = "kept"\n')
    ran = mmrag("index", report.parent, "--index", made, "--rebuild", "--profile", kept)
    assert ran.code == 0
    assert len(list((made / "pictures").glob("*/*"))) == 2
    assert mmrag("backup", tmp_path / "b.zip", "--index", made).code == 0
