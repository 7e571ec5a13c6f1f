import pymupdf
import pytest

from mmrag.ingest.formats.typeset import page_of_text


@pytest.mark.parametrize("count", [1, 5000])
def test_a_text_of_any_length_stands_on_one_page(count: int) -> None:
    data = page_of_text("Wrasse <and> reefs", "Ebbe & Café " * count)
    with pymupdf.open(stream=data) as document:
        [page] = document
        text = page.get_text()
    assert "Wrasse <and> reefs" in text
    assert " ".join(text.split()).count("Ebbe & Café") == count
