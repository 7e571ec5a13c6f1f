"""Uploads and folders: the jobs of a server."""

import http.client
from contextlib import suppress
from pathlib import Path

import pymupdf
import pytest
from contract_schema import conforming

from mmrag.serve.jobs import file_name

BASE = "/v1/indexes/index"
ASK = {"question": "What is the harbour master called?"}


@pytest.fixture
def harbour(tmp_path: Path) -> bytes:
    with pymupdf.open() as paper:
        paper.new_page().insert_text((72, 72), "The harbour master is called Osk.")
        return paper.tobytes()


def upload(served, name: str, data: bytes) -> dict:
    ran = served.client.post(f"{BASE}/upload", params={"file": name}, content=data)
    assert ran.status_code == 202, ran.text
    return served.ended(conforming("job", ran.text))


def test_a_file_that_is_uploaded_is_found(serving, small_index: Path, harbour: bytes) -> None:
    served = serving([small_index])
    job = upload(served, "harbour.pdf", harbour)
    assert (job["state"], job["report"]["stored"]) == ("done", 1)
    assert "Osk" in served.client.post(f"{BASE}/ask", json=ASK).json()["text"]
    page = served.client.get("/i/index/jobs", headers={"Accept": "text/html"}).text
    assert "upload of harbour.pdf" in page
    listed = served.client.get(f"{BASE}/jobs").json()["jobs"]
    assert [item["id"] for item in listed] == [job["id"]]


def test_what_a_file_is_its_content_says(serving, small_index: Path) -> None:
    served = serving([small_index])
    job = upload(served, "page.pdf", b"<html><script>alert(1)</script></html>")
    assert job["state"] == "in part"
    assert job["report"]["failed"]


def test_a_folder_of_the_server_is_indexed_by_its_number_alone(
    serving, small_index: Path, tmp_path: Path, harbour: bytes
) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "harbour.pdf").write_bytes(harbour)
    served = serving([small_index], folders=(tmp_path / "papers",))
    for wrong in (1, -1, "/etc", "papers"):
        ran = served.client.post(f"{BASE}/jobs", json={"folder": wrong})
        assert ran.status_code in (404, 422)
    ran = served.client.post(f"{BASE}/jobs", json={"folder": 0})
    assert served.ended(ran.json())["report"]["stored"] == 1


def test_a_job_is_cancelled(serving, small_index: Path, tmp_path: Path, harbour: bytes) -> None:
    (tmp_path / "papers").mkdir()
    for number in range(20):
        (tmp_path / "papers" / f"{number}.pdf").write_bytes(harbour + b"%" * number)
    served = serving([small_index], folders=(tmp_path / "papers",))
    job = served.client.post(f"{BASE}/jobs", json={"folder": 0}).json()
    served.client.delete(f"{BASE}/jobs/{job['id']}")
    assert served.ended(job)["state"] == "cancelled"
    assert served.client.delete(f"{BASE}/jobs/99").status_code == 404


def test_a_server_that_only_reads_takes_nothing(serving, small_index: Path, harbour: bytes) -> None:
    served = serving([small_index], read_only=True)
    for path, body in ((f"{BASE}/upload?file=x.pdf", harbour), (f"{BASE}/jobs", b'{"folder": 0}')):
        kind = {"Content-Type": "application/json"}
        assert served.client.post(path, content=body, headers=kind).status_code == 403
    assert not (small_index / "uploads").exists()


@pytest.mark.promise(29)
@pytest.mark.parametrize("says_length", [True, False])
def test_an_upload_is_cut_at_the_limit_and_nothing_of_it_stays(
    serving, small_index: Path, says_length: bool
) -> None:
    served = serving([small_index], upload_bytes=100_000)
    host, port = served.host.split(":")
    client = http.client.HTTPConnection(host, int(port), timeout=20)
    data = b"%PDF-1.7" + b" " * 3_000_000
    pieces = (data[at : at + 65536] for at in range(0, len(data), 65536))
    body = data if says_length else pieces
    with suppress(ConnectionError):  # the line may be cut while it is sent
        client.request("POST", f"{BASE}/upload?file=x.pdf", body, encode_chunked=not says_length)
        assert client.getresponse().status == 413
    client.close()
    uploads = small_index / "uploads"
    assert not uploads.exists() or not list(uploads.iterdir())
    assert served.client.get(f"{BASE}/jobs").json()["jobs"] == []


@pytest.mark.promise(28)
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..", "upload"),
        ("C:\\boot.ini", "boot.ini"),
        (".hidden", "hidden"),
        ("a\x00b\n<c>.pdf", "a_b__c_.pdf"),
        ("é 日.pdf", "é 日.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_the_name_of_an_upload_is_never_a_path(given: str, kept: str) -> None:
    assert file_name(given) == kept
