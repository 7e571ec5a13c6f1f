"""No page marked ok holds much less than a second reader sees in it."""

from pathlib import Path

import pytest
import second_reader


@pytest.mark.long
@pytest.mark.parametrize(("folder", "pages"), [("pages-dev/docs", 6)])
def test_no_page_marked_ok_lost_its_text(shared_data: Path, folder: str, pages: int) -> None:
    pytest.importorskip("pypdfium2")
    files = sorted((shared_data / folder).glob("*.pdf"))
    every = list(second_reader.compare(files, pages))
    assert len(every) > len(files) / 2
    assert [page for page in every if page.is_lost] == []
