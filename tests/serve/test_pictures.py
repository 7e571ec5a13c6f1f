"""The tasks of vision over HTTP."""

import base64
from pathlib import Path

import pytest
from contract_schema import conforming

BASE = "/v1/indexes/index"


def test_a_table_of_the_index_is_read_from_its_file(server) -> None:
    body = {"query": "operating profit", "kinds": ["table"], "k": 1}
    [hit] = server.client.post(f"{BASE}/search", json=body).json()["hits"]
    ran = server.client.post(f"{BASE}/vision/grids", json={"image_id": hit["image_id"]})
    assert ran.status_code == 200, ran.text
    assert "85.5" in ran.text
    assert ran.json()["task"] == "grids"


def test_a_picture_of_the_request_has_a_vector(server, sample_corpus: Path) -> None:
    data = (sample_corpus / "docs" / "ferry-passengers-chart.png").read_bytes()
    body = {"image": base64.b64encode(data).decode()}
    ran = server.client.post(f"{BASE}/vision/embed", json=body)
    assert ran.status_code == 200, ran.text
    assert ran.json()["vector"]


@pytest.mark.promise(28)
@pytest.mark.parametrize(
    ("task", "body", "status"),
    [
        ("ocr", {"image_id": "/etc/passwd"}, 404),
        ("ocr", {"image_id": "../secret.pdf#1"}, 404),
        ("ocr", {"image": base64.b64encode(b"no picture").decode()}, 400),
        ("ocr", {}, 400),
        ("ocr", {"image_id": "4aa13efb-p0001", "path": "/etc/passwd"}, 422),
        ("shell", {"image_id": "4aa13efb-p0001"}, 422),
    ],
)
def test_no_file_is_named_and_no_task_made_up(server, task: str, body: dict, status: int) -> None:
    ran = server.client.post(f"{BASE}/vision/{task}", json=body)
    assert ran.status_code == status, ran.text
    assert conforming("error", ran.text)
