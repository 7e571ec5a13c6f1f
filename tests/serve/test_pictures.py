"""The tasks of vision over HTTP."""

import base64
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from contract_schema import conforming
from PIL import Image

BASE = "/v1/indexes/index"
Look = Callable[..., dict]


@pytest.fixture(scope="module")
def chart(sample_corpus: Path) -> str:
    data = (sample_corpus / "docs" / "ferry-passengers-chart.png").read_bytes()
    return base64.b64encode(data).decode()


@pytest.fixture
def look(server) -> Look:
    """What a task says."""

    def looked(task: str, **body: object) -> dict:
        ran = server.client.post(f"{BASE}/vision/{task}", json=body)
        assert ran.status_code == 200, ran.text
        return conforming("vision", ran.text)

    return looked


def table_of(server) -> str:
    body = {"query": "operating profit", "kinds": ["table"], "k": 1}
    [hit] = server.client.post(f"{BASE}/search", json=body).json()["hits"]
    return hit["image_id"]


def test_a_table_of_the_index_is_read_from_its_file(server, look: Look) -> None:
    image_id = table_of(server)
    found = look("table", image_id=image_id)
    assert (found["image"], found["status"]) == (image_id, "done")
    assert "85.5" in found["grids"][0]["csv"]


def test_a_picture_of_the_request_is_described_classified_and_encoded(
    look: Look, chart: str
) -> None:
    assert look("caption", image=chart, style="alt")["text"]
    labels = ["bar chart", "photograph of a face"]
    found = look("classify", image=chart, labels=labels)["labels"]
    assert {item["label"] for item in found} == set(labels)
    assert sum(item["probability"] for item in found) == pytest.approx(1, abs=0.01)
    assert look("embed", image=chart)["vector"]


def test_two_pictures_are_compared_and_the_same_one_is_the_same(look: Look, chart: str) -> None:
    found = look("compare", image=chart, other={"image": chart})
    assert found["boxes"] == []
    assert found["similarity"] == pytest.approx(1, abs=0.01)


def test_a_free_request_is_done_by_the_task_that_fits(server, look: Look) -> None:
    found = look("analyze", image_id=table_of(server), request="Read the text")
    assert found["task"] == "ocr"
    assert "85.5" in found["text"]


def test_the_agent_uses_its_tools_on_the_index_and_on_pictures(server, look: Look) -> None:
    page = table_of(server).rpartition("-")[0]
    found = look("agent", question="How many tables are there?", pictures=[{"image_id": page}])
    assert (found["image"], found["status"]) == (page, "answered")
    assert int(found["text"]) >= 1
    assert {result["tool"] for result in found["results"]} == {"search", "count"}
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(file, "PNG")
    blank = {"image": base64.b64encode(file.getvalue()).decode()}
    both = look("agent", question="How many charts?", pictures=[blank, blank])
    assert both["image"] == "picture-1, picture-2"


def test_each_task_is_described_with_what_it_takes(server) -> None:
    described = server.client.get("/v1/openapi.json").json()
    tasks = {
        path.rpartition("/")[2]: list(methods["post"]["requestBody"]["content"])
        for path, methods in described["paths"].items()
        if "/vision/" in path
    }
    assert set(tasks) == {
        "caption", "ask", "ocr", "document", "fields", "classify", "embed", "compare", "analyze",
        "agent", "{kind}",
    }  # fmt: skip
    assert "labels" in described["components"]["schemas"]["ClassifyBody"]["required"]


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
        ("compare", {"image_id": "4aa13efb-p0001", "other": {"image_id": "/etc/passwd"}}, 404),
        ("compare", {"image_id": "4aa13efb-p0001", "other": {"path": "/etc/passwd"}}, 422),
        ("agent", {"question": "open it", "pictures": [{"image_id": "/etc/passwd"}]}, 404),
        ("agent", {"question": "x", "pictures": [{"image_id": "4aa13efb-p0001"}] * 11}, 422),
        ("agent", {"question": "x", "steps": 1000}, 422),
        ("classify", {"image_id": "4aa13efb-p0001", "labels": ["x"] * 101}, 422),
        ("classify", {"image_id": "4aa13efb-p0001", "labels": ["x", "x"]}, 400),
        ("analyze", {"image_id": "4aa13efb-p0001", "request": "sing"}, 400),
        ("caption", {"image_id": "4aa13efb-p0001", "by": "vlm"}, 400),
    ],
)
def test_no_file_is_named_and_no_task_made_up(server, task: str, body: dict, status: int) -> None:
    ran = server.client.post(f"{BASE}/vision/{task}", json=body)
    assert ran.status_code == status, ran.text
    assert conforming("error", ran.text)
