"""Odd PDFs of others: each ends as ok, in part or failed, with a reason, as is known of it."""

from pathlib import Path

import hard_pdfs
import pytest


@pytest.mark.long
@pytest.mark.promise(13)
def test_every_odd_pdf_ends_as_is_known_of_it(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "hard-pdfs"
    found = hard_pdfs.index(folder / "files", tmp_path / "index")
    assert hard_pdfs.differences(hard_pdfs.manifest(folder), found.outcomes) == []
    least = [low for low, _ in found.megabytes[1:]]  # in the first eighth the models are loaded
    assert max(least[1:]) < 1.25 * least[0], "what is kept between documents grows"
    assert max(high for _, high in found.megabytes) < 2 * least[0], "some documents take much more"
