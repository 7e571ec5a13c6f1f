"""Long lists, part by part."""

import re
from pathlib import Path

import pytest
from contract_schema import conforming

from mmrag.serve import browsing
from mmrag.serve.listing import ListPart

BASE = "/v1/indexes/index"


@pytest.mark.parametrize(
    ("start", "held", "before", "after", "words"),
    [
        (0, 3, None, 3, "1 to 3 of 8"),
        (3, 3, 0, 6, "4 to 6 of 8"),
        (6, 2, 3, None, "7 to 8 of 8"),
        (1, 3, 0, 4, "2 to 4 of 8"),
    ],
)
def test_a_part_knows_what_lies_around_it(start, held, before, after, words) -> None:
    part = ListPart(["item"] * held, start, 3, 8)
    assert (part.before, part.after, part.words) == (before, after, words)


def test_documents_come_in_parts_and_none_twice(server) -> None:
    whole = server.client.get(f"{BASE}/documents").json()["documents"]
    parts: list[dict] = []
    for start in range(0, 9, 3):
        ran = server.client.get(f"{BASE}/documents", params={"start": start, "count": 3})
        told = conforming("documents", ran.text)
        assert told["total"] == len(whole) == 8
        parts += told["documents"]
    assert parts == whole


@pytest.mark.parametrize("query", [{"start": -1}, {"count": 0}, {"count": 1001}, {"start": 10**30}])
def test_a_part_is_bounded(server, query: dict) -> None:
    assert server.client.get(f"{BASE}/documents", params=query).status_code == 422


def test_a_page_leads_to_the_next_part(server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsing, "SHOWN", 5)
    first = server.client.get("/i/index/documents").text
    assert "1 to 5 of 8" in first
    second = server.client.get("/i/index/documents?start=5").text
    found = [set(re.findall(r"/i/index/d/([0-9a-f]+)", page)) for page in (first, second)]
    assert [len(ids) for ids in found] == [5, 3]
    assert found[0].isdisjoint(found[1])


def test_answers_and_jobs_are_told_by_the_api_the_newest_first(serving, small_index: Path) -> None:
    served = serving([small_index], keeps_answers=True)
    questions = ("Who runs the network?", "What does the sensor measure?")
    for question in questions:
        assert served.client.get("/i/index", params={"q": question}).status_code == 200
    told = conforming("kept_answers", served.client.get(f"{BASE}/answers?count=1").text)
    assert (told["total"], [item["question"] for item in told["answers"]]) == (2, [questions[1]])
    [item] = told["answers"]
    found = served.client.get(f"{BASE}/answers/{item['id']}").text
    assert conforming("kept_answer", found)["answer"]["question"] == questions[1]
    assert served.client.get(f"{BASE}/answers/none").status_code == 404
    assert conforming("jobs", served.client.get(f"{BASE}/jobs").text)["total"] == 0
