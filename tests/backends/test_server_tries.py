"""Several servers of one model: slow, failing, gone and back. Each test scripts them."""

import threading
import time

import pytest
from tiny_vlms import Reply, ScriptedServer, served_by

from mmrag.backends.chat_server import ServerModel
from mmrag.errors import ConfigError, ModelError, ModelMissing, ModelTimeout
from mmrag.protocols import Limits, Turn

ASK = (Turn("user", "What is shown?"),)
SLOW = 60.0  # seconds: longer than a busy machine takes for what does not wait for it
BUSY = Reply(status=429, body=b"{}", headers={"retry-after": "0.3"})
BROKEN = Reply(status=500, body=b'{"error":{"message":"boom"}}')


def model(*servers: ScriptedServer, **changes: object) -> ServerModel:
    return ServerModel(served_by(*servers, **changes), offline=True)


def said(model: ServerModel, seconds: float = 10.0, in_line: float = 0.0) -> str:
    return "".join(model.stream(ASK, Limits(8, seconds, in_line)))


def all_said(model: ServerModel, count: int, seconds: float = 10.0) -> list[str]:
    """The replies to requests of a batch, each in a thread of its own."""
    replies: list[str] = []

    def ask() -> None:
        replies.append(said(model, seconds, in_line=40.0))

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


def test_requests_are_shared_and_each_server_has_no_more_than_it_is_allowed(scripted_servers):
    servers = scripted_servers(2)
    for server in servers:
        server.replies = [Reply(("x",), pause=0.1)]
    asked = model(*servers, parallel=2)
    assert asked.parallel == 4
    assert all_said(asked, 8) == ["x"] * 8
    assert [server.most_at_once for server in servers] == [2, 2]


def test_a_slow_server_gets_fewer_requests(scripted_servers):
    slow, fast = scripted_servers(2)
    slow.replies = [Reply(("x",), pause=1.0)]
    assert len(all_said(model(slow, fast, parallel=2), 12)) == 12
    assert len(slow.requests) < len(fast.requests)


@pytest.mark.promise(55)
def test_a_busy_server_is_waited_for_which_costs_no_try(scripted_server):
    scripted_server.replies = [BUSY, BUSY, Reply(("now",))]
    started = time.monotonic()
    assert said(model(scripted_server), seconds=0.5, in_line=SLOW) == "now"
    assert time.monotonic() - started >= 0.6


def test_a_server_that_is_busy_for_longer_than_the_line_is_told_at_once(scripted_server):
    scripted_server.replies = [Reply(status=429, body=b"{}", headers={"retry-after": "3600"})]
    started = time.monotonic()
    with pytest.raises(ModelError, match="429"):
        said(model(scripted_server, retries=3), in_line=SLOW)
    assert time.monotonic() - started < SLOW / 2
    assert len(scripted_server.requests) == 1


def test_while_one_is_busy_the_others_are_asked(scripted_servers):
    busy, free = scripted_servers(2)
    busy.replies = [Reply(status=503, body=b"", headers={"retry-after": "30"})]
    asked = model(busy, free)
    assert [said(asked, in_line=SLOW) for _ in range(4)] == ["a reply"] * 4
    assert len(busy.requests) == 1


def test_a_failed_try_is_followed_by_one_elsewhere(scripted_servers):
    broken, whole = scripted_servers(2)
    broken.replies = [BROKEN]
    asked = model(broken, whole, retries=1)
    assert [said(asked) for _ in range(3)] == ["a reply"] * 3
    assert len(broken.requests) == 1, "it is asked where the other has no place"


def test_tries_are_counted_over_all_servers(scripted_servers):
    servers = scripted_servers(2)
    for server in servers:
        server.replies = [BROKEN]
    with pytest.raises(ModelError, match="boom"):
        said(model(*servers, retries=2))
    assert sum(len(server.requests) for server in servers) == 3


@pytest.mark.promise(55)
def test_a_server_that_is_gone_leaves_its_requests_to_the_others(scripted_servers):
    gone, there = scripted_servers(2)
    gone.close()
    asked = model(gone, there)
    assert [said(asked) for _ in range(4)] == ["a reply"] * 4
    told = {use.url: use for use in asked.servers}
    assert told[there.url].replies == 4
    assert "no server answers there" in told[gone.url].fault


def test_where_all_are_gone_that_is_told(scripted_servers):
    servers = scripted_servers(2)
    for server in servers:
        server.close()
    with pytest.raises(ModelMissing, match="no server answers there"):
        said(model(*servers), in_line=SLOW)


def test_a_server_with_another_model_leaves_its_requests_to_the_others(scripted_servers):
    other, right = scripted_servers(2)
    other.replies = [Reply(status=404, body=b'{"error":{"message":"model not found"}}')]
    other.names = ["llava:7b"]
    asked = model(other, right)
    assert said(asked) == "a reply"
    assert "no model 'tiny'" in asked.servers[0].fault


@pytest.mark.promise(55)
def test_a_server_that_is_started_anew_is_waited_for_by_a_batch(scripted_servers):
    (server,) = scripted_servers(1)
    asked = model(server)
    assert said(asked) == "a reply"
    server.close()
    with pytest.raises(ModelMissing):
        said(asked)
    again: list[ScriptedServer] = []
    timer = threading.Timer(0.5, lambda: again.append(ScriptedServer(server.port)))
    timer.start()
    assert said(asked, in_line=SLOW) == "a reply"
    timer.join()
    again[0].close()


@pytest.mark.promise(55)
def test_a_request_of_a_batch_that_ran_out_of_time_is_tried_at_another_server(scripted_servers):
    hangs, whole = scripted_servers(2)
    hangs.replies = [Reply(("late",), pause=SLOW)]
    asked = model(hangs, whole)
    assert said(asked, seconds=0.5, in_line=SLOW) == "a reply"
    hangs.replies = [Reply(("late",), pause=SLOW)]
    with pytest.raises(ModelTimeout):
        said(model(hangs), seconds=0.5, in_line=SLOW)


@pytest.mark.promise(55)
def test_a_server_that_takes_fewer_than_it_is_allowed_is_found_out(scripted_server):
    refused = []

    def answer(body):
        if scripted_server.at_once < 2:
            return Reply(("x",), pause=0.05)
        refused.append(body)
        return Reply(status=429, body=b"{}")

    scripted_server.answers = answer
    assert all_said(model(scripted_server, parallel=6), 18) == ["x"] * 18
    assert len(refused) < 12, "without adapting each is refused several times"


def test_each_address_must_be_one_that_may_be_reached(scripted_server):
    with pytest.raises(ConfigError, match=r"192\.0\.2\.1.*offline"):
        model(scripted_server, base_url=(scripted_server.url, "http://192.0.2.1/v1"))
    with pytest.raises(ConfigError, match="base_url"):
        model(scripted_server, base_url=())


def test_one_that_is_named_twice_is_one(scripted_server):
    asked = model(scripted_server, scripted_server, parallel=3)
    assert asked.parallel == 3
    assert said(asked) == "a reply"
    assert [use.url for use in asked.servers] == [scripted_server.url]
