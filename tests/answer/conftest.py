from collections.abc import Callable

import pytest

from mmrag.types import Evidence, MarkedEvidence


@pytest.fixture(scope="session")
def make_marked() -> Callable[..., MarkedEvidence]:
    """Makes one piece of evidence: a page, or a figure where the image ID names one."""

    def make(marker: str, image_id: str, quotable: str = "", **changes: object) -> MarkedEvidence:
        document, page, *figure = image_id.split("-")
        values = {
            "image_id": image_id,
            "kind": "chart" if figure else "page",
            "document_id": document,
            "document": "Annual report",
            "path": f"/docs/{document}.pdf",
            "page": int(page[1:]),
            "bbox": (10.0, 20.0, 110.0, 220.0) if figure else None,
            "quotable": quotable,
            "caption": "",
            "description": "",
            "sha256": "ab" * 32,
            "score": 1.0,
        }
        return MarkedEvidence(marker, Evidence(**{**values, **changes}))

    return make


@pytest.fixture
def evidence(make_marked: Callable[..., MarkedEvidence]) -> tuple[MarkedEvidence, ...]:
    """A page and a figure on it, under the markers K7Q and M2X."""
    return (
        make_marked("K7Q", "3fa9c1d2-p0012", "Revenue rose to $4.2 million in 2023."),
        make_marked("M2X", "3fa9c1d2-p0012-f02", "2022 3.9\n2023 4.2"),
    )
