"""IDs say where something is, and say it the same in any index."""

import hashlib
import os
from pathlib import Path

import pytest

from mmrag import ids
from mmrag.ids import ImageRef

SHA = hashlib.sha256(b"a document").hexdigest()


def test_ids_are_readable_and_nest() -> None:
    document = ids.document_id(SHA)
    page = ids.page_id(document, 12)
    assert document == SHA[:8]
    assert page == f"{SHA[:8]}-p0012"
    assert ids.figure_id(page, 2) == f"{page}-f02"
    assert ids.passage_id(page, 3) == f"{page}-t03"
    assert ids.document_id(SHA, 10) == SHA[:10]


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("3fa9c1d2-p0012", ImageRef("3fa9c1d2", 12, None)),
        ("3fa9c1d2-p0012-f02", ImageRef("3fa9c1d2", 12, 2)),
        (" 3FA9C1D2-P0012-F02\n", ImageRef("3fa9c1d2", 12, 2)),
        ("3fa9c1d2ab-p12345-f123", ImageRef("3fa9c1d2ab", 12345, 123)),
        ("3fa9c1d2-p0012-t02", None),  # a passage is no image
        ("3fa9c1d2-p12", None),
        ("3fa9c1d-p0012", None),
        ("3fa9c1d2", None),
        ("", None),
    ],
)
def test_image_ids_are_read_back(text: str, ref: ImageRef | None) -> None:
    assert ids.parse_image_id(text) == ref


def test_the_page_of_a_page_figure_or_passage() -> None:
    for item in ("3fa9c1d2-p0012", "3fa9c1d2-p0012-f02", "3fa9c1d2-p0012-t02"):
        assert ids.page_of(item) == "3fa9c1d2-p0012"
    assert ids.page_number("3fa9c1d2-p0012-f02") == 12


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"a document")
    assert ids.file_sha256(path) == SHA


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="not a regular file"):
        ids.file_sha256(pipe)
