"""Questions that wait, that are given up, and that fail."""

import gc
import json
import logging
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from contract_schema import conforming
from tiny_vlms import Reply, ScriptedServer

from mmrag.config import AnswerSettings, Settings
from mmrag.models import Models

ASK = "/v1/indexes/index/ask"
SLOW = {"question": "Which colours is the Brina 300 sold in?"}
"""No table answers it, so that the model is asked."""


@pytest.fixture
def generating(scripted_server: ScriptedServer) -> Models:
    settings = Settings(
        name="scripted",
        vlm=scripted_server.settings(parallel=1, max_images=0, thinking="none"),
        answer=AnswerSettings(by="vlm", compute=False),
    )
    return Models(settings)


def wait_for(condition, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_goes_away_stops_its_answer(
    serving,
    sample_index: Path,
    generating: Models,
    scripted_server: ScriptedServer,
    caplog: pytest.LogCaptureFixture,
    stream: bool,
) -> None:
    scripted_server.replies = [Reply(("word ",) * 600, pause=0.05)]  # half a minute
    served = serving([sample_index], generating)
    body = json.dumps({**SLOW, "stream": stream}).encode()
    host, port = served.host.split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            f"POST {ASK} HTTP/1.1\r\nHost: {served.host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        assert wait_for(lambda: scripted_server.at_once == 1)
    assert wait_for(lambda: served.engine.asks.under_way == 0, 5)
    assert wait_for(lambda: scripted_server.at_once == 0, 5)
    assert len(scripted_server.requests) == 1
    gc.collect()  # asyncio tells of an error that nobody read when it is let go of
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_more_questions_than_may_wait_are_told_when_to_come_back(
    serving, sample_index: Path, generating: Models, scripted_server: ScriptedServer
) -> None:
    scripted_server.replies = [Reply(("It is sold ", "in red."), pause=0.5)]
    served = serving([sample_index], generating, asks_waiting=1)
    codes: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: codes.append(served.client.post(ASK, json=SLOW).status_code)
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    assert wait_for(lambda: served.engine.asks.under_way == 2)
    refused = served.client.post(ASK, json=SLOW)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    conforming("error", refused.text)
    search = served.client.post("/v1/indexes/index/search", json={"query": "revenue"})
    assert search.status_code == 200  # meanwhile
    for thread in threads:
        thread.join()
    assert codes == [200, 200]
    assert scripted_server.most_at_once == 1


def test_a_model_that_fails_is_an_event_of_the_stream_and_a_502(
    serving, sample_index: Path, generating: Models, scripted_server: ScriptedServer
) -> None:
    scripted_server.replies = [Reply(status=500, body=b'{"error": {"message": "out of memory"}}')]
    served = serving([sample_index], generating)
    ran = served.client.post(ASK, json=SLOW)
    assert ran.status_code == 502
    assert conforming("error", ran.text)["error"]["type"] == "model"
    streamed = served.client.post(ASK, json={**SLOW, "stream": True})
    assert streamed.status_code == 200
    assert "event: error\n" in streamed.text


class FaultyModel:
    """A chat model with a fault that nobody foresaw."""

    name, max_images, parallel = "faulty", 0, 1

    def stream(self, turns: object, limits: object) -> Iterator[str]:
        raise ZeroDivisionError("words of a document")
        yield

    def close(self) -> None:
        """It holds nothing."""


@pytest.mark.parametrize("stream", [True, False])
def test_a_fault_of_an_answer_is_in_the_log_by_its_place_alone(
    serving,
    sample_index: Path,
    generating: Models,
    caplog: pytest.LogCaptureFixture,
    stream: bool,
) -> None:
    served = serving([sample_index], Models(generating.settings, chat_model=FaultyModel))
    ran = served.client.post(ASK, json={**SLOW, "stream": stream})
    assert ran.status_code == (200 if stream else 500)
    assert "the log says where" in ran.text
    logged = [record.getMessage() for record in caplog.records if record.name == "mmrag.serve"]
    assert [line for line in logged if "ZeroDivisionError in test_asking.py" in line]
    assert "words of a document" not in ran.text + caplog.text


def test_what_is_indexed_meanwhile_is_found_without_a_restart(
    serving, small_index: Path, tmp_path: Path
) -> None:
    import pymupdf

    from mmrag.index import Index

    served = serving([small_index])
    question = {"question": "What is the harbour master called?"}
    assert "Osk" not in served.client.post(ASK, json=question).json()["text"]
    with pymupdf.open() as paper:
        paper.new_page().insert_text((72, 72), "The harbour master is called Osk.")
        paper.save(tmp_path / "harbour.pdf")
    with Index.open(small_index) as index:
        assert index.add(tmp_path / "harbour.pdf").complete
    assert "Osk" in served.client.post(ASK, json=question).json()["text"]


def test_an_index_that_another_one_takes_the_place_of_is_opened_anew(
    serving, small_index: Path, sample_index: Path
) -> None:
    served = serving([small_index])
    few = served.client.get("/v1/indexes/index/status").json()["pages"]
    shutil.move(small_index, small_index.with_name("before"))
    assert served.client.get("/v1/indexes/index/status").status_code == 503
    shutil.copytree(sample_index, small_index)
    assert served.client.get("/v1/indexes/index/status").json()["pages"] == 42 > few
