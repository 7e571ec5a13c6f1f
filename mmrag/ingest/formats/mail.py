"""Mail: a message with its headers and its text; what is attached is a document of its own.

Of an mbox the pages list its messages, each of which is a document below it.
"""

import email
import email.parser
import email.policy
import html
import io
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage, Message
from functools import lru_cache
from pathlib import Path

from mmrag.ingest.formats import delimited, encodings, flow, web
from mmrag.ingest.formats.flow import Content, HtmlBlock
from mmrag.ingest.formats.members import Members
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms
from mmrag.ingest.formats.web_archive import content, pictures_of
from mmrag.types import Problem

_MAX_BYTES = 128 << 20  # of one message; chosen by hand: mail servers take 25 to 150 MB
_MAX_MESSAGES = 10_000  # of an mbox that are listed; chosen by hand
_HELD_HEADERS = 64  # of the parts that are looked at next; chosen by hand
_HEADERS = ("From", "To", "Cc", "Date")
_MBOX = b"From "
_MESSAGE, _ATTACHED = "message/rfc822", "attachment"


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """A message, or a file of messages. Raises `DocumentError` where there is nothing to read."""
    with path.open("rb") as file:
        start = file.read(len(_MBOX))
        file.seek(0)
        if start != _MBOX:
            with of_bytes(file.read(_MAX_BYTES), terms) as one:
                yield one
            return
        listed = list(_listed(file, terms.members))
    problems = tuple(terms.members.problems()) if terms.members else ()
    rows = [["date", "from", "subject"], *listed]
    with delimited.of_rows("Messages", rows, terms, {}, problems) as many:
        yield many


@contextmanager
def of_bytes(data: bytes, terms: OpeningTerms) -> Iterator[OpenFile]:
    """One message. Raises `DocumentError` where there is nothing to read."""
    message = email.message_from_bytes(data, policy=_policy())
    made = _content(message, terms)
    if terms.members:
        for number, part in enumerate(_attached(message), 1):
            name, attached = _file(part, number)
            terms.members.add(name, io.BytesIO(attached))
        made.problems = (*made.problems, *terms.members.problems())
    elif count := sum(1 for _ in _attached(message)):
        made.problems = (*made.problems, Problem("unread", f"attachments are not read: {count}"))
    with flow.opened(made, terms.on_wait) as file:
        yield file


def _policy() -> "email.policy.EmailPolicy[EmailMessage]":
    """That of today's mail; a header that was parsed stays at hand, which spares half the time."""
    parse = lru_cache(_HELD_HEADERS)(HeaderRegistry())
    return email.policy.default.clone(header_factory=parse)


def _content(message: EmailMessage, terms: OpeningTerms) -> Content:
    """The headers and all that is shown below them."""
    subject = _header(message, "Subject") or "Message without a subject"
    lines = [(name, said) for name in _HEADERS if (said := _header(message, name))]
    head = f"<h1>{html.escape(subject)}</h1>" + "".join(
        f"<p><b>{name}:</b> {html.escape(said)}</p>" for name, said in lines
    )
    metadata = {name.lower(): said for name, said in lines}
    parts = [part for part in message.walk() if not part.is_multipart()]
    bodies = [(part.get_content_subtype() == "html", _text(part)) for part in _bodies(message)]
    if not any(is_html for is_html, _ in bodies):
        text = "".join(_as_written(text) for _, text in bodies)
        return Content([HtmlBlock(head + text)], subject, metadata)
    source = "\n".join(text if is_html else _as_written(text) for is_html, text in bodies)
    made = web.of_html(source, pictures_of(parts, terms.max_pixels))
    first, *others = made.blocks or [HtmlBlock("")]
    made.blocks = [HtmlBlock(head), replace(first, begins_page=False), *others]
    made.title, made.metadata = subject, metadata
    return made


def _bodies(part: Message) -> list[Message]:
    """What is shown of a part and of those in it, in order: of alternatives, the one with HTML."""
    kind, payload = part.get_content_type(), part.get_payload()
    if not isinstance(payload, list):
        return [part] if kind in ("text/html", "text/plain") else []
    shown = (one for one in payload if isinstance(one, Message) and not _is_file(one))
    inner = [bodies for one in shown if (bodies := _bodies(one))]
    if kind != "multipart/alternative":
        return [body for bodies in inner for body in bodies]
    return max(inner, key=_has_html, default=[])


def _has_html(bodies: list[Message]) -> bool:
    return any(body.get_content_subtype() == "html" for body in bodies)


def _text(part: Message) -> str:
    return encodings.decoded(content(part), str(part.get_content_charset("")))[0]


def _as_written(text: str) -> str:
    return f"<pre>{html.escape(text)}</pre>"


def _is_file(part: Message) -> bool:
    is_message = part.get_content_type() == _MESSAGE
    return is_message or bool(part.get_filename()) or part.get_content_disposition() == _ATTACHED


def _attached(message: EmailMessage) -> Iterator[Message]:
    """The parts that are files: messages within the message are one each."""
    for part in message.walk() if message.get_content_type() != _MESSAGE else ():
        if part is message:
            continue
        is_shown = part.get("Content-ID") and part.get_content_disposition() != _ATTACHED
        if _is_file(part) and not is_shown:
            yield part


def _file(part: Message, number: int) -> tuple[str, bytes]:
    """The name and the bytes of what is attached."""
    if part.get_content_type() == _MESSAGE:
        inner = part.get_payload(0)
        assert isinstance(inner, Message)
        name = part.get_filename() or f"message {number}"
        return f"{name.removesuffix('.eml')}.eml", inner.as_bytes()
    suffix = mimetypes.guess_extension(part.get_content_type()) or ""
    return part.get_filename() or f"attachment {number}{suffix}", content(part)


def _listed(file: io.BufferedReader, members: Members | None) -> Iterator[list[str]]:
    """A row for each message of an mbox."""
    parser = email.parser.BytesHeaderParser(policy=email.policy.default)
    for number, data in enumerate(_messages(file), 1):
        head = parser.parsebytes(data)
        subject = _header(head, "Subject")
        if number <= _MAX_MESSAGES:
            yield [_header(head, "Date"), _header(head, "From"), subject]
        if members:
            name = f"{number:05d} {subject.replace('/', '-')[:80]}".strip()
            members.add(f"{name}.eml", io.BytesIO(data))


def _messages(file: io.BufferedReader) -> Iterator[bytes]:
    """The messages of an mbox: each begins with a line "From ..." behind an empty one."""
    lines: list[bytes] = []
    size, is_empty = 0, True
    for line in file:
        if line.startswith(_MBOX) and is_empty:
            if lines:
                yield b"".join(lines)
            lines, size = [], 0
            continue
        is_empty = not line.strip()
        size += len(line)
        if size <= _MAX_BYTES:
            lines.append(line)
    if lines:
        yield b"".join(lines)


def _header(message: Message, name: str) -> str:
    """A header decoded, on one line; nothing where the parser cannot make sense of it."""
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):
        return ""
