"""Odd PDFs of others: each ends as ok, in part or failed, with a reason, as is known of it."""

from pathlib import Path

import hard_pdfs
import pytest


@pytest.mark.long
def test_every_odd_pdf_ends_as_is_known_of_it(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "hard-pdfs"
    found = hard_pdfs.index(folder / "files", tmp_path / "index")
    assert hard_pdfs.differences(hard_pdfs.manifest(folder), found.outcomes) == []
    first, *later = found.megabytes
    assert max(later) < 1.2 * first
