"""Attacks on the door: names, origins, tokens, paths, sizes, slowness, and what is logged."""

import http.client
import logging
import socket
import time
from contextlib import suppress
from pathlib import Path

import pytest
from contract_schema import conforming

from mmrag.errors import UsageError
from mmrag.serve.guard import COOKIE, HEADERS
from mmrag.serve.run import allow_connections
from mmrag.serve.settings import ServeSettings

TOKEN = "correct horse battery"
BASE = "/v1/indexes/index"
ROUTES = [
    ("GET", "/"),
    ("GET", "/health"),
    ("GET", "/metrics"),
    ("GET", "/v1/indexes"),
    ("GET", "/v1/openapi.json"),
    ("GET", f"{BASE}/documents"),
    ("POST", f"{BASE}/search"),
    ("POST", f"{BASE}/ask"),
    ("POST", "/v1/chat/completions"),
    ("POST", "/mcp"),
    ("GET", "/mcp"),
    ("GET", "/nowhere"),
]


def raw(url: str, data: bytes, *, seconds: float = 20) -> bytes:
    """What the server says to these bytes."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=seconds) as connection:
        connection.sendall(data)
        said = b""
        while piece := connection.recv(65536):
            said += piece
        return said


def status(said: bytes) -> int:
    return int(said.split(b" ", 2)[1])


@pytest.mark.promise(26)
def test_a_place_beyond_this_machine_is_refused_without_a_token() -> None:
    for host in ("0.0.0.0", "::", "192.0.2.7", "example.org", "", "127.1"):
        with pytest.raises(UsageError, match="--token-file"):
            ServeSettings(host=host)
        ServeSettings(host=host, token=TOKEN)
    for host in ("127.0.0.1", "::1", "localhost", "127.8.0.1"):
        ServeSettings(host=host)


@pytest.mark.parametrize("address", ["*", "", "0.0.0.0/0", "::/0", "proxy.example", "10.0.0.1/8"])
def test_a_proxy_that_is_believed_is_not_anyone(address: str) -> None:
    with pytest.raises(UsageError, match="address of the proxy"):
        ServeSettings(proxies=(address,))
    ServeSettings(proxies=("127.0.0.1", "10.0.0.0/8", "::1"))


@pytest.mark.promise(26)
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org", "", "127.1"])
def test_beyond_this_machine_nothing_starts_without_a_token(mmrag, sample_index, host) -> None:
    ran = mmrag("serve", "--host", host, "--port", 0, "--index", sample_index)
    assert ran.code == 2
    assert "--token-file" in ran.err


@pytest.mark.promise(26)
def test_a_token_is_asked_for_on_every_route_that_tells_of_an_index(serving, sample_index) -> None:
    served = serving([sample_index], token=TOKEN)
    assert served.client.get("/v1/indexes").status_code == 200
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Cookie": f"{COOKIE}={TOKEN}"}):
        for method, path in ROUTES:
            if path != "/health":
                client = http.client.HTTPConnection(served.host)
                client.request(method, path, headers=headers)
                answer = client.getresponse()
                answer.read()
                assert answer.status == 401, (method, path, headers)
                client.close()


def test_a_token_is_long_and_its_file_is_its_owners_alone(mmrag, sample_index, tmp_path) -> None:
    file = tmp_path / "token"
    options = ("serve", "--port", 0, "--index", sample_index, "--token-file", file)
    file.write_text("short\n")
    file.chmod(0o600)
    assert "characters" in mmrag(*options).err
    file.write_text(TOKEN)
    file.chmod(0o644)
    assert "chmod 600" in mmrag(*options).err


@pytest.mark.promise(27)
@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "localhost.evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Host": "127.0.0.1@evil.example"},
        {"Host": ""},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
    ],
)
def test_other_names_and_pages_of_other_sites_get_403_on_every_route(
    server, method: str, path: str, headers: dict[str, str]
) -> None:
    client = http.client.HTTPConnection(server.host)
    client.request(method, path, headers=headers)
    answer = client.getresponse()
    body = answer.read().decode()
    client.close()
    assert answer.status == 403
    assert conforming("error", body)["error"]["type"] == "forbidden"


@pytest.mark.promise(27)
def test_two_names_or_none_get_403(server) -> None:
    for hosts in (b"", f"Host: {server.host}\r\nHost: evil.example\r\n".encode()):
        said = raw(
            server.url, b"GET /v1/indexes HTTP/1.1\r\n" + hosts + b"Connection: close\r\n\r\n"
        )
        assert status(said) in (400, 403)


def test_a_link_of_another_site_opens_and_its_form_does_not(server) -> None:
    opened = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert server.client.get("/health", headers=opened).status_code == 200
    own = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    body = {"query": "revenue"}
    assert server.client.post(f"{BASE}/search", json=body, headers=own).status_code == 200
    assert server.client.post(f"{BASE}/search", json=body, headers=opened).status_code == 403


@pytest.mark.promise(28)
@pytest.mark.parametrize(
    "name",
    [
        "..", "../index.db", "..%2f..%2fetc%2fpasswd", "%2e%2e%2findex.db", "/etc/passwd",
        "%2Fetc%2Fpasswd", "4aa13efb-p0001%00", "%00", "....//", "4aa13efb-p0001/../../index.db",
        "index.db", "link", "%ff", "C:%5cboot.ini", "~root",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "route",
    [
        f"{BASE}/images/{{}}",
        f"{BASE}/images/{{}}/picture",
        f"{BASE}/images/{{}}/page",
        f"{BASE}/images/{{}}/data.csv",
        f"{BASE}/documents/{{}}",
        "/v1/indexes/{}/documents",
    ],
)
def test_what_is_no_id_is_not_found(server, route: str, name: str) -> None:
    request = (
        f"GET {route.format(name)} HTTP/1.1\r\nHost: {server.host}\r\nConnection: close\r\n\r\n"
    )
    said = raw(server.url, request.encode())
    assert status(said) == 404, said[:200]
    assert b"SQLite" not in said
    assert b"root:" not in said


@pytest.mark.promise(28)
def test_a_symlink_in_the_folder_of_pictures_is_not_followed_by_name(
    serving, small_index: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    (small_index / "pictures").mkdir()
    (small_index / "pictures" / "link.webp").symlink_to(secret)
    served = serving([small_index])
    for name in ("link", "link.webp"):
        assert served.client.get(f"{BASE}/images/{name}/picture").status_code == 404


@pytest.mark.promise(29)
def test_a_body_that_says_it_is_too_long_is_refused_before_it_is_read(server) -> None:
    head = (
        f"POST {BASE}/ask HTTP/1.1\r\nHost: {server.host}\r\nContent-Type: application/json\r\n"
        "Content-Length: 99000000\r\n\r\n"
    )
    assert status(raw(server.url, head.encode())) == 413


@pytest.mark.promise(29)
def test_a_body_of_unknown_length_is_cut_at_the_limit(server) -> None:
    sent = 0

    def endless():
        nonlocal sent
        while sent < 50_000_000:
            sent += 65536
            yield b" " * 65536

    host, port = server.host.split(":")
    client = http.client.HTTPConnection(host, int(port), timeout=20)
    client.putrequest("POST", f"{BASE}/ask")
    client.putheader("Content-Type", "application/json")
    client.putheader("Transfer-Encoding", "chunked")
    client.endheaders()
    with suppress(OSError):  # the server closes the line
        for piece in endless():
            client.send(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
    assert sent < 20_000_000  # what the sockets hold comes on top of the limit
    client.close()


@pytest.mark.promise(29)
@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 30, "0x10"])
def test_a_length_that_is_none_is_refused(server, length: str) -> None:
    head = f"POST {BASE}/ask HTTP/1.1\r\nHost: {server.host}\r\nContent-Length: {length}\r\n\r\n"
    assert status(raw(server.url, head.encode())) in (400, 413)


def test_a_body_that_stands_still_is_given_up(serving, sample_index) -> None:
    served = serving([sample_index], body_seconds=0.2)
    head = (
        f"POST {BASE}/ask HTTP/1.1\r\nHost: {served.host}\r\nContent-Type: application/json\r\n"
        'Content-Length: 100\r\n\r\n{"question": '
    )
    assert status(raw(served.url, head.encode())) == 408


def test_a_thousand_idle_connections_do_not_stop_others(server) -> None:
    allow_connections()
    host, port = server.host.split(":")
    idle = []
    try:
        for number in range(1000):
            connection = socket.create_connection((host, int(port)))
            idle.append(connection)
            if number % 2:
                connection.sendall(b"POST /v1/indexes/index/ask HTTP/1.1\r\nHo")  # slow, too
        started = time.monotonic()
        ran = server.client.post(f"{BASE}/search", json={"query": "revenue"})
        assert ran.status_code == 200
        assert time.monotonic() - started < 10
    finally:
        for connection in idle:
            connection.close()


def test_every_response_forbids_what_no_page_of_ours_does(server) -> None:
    for path in ("/health", "/nowhere", f"{BASE}/status"):
        headers = server.client.get(path).headers
        assert {name: headers[name] for name in HEADERS} == HEADERS
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_the_log_holds_neither_questions_nor_tokens_nor_words_of_documents(
    serving, sample_index, caplog: pytest.LogCaptureFixture
) -> None:
    served = serving([sample_index], token=TOKEN)
    with caplog.at_level(logging.INFO):
        question = "What was the operating profit of Halden Tidal in 2024?"
        served.client.post(f"{BASE}/ask", json={"question": question})
        served.client.get("/v1/indexes", params={"token": TOKEN, "q": "Halden"})
        served.client.post(f"{BASE}/ask", content=b"Halden {", headers={"X-Word": "Halden"})
    told = "\n".join(record.getMessage() for record in caplog.records if record.name != "httpx2")
    assert "POST /v1/indexes/{name}/ask 200" in told
    for word in ("Halden", "operating", TOKEN, "85.5"):
        assert word not in told
