"""Messages as Outlook saves them (MSG), read by python-oxmsg as mail."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from mmrag.errors import DocumentError
from mmrag.ingest.formats import mail, outlook_text
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms
from mmrag.types import Problem

if TYPE_CHECKING:
    from oxmsg import Message
    from oxmsg.storage import Storage

_OBJECT = "__substg1.0_3701000D"
_DAMAGED = (Problem("open", "the file is damaged; parts may be lost"),)
ADVICE = (
    "Outlook's messages need python-oxmsg: `pip install 'mmrag[outlook]'`, and run with "
    "--retry-failed"
)


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """A message. Raises `DocumentError` where it cannot be read, or python-oxmsg is missing."""
    if find_spec("oxmsg") is None:
        raise DocumentError(ADVICE)
    from olefile import OleFileIO
    from oxmsg import Message
    from oxmsg.storage import Storage

    try:
        with OleFileIO(str(path)) as compound:
            storage = outlook_text.in_unicode(Storage.from_ole(compound))
            made, unread = _as_mail(Message(storage), storage)
            is_damaged = bool(compound.parsing_issues)
    except KeyError as error:
        raise DocumentError(f"the message cannot be read: it has no {error}") from error
    except Exception as error:  # it says in no way which of its own it raises for a broken file
        raise DocumentError(f"the message cannot be read: {error}") from error
    problems = _DAMAGED if is_damaged else ()
    if unread:
        told = f"attachments that are objects of other programs: {unread}"
        problems = (*problems, Problem("unread", told))
    with mail.of_bytes(made.as_bytes(), terms) as file:
        yield replace(file, problems=(*file.problems, *problems))


def _as_mail(message: "Message", storage: "Storage") -> tuple[EmailMessage, int]:
    """The same message as a mail server would have it, and how many attachments are left out."""
    made = EmailMessage()
    to = [f"{one.name} <{one.email_address}>" for one in message.recipients]
    date = message.sent_date.strftime("%a, %d %b %Y %H:%M:%S %z") if message.sent_date else ""
    told = {"From": message.sender, "To": ", ".join(to), "Date": date, "Subject": message.subject}
    for name, value in told.items():
        if value:
            made[name] = " ".join(value.replace("\0", " ").split())
    made.set_content((message.body or "").rstrip("\0"))
    if message.html_body:
        made.add_alternative(message.html_body, subtype="html")
    for attachment in message.attachments:
        if attachment.file_bytes is not None:
            main, _, sub = (attachment.mime_type or "application/octet-stream").partition("/")
            made.add_attachment(
                attachment.file_bytes,
                maintype=main,
                subtype=sub or "octet-stream",
                filename=attachment.file_name or None,
            )
    unread = 0
    for inner in _objects(storage):
        if any(stream.name == outlook_text.PROPERTIES for stream in inner.streams):
            message_within, more = _as_mail(type(message)(inner), inner)
            made.add_attachment(message_within)
            unread += more
        else:
            unread += 1
    return made, unread


def _objects(storage: "Storage") -> Iterator["Storage"]:
    """What is attached as a message, or as an object, and not as a file."""
    for attached in storage.iter_attachment_storages():
        yield from (one for one in attached.storages if one.name == _OBJECT)
