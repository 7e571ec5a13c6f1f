import pytest

from mmrag.paths import containers_of, is_below


@pytest.mark.parametrize(
    ("path", "root", "below"),
    [
        ("/a/b", "/a", True),
        ("/a/b", "/a/b", True),
        ("/a/b", "/", True),
        ("/ab", "/a", False),
        ("/a", "/a/b", False),
    ],
)
def test_below_is_in_the_folder_and_not_of_a_like_name(path: str, root: str, below: bool) -> None:
    assert is_below(path, root) is below


def test_the_paths_that_a_file_may_lie_within_are_told_from_outside() -> None:
    assert list(containers_of("/a!/b.zip!/c.pdf")) == ["/a", "/a!/b.zip"]
    assert list(containers_of("/a/b.pdf")) == []
