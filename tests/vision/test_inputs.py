from pathlib import Path

import pytest

from mmrag.errors import UsageError
from mmrag.readings import PictureSource
from mmrag.vision.inputs import sources

SUFFIXES = frozenset({".png", ".pdf"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.png", "a.pdf", "notes.txt", "sub/c.png", ".hidden/d.png"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return tmp_path


def names(folder: Path, *named: str) -> list[str]:
    return [
        str(source.path.relative_to(folder)) + (f"#{source.page}" if source.page > 1 else "")
        for source in sources([str(folder / name) for name in named], SUFFIXES, None)
    ]


def test_a_folder_is_its_pictures_and_documents_without_hidden_ones(folder):
    assert names(folder, "") == ["a.pdf", "b.png", "sub/c.png"]


def test_a_page_and_a_range_of_pages(folder):
    found = names(folder, "a.pdf", "a.pdf#3", "a.pdf#2-4")
    assert found == ["a.pdf", "a.pdf#3", "a.pdf#2", "a.pdf#4"]


def test_a_pattern_finds_files(folder):
    assert names(folder, "*.p*") == ["a.pdf", "b.png"]
    assert names(folder, "**/*.png") == [".hidden/d.png", "b.png", "sub/c.png"]


def test_a_file_whose_name_looks_like_a_page_is_that_file(folder):
    (folder / "odd#2").touch()
    assert names(folder, "odd#2") == ["odd#2"]


def test_an_image_id_is_found_in_the_index(folder):
    place = PictureSource("3fa9c1d2-p0012", folder / "a.pdf", 12)
    assert list(sources(["3fa9c1d2-p0012"], SUFFIXES, lambda name: place)) == [place]
    with pytest.raises(UsageError, match="--index"):
        list(sources(["3fa9c1d2-p0012"], SUFFIXES, None))


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("gone.png", "no such file"),
        ("*.gif", "no file matches"),
        ("a.pdf#0", "not a page"),
        ("a.pdf#5-2", "not a page"),
        ("a.pdf#1-999999", "not a page"),
        ("empty", "no picture or document"),
    ],
)
def test_what_names_nothing_is_a_usage_error(folder, named, message):
    (folder / "empty").mkdir()
    with pytest.raises(UsageError, match=message):
        names(folder, named)
    with pytest.raises(UsageError, match="is empty"):
        list(sources([""], SUFFIXES, None))
