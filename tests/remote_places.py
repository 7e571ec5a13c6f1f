"""A web server and a small S3, both of this machine, whose files tests put and take away."""

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

import pytest


class Place:
    """Files by their names, what was asked for, and which answers fail.

    `broken` maps a name (of a folder with "/" at its end), or a method such as PUT, to the status
    that is answered for it.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.changed: dict[str, datetime] = {}
        self.broken: dict[str, int] = {}
        self.read: list[str] = []  # files whose bytes were asked for
        self.address = ""

    def put(self, name: str, data: bytes | str) -> None:
        self.files[name] = data.encode() if isinstance(data, str) else data
        self.changed[name] = datetime.now(UTC)

    def etag(self, name: str) -> str:
        return f'"{md5(self.files[name]).hexdigest()}"'

    def below(self, folder: str) -> tuple[list[str], list[str]]:
        """Names of the folders and files right in a folder."""
        inner = sorted(name[len(folder) :] for name in self.files if name.startswith(folder))
        folders = {name.partition("/")[0] for name in inner if "/" in name}
        return sorted(folders), [name for name in inner if "/" not in name]


class _Handler(BaseHTTPRequestHandler):
    place: Place

    def log_message(self, *arguments: object) -> None:
        pass

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        raise NotImplementedError

    def file(self, name: str) -> None:
        place = self.place
        if self.command == "GET":
            place.read.append(name)
        data = place.files[name]
        stamp = place.changed[name].strftime("%a, %d %b %Y %H:%M:%S GMT")
        said = {"ETag": place.etag(name), "Last_Modified": stamp}
        wanted = self.headers.get("Range", "").removeprefix("bytes=")
        if wanted and self.ranges:
            first, _, last = wanted.partition("-")
            end = min(int(last or len(data)), len(data) - 1)
            said["Content_Range"] = f"bytes {first}-{end}/{len(data)}"
            self.answer(206, data[int(first) : end + 1], **said)
        else:
            self.answer(200, data, **said)

    ranges = False


class _Web(_Handler):
    """Folders as pages of links, as Apache lists them."""

    def do_GET(self) -> None:
        name = unquote(urlsplit(self.path).path).removeprefix("/")
        if name in self.place.broken:
            self.answer(self.place.broken[name], b"no")
        elif name in self.place.files:
            self.file(name)
        elif name == "" or name.endswith("/"):
            folders, files = self.place.below(name)
            links = ["../", "?C=M;O=A", *(f"{each}/" for each in folders), *files]
            page = "".join(
                f'<a href="{quote(each, safe="/?=;")}">{escape(each)}</a>\n' for each in links
            )
            self.answer(200, f"<html><body>{page}</body></html>".encode(), Content_Type="text/html")
        else:
            self.answer(404, b"none")


class _S3(_Handler):
    """Of S3 what lists, reads and writes a bucket, path style; it believes every signature."""

    protocol_version = "HTTP/1.1"  # of those who wait with what they write until they may go on
    ranges = True

    @property
    def named(self) -> tuple[str, str]:
        """The bucket, and the file in it."""
        bucket, _, name = unquote(urlsplit(self.path).path).removeprefix("/").partition("/")
        return bucket, name

    def refuses(self) -> bool:
        """Whether that is broken what is asked for: then it was answered."""
        broken = [each for each in (self.command, *self.named) if each in self.place.broken]
        if broken:
            status = self.place.broken[broken[0]]
            code = "XMinioStorageFull" if status == 507 else "AccessDenied"
            told = f"<Error><Code>{code}</Code><Message>{code} it is</Message></Error>"
            self.answer(status, told.encode(), Content_Type="application/xml")
        return bool(broken)

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.refuses():
            name = self.named[1]
            self.place.put(name, data)
            self.answer(200, ETag=self.place.etag(name))

    def do_POST(self) -> None:
        """Several files are removed: nothing else is posted."""
        data = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if not self.refuses():
            for name in re.findall("<Key>(.*?)</Key>", data):
                self.place.files.pop(unescape(name), None)
            self.answer(200, b"<DeleteResult></DeleteResult>", Content_Type="application/xml")

    def do_GET(self) -> None:
        parts, place = urlsplit(self.path), self.place
        bucket, name = self.named
        asked = {key: value[0] for key, value in parse_qs(parts.query).items()}
        if self.refuses():
            return
        if name in place.files:
            self.file(name)
        elif name == "" and self.command == "GET":
            self.answer(200, self._listed(bucket, asked), Content_Type="application/xml")
        else:
            self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def _listed(self, bucket: str, asked: dict[str, str]) -> bytes:
        prefix, place = asked.get("prefix", ""), self.place
        folders, files = place.below(prefix) if asked.get("delimiter") else ([], [])
        if not asked.get("delimiter"):
            files = [name[len(prefix) :] for name in place.files if name.startswith(prefix)]
        told = "".join(
            f"<Contents><Key>{escape(prefix + each)}</Key><Size>{len(place.files[prefix + each])}"
            f"</Size><LastModified>{place.changed[prefix + each]:%Y-%m-%dT%H:%M:%S.%fZ}"
            f"</LastModified><ETag>{escape(place.etag(prefix + each))}</ETag></Contents>"
            for each in files
        ) + "".join(
            f"<CommonPrefixes><Prefix>{escape(prefix + each)}/</Prefix></CommonPrefixes>"
            for each in folders
        )
        return (
            f'<?xml version="1.0"?><ListBucketResult><Name>{bucket}</Name><Prefix>'
            f"{escape(prefix)}</Prefix><KeyCount>{len(files) + len(folders)}</KeyCount>"
            f"<IsTruncated>false</IsTruncated>{told}</ListBucketResult>"
        ).encode()


def _served(kind: type[_Handler]) -> Iterator[Place]:
    place = Place()
    handler = type("Handler", (kind,), {"place": place})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    place.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield place
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def web() -> Iterator[Place]:
    """A web server whose folders are pages of links."""
    pytest.importorskip("aiohttp", reason="pip install 'mmrag[remote]'")
    yield from _served(_Web)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """The buckets of an S3 of this machine, which the environment names."""
    s3fs = pytest.importorskip("s3fs", reason="pip install 'mmrag[remote]'")
    for place in _served(_S3):
        s3fs.S3FileSystem.clear_instance_cache()  # that of another test has another address
        monkeypatch.delenv("MMRAG_OFFLINE", raising=False)  # the suite's own hook stays
        monkeypatch.setenv("AWS_ENDPOINT_URL", place.address)
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", place.address)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-someone")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield place
