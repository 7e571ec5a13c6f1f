import os
from pathlib import Path

import pytest

from mmrag.errors import UsageError
from mmrag.ingest.walk import MISSING, find_files


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("b.pdf", "a.PDF", "sub/c.png", "sub/d.dat", "sub/deep/e.tiff", ".hidden/f.pdf"):
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    (tmp_path / "tree" / ".g.pdf").write_bytes(b"x")
    return tmp_path / "tree"


def names(tree: Path, *ignore: str) -> list[str]:
    return [str(path.relative_to(tree)) for path in find_files([tree], ignore).files]


def test_folders_are_walked_for_known_suffixes_in_a_fixed_order(tree: Path) -> None:
    assert names(tree) == ["a.PDF", "b.pdf", "sub/c.png", "sub/deep/e.tiff"]


def test_ignore_patterns_are_gitignore_patterns(tree: Path) -> None:
    assert names(tree, "sub/deep/", "*.PDF") == ["b.pdf", "sub/c.png"]
    assert names(tree, "/sub", "!b.pdf") == ["a.PDF", "b.pdf"]


def test_a_file_that_is_named_is_taken_whatever_its_suffix(tree: Path) -> None:
    assert find_files([tree / "sub" / "d.dat"]).files == (tree / "sub" / "d.dat",)


def test_a_path_given_twice_counts_once(tree: Path) -> None:
    assert len(find_files([tree, tree / "b.pdf", tree / "sub"]).files) == 4


def test_a_missing_path_is_a_usage_error_that_names_it(tree: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.pdf: no such file"):
        find_files([tree / "nowhere.pdf"])


def test_a_missing_path_beside_others_is_a_problem_and_the_rest_is_found(tree: Path) -> None:
    found = find_files([tree / "nowhere.pdf", tree / "b.pdf"])
    assert found.files == (tree / "b.pdf",)
    assert found.problems == ((tree / "nowhere.pdf", MISSING),)


def test_a_folder_linked_into_itself_ends(tree: Path) -> None:
    (tree / "sub" / "loop").symlink_to(tree)
    assert names(tree)[:2] == ["a.PDF", "b.pdf"]


def test_a_link_to_itself_is_offered_and_fails_later(tmp_path: Path) -> None:
    (tmp_path / "loop.pdf").symlink_to("loop.pdf")
    (tmp_path / "loop").symlink_to("loop")
    assert [path.name for path in find_files([tmp_path]).files] == ["loop.pdf"]


def test_a_dangling_link_is_offered_and_fails_later(tree: Path) -> None:
    (tree / "gone.pdf").symlink_to(tree / "nothing")
    assert "gone.pdf" in names(tree)


def test_a_file_name_that_is_not_utf8_is_found(tree: Path) -> None:
    os.close(os.open(os.fsencode(tree) + b"/z\xff.pdf", os.O_CREAT))
    assert names(tree, "*.png")[-1] == "z\udcff.pdf"


def test_the_roots_are_reported(tree: Path) -> None:
    assert find_files([tree]).roots == (tree,)


def test_files_of_other_types_are_counted_by_their_suffix(tree: Path) -> None:
    for name in ("x.DAT", "sub/notes.xyz", "README", "drafts/y.dat", ".hidden.dat"):
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_bytes(b"x")
    assert find_files([tree], ["drafts/"]).unread == {".dat": 2, ".xyz": 1, "": 1}
    assert find_files([tree / "x.DAT"]).unread == {}
