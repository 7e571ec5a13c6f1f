from pathlib import Path

import pytest

from mmrag.errors import UsageError
from mmrag.ingest.formats import passwords


def test_each_line_is_a_password_with_its_spaces(tmp_path: Path) -> None:
    (tmp_path / "known.txt").write_text("first\n\n two words \n", encoding="utf-8")
    assert passwords.read(str(tmp_path / "known.txt")) == ("first", " two words ")
    assert passwords.read("") == ()


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "known.txt"
    if content:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=r"known\.txt: cannot be read as a file of passwords"):
        passwords.read(str(path))
