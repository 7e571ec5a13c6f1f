"""The HTTP API over a real server."""

import base64
import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from contract_schema import conforming
from PIL import Image

from mmrag.index import Index

QUESTION = "What was the operating profit of Halden Tidal in 2024?"
BASE = "/v1/indexes/index"


def told(name: str, response) -> dict:
    assert response.status_code == 200, response.text
    return conforming(name, response.text)


def events(response) -> list[tuple[str, dict]]:
    """The events of a stream, in order."""
    found = []
    for block in response.text.split("\n\n"):
        lines = dict(
            line.split(": ", 1) for line in block.splitlines() if line[:1] not in ("", ":")
        )
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def table_id(server) -> str:
    found = server.client.post(
        f"{BASE}/search", json={"query": "operating profit", "kinds": ["table"], "k": 1}
    )
    return found.json()["hits"][0]["image_id"]


def test_a_search_finds_what_the_index_finds(server, sample_index: Path) -> None:
    found = told("search", server.client.post(f"{BASE}/search", json={"query": QUESTION, "k": 3}))
    with Index.open(sample_index) as index:
        own = index.search(QUESTION, k=3).hits
    assert [hit["image_id"] for hit in found["hits"]] == [hit.image_id for hit in own]


def test_filters_and_explain_are_those_of_the_command_line(server) -> None:
    body = {"query": "revenue", "unit": "page", "pages": "3-6", "explain": True, "k": 2}
    found = told("search", server.client.post(f"{BASE}/search", json=body))["hits"]
    assert found
    assert all(3 <= hit["page"] <= 6 and "features" in hit for hit in found)


def test_a_picture_finds_the_figure_that_shows_it(server, sample_corpus: Path) -> None:
    data = (sample_corpus / "docs" / "ferry-passengers-chart.png").read_bytes()
    body = {"image": base64.b64encode(data).decode(), "k": 1}
    [hit] = told("search", server.client.post(f"{BASE}/search", json=body))["hits"]
    assert hit["path"].endswith("ferry-passengers-chart.png")


@pytest.mark.parametrize("image", ["not base64!", base64.b64encode(b"no picture").decode()])
def test_what_is_no_picture_is_refused(server, image: str) -> None:
    ran = server.client.post(f"{BASE}/search", json={"image": image})
    assert ran.status_code == 400
    assert "cannot be opened as a picture" in conforming("error", ran.text)["error"]["message"]


def test_an_answer_is_that_of_the_contract(server) -> None:
    answer = told("answer", server.client.post(f"{BASE}/ask", json={"question": QUESTION}))
    assert answer["status"] == "answered"
    assert "85.5" in answer["text"]
    assert answer["citations"]


def test_a_streamed_answer_ends_with_the_validated_one(server) -> None:
    body = {"question": QUESTION, "stream": True}
    ran = server.client.post(f"{BASE}/ask", json=body)
    assert ran.headers["content-type"].startswith("text/event-stream")
    assert ran.headers["x-accel-buffering"] == "no"
    *before, (last, answer) = events(ran)
    assert last == "answer"
    conforming("answer", json.dumps(answer))
    assert "".join(value["text"] for name, value in before if name == "text") == answer["text"]
    cited = [value for name, value in before if name == "citation"]
    assert [conforming("resolved", json.dumps(item))["image_id"] for item in cited] == [
        item["image_id"] for item in answer["citations"]
    ]


def test_a_follow_up_stands_on_what_was_said_before(server) -> None:
    history = [{"role": "user", "text": QUESTION}, {"role": "assistant", "text": "85.5"}]
    body = {"question": "And in 2023?", "history": history}
    answer = told("answer", server.client.post(f"{BASE}/ask", json=body))
    assert "Halden" in answer["question"]


def test_evidence_is_what_an_answer_is_made_of(server) -> None:
    ran = server.client.post(f"{BASE}/evidence", json={"query": QUESTION, "k": 2})
    found = told("evidence_found", ran)["evidence"]
    assert len(found) == 2
    assert "marker" not in found[0]


def test_pages_and_figures_are_shown_with_and_without_their_box(server) -> None:
    image_id = table_id(server)
    shown = told("shown", server.client.get(f"{BASE}/images/{image_id}"))
    assert shown["kind"] == "table"
    crop = server.client.get(f"{BASE}/images/{image_id}/picture")
    assert crop.headers["content-type"] == "image/jpeg"
    framed = server.client.get(f"{BASE}/images/{image_id}/page", params={"cell": "1,1"})
    plain = server.client.get(f"{BASE}/images/{image_id}/page", params={"box": "false"})
    with Image.open(BytesIO(framed.content)) as page, Image.open(BytesIO(plain.content)) as bare:
        assert page.size == bare.size
        scale = page.width / 595
        x, y = round(shown["bbox"][0] * scale) - 1, round((shown["bbox"][1] + 9) * scale)
        red, green, _ = page.convert("RGB").getpixel((x, y))
        assert red > 150 > 100 > green
        assert page.convert("RGB").tobytes() != bare.convert("RGB").tobytes()


def test_a_table_is_given_as_json_csv_and_markdown(server) -> None:
    image_id = table_id(server)
    told("grid", server.client.get(f"{BASE}/images/{image_id}/data.json"))
    table = server.client.get(f"{BASE}/images/{image_id}/data.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.headers["content-disposition"].startswith("attachment")
    assert "85.5" in table.text
    assert "| 85.5 |" in server.client.get(f"{BASE}/images/{image_id}/data.md").text
    assert server.client.get(f"{BASE}/images/{image_id}/data.dot").status_code == 404


def test_all_that_says_it_has_data_gives_it(server) -> None:
    for listed in server.client.get(f"{BASE}/documents").json()["documents"]:
        for figure in server.client.get(f"{BASE}/documents/{listed['id']}").json()["figures"]:
            ran = server.client.get(f"{BASE}/images/{figure['image_id']}/data.json")
            assert ran.status_code == (200 if figure["has_data"] else 404)


def test_documents_and_what_is_in_them_are_listed(server) -> None:
    listed = told("documents", server.client.get(f"{BASE}/documents"))["documents"]
    assert len(listed) == 8
    longest = max(listed, key=lambda item: item["pages"])
    found = told("document", server.client.get(f"{BASE}/documents/{longest['id']}"))
    assert len(found["contents"]) == longest["pages"]
    assert found["headings"]
    assert any(figure["has_data"] for figure in found["figures"])


def test_the_state_of_an_index_and_of_the_server_is_told(server) -> None:
    assert told("indexes", server.client.get("/v1/indexes"))["indexes"] == ["index"]
    assert told("status", server.client.get(f"{BASE}/status"))["pages"] == 42
    assert server.client.get("/health").json() == {"status": "ok"}
    assert server.client.get("/ready").json() == {"status": "ready"}
    server.client.post(f"{BASE}/search", json={"query": "revenue"})
    counted = server.client.get("/metrics").text
    assert 'route="/v1/indexes/{name}/search",method="POST",status="200"' in counted
    assert "# TYPE mmrag_searches_under_way gauge" in counted


def test_the_api_describes_itself(server) -> None:
    described = server.client.get("/v1/openapi.json").json()
    assert described["paths"]["/v1/indexes/{name}/ask"]["post"]["summary"]
    named = set(re.findall('"#/components/schemas/([^"]+)"', json.dumps(described)))
    assert {"search", "answer", "hit"} <= named <= described["components"]["schemas"].keys()
    assert "/i/{name}" not in described["paths"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"{BASE}/search", {"query": ""}, 400),
        (f"{BASE}/search", {"query": "x", "doc": "y"}, 422),
        (f"{BASE}/search", {"query": "x", "k": 0}, 422),
        (f"{BASE}/search", {"query": "x", "pages": "9-3"}, 422),
        (f"{BASE}/search", {"query": "x", "channels": ["none"]}, 422),
        (f"{BASE}/search", {"query": "x", "documents": ["nowhere*"]}, 400),
        (f"{BASE}/ask", {"question": " "}, 400),
        ("/v1/indexes/other/search", {"query": "x"}, 404),
    ],
)
def test_a_wrong_call_is_told_what_is_wrong(server, path: str, body: dict, status: int) -> None:
    ran = server.client.post(path, json=body)
    assert ran.status_code == status, ran.text
    assert conforming("error", ran.text)["error"]["message"]


def test_what_is_no_text_is_refused(server) -> None:
    ran = server.client.post(
        f"{BASE}/search",
        content=b'{"query": "revenue \\ud800"}',
        headers={"Content-Type": "application/json"},
    )
    assert ran.status_code == 422


def test_several_indexes_are_searched_as_one(
    serving, sample_index: Path, small_index: Path
) -> None:
    served = serving([sample_index, small_index])
    names = served.client.get("/v1/indexes").json()["indexes"]
    body = {"query": "passengers of the ferry", "k": 4}
    found = told("search", served.client.post("/v1/search", json=body))
    assert len(names) == 2
    assert {hit["index"] for hit in found["hits"]} <= set(names)
    assert len({hit["image_id"] for hit in found["hits"]}) == len(found["hits"]) == 4
    assert "2 indexes, merged by scores: same space and settings" in found["notes"]
    one = served.client.post("/v1/search", json={**body, "indexes": names[1:]})
    assert {hit["index"] for hit in told("search", one)["hits"]} == {names[1]}
    assert served.client.post("/v1/search", json={**body, "indexes": ["none"]}).status_code == 404
