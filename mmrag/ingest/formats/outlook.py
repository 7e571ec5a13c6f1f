"""Messages as Outlook saves them (MSG), read by python-oxmsg as mail."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from mmrag.errors import DocumentError
from mmrag.ingest.formats import mail
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms
from mmrag.types import Problem

if TYPE_CHECKING:
    from oxmsg import Message

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
            made = _as_mail(Message(Storage.from_ole(compound)))
            is_damaged = bool(compound.parsing_issues)
    except Exception as error:  # it says in no way which of its own it raises for a broken file
        raise DocumentError(f"the message cannot be read: {error}") from error
    with mail.of_bytes(made.as_bytes(), terms) as file:
        yield replace(file, problems=(*file.problems, *_DAMAGED)) if is_damaged else file


def _as_mail(message: "Message") -> EmailMessage:
    """The same message as a mail server would have it."""
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
    return made
