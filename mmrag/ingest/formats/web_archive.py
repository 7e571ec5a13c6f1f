"""MHTML: a page of HTML with its pictures in one file, as browsers save it (RFC 2557)."""

import email
import email.policy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path

from mmrag.errors import DocumentError
from mmrag.ingest.formats import encodings, flow, text, web
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """A page that was saved. Raises `DocumentError` where there is none in it."""
    data, problems = text.start_of(path, "file")
    message = email.message_from_bytes(data, policy=email.policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    page = next((part for part in parts if part.get_content_type() == "text/html"), None)
    if page is None:
        raise DocumentError("there is no page of HTML in it")
    source, encoding = encodings.decoded(content(page), page.get_content_charset(""))
    made = web.of_html(source, pictures_of(parts, terms.max_pixels))
    made.metadata = {**made.metadata, "encoding": encoding}
    for name, header in (("url", "Snapshot-Content-Location"), ("date", "Date")):
        if said := str(message.get(header, "")):
            made.metadata[name] = said
    made.problems = (*problems, *made.problems)
    with flow.opened(made, terms.on_wait) as file:
        yield file


def pictures_of(parts: Iterable[Message], max_pixels: int) -> web.Pictures:
    """The pictures that a page among the parts of a message can show."""
    held = {name: content(part) for part in parts for name in _addresses(part)}
    return web.Pictures(max_pixels, lambda address: held.get(address) or web.of_data(address))


def _addresses(part: Message) -> Iterator[str]:
    """What a page calls a part: its location, or its ID."""
    if location := str(part.get("Content-Location", "")).strip():
        yield location
    if name := str(part.get("Content-ID", "")).strip().strip("<>"):
        yield f"cid:{name}"


def content(part: Message) -> bytes:
    """The bytes of a part, decoded."""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
