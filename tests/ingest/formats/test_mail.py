import io
from datetime import UTC, datetime
from email.message import EmailMessage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from types import SimpleNamespace

import pytest
import small_outlook
from PIL import Image

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats.members import Members
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.pages import OpenFile
from mmrag.ingest.formats.table import SUFFIXES

MANY = 10**8


def message(subject: str = "Ferry plan") -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Ebbe <ebbe@lake.example>"
    made["To"] = "Kai"
    made["Subject"] = subject
    made["Message-ID"] = "<1@lake.example>"
    made.set_content("The ferry leaves at noon.")
    return made


@pytest.fixture
def members(tmp_path: Path) -> Members:
    return Members(tmp_path / "out", SUFFIXES)


def read(path: Path, members: Members) -> tuple[OpenFile, str]:
    """The file, and the words of its first page."""
    with open_file(path, MANY, members=members) as file, file.load(1, IngestSettings()) as page:
        return file, " ".join(page.get_text().split())


def test_a_message_shows_its_headers_and_its_text(tmp_path: Path, members: Members) -> None:
    (tmp_path / "a.eml").write_bytes(message("Fähre \N{EM DASH} plan").as_bytes())
    file, words = read(tmp_path / "a.eml", members)
    assert file.title == "Fähre \N{EM DASH} plan"
    assert "From: Ebbe <ebbe@lake.example>" in words and "The ferry leaves at noon." in words


def test_what_is_attached_is_a_file_of_its_own(tmp_path: Path, members: Members) -> None:
    made = message()
    made.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="../t.csv")
    made.add_attachment(b"MZ", maintype="application", subtype="x-program", filename="run.exe")
    made.add_attachment(message("Inner"))
    (tmp_path / "a.eml").write_bytes(made.as_bytes())
    file, _ = read(tmp_path / "a.eml", members)
    assert file.members[0] == "../t.csv" and file.members[1].endswith(".eml")
    assert (tmp_path / "out" / "000000.csv").read_bytes() == b"a,b\n1,2\n"
    assert ["unread" for problem in file.problems if ".exe" in problem.message] == ["unread"]


def test_a_message_of_html_shows_the_pictures_within_it(tmp_path: Path, members: Members) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (60, 60), "navy").save(buffer, "PNG")
    made = message()
    made.add_alternative("<p>See <img src='cid:shown'><script>run()</script></p>", subtype="html")
    made.get_payload()[1].add_related(buffer.getvalue(), "image", "png", cid="<shown>")  # type: ignore[union-attr,index]
    (tmp_path / "a.eml").write_bytes(made.as_bytes())
    with open_file(tmp_path / "a.eml", MANY, members=members) as file:
        images = 0
        for number in range(1, file.pages + 1):
            with file.load(number, IngestSettings()) as page:
                images += len(page.get_images())
                assert "run()" not in page.get_text()
    assert images == 1 and file.members == ()


def test_an_mbox_lists_its_messages_and_each_is_a_file(tmp_path: Path, members: Members) -> None:
    source = b"".join(
        b"From ebbe@lake.example Mon Jan  1 10:00:00 2024\n"
        + message(f"Plan {n}").as_bytes()
        + b"\n"
        for n in range(3)
    )
    (tmp_path / "a.mbox").write_bytes(source)
    file, words = read(tmp_path / "a.mbox", members)
    assert [name.partition(" ")[2] for name in file.members] == [
        "Plan 0.eml", "Plan 1.eml", "Plan 2.eml",
    ]  # fmt: skip
    assert "Plan 2" in words


@pytest.mark.parametrize(
    "head",
    [
        b"From: \xff\xfe <>>>\nTo: (((\nMessage-ID: <\nDate: never\n",
        b"From: a\nMessage-ID: 1\nContent-Type: multipart/mixed; boundary=\n",
        b"From: a\nMessage-ID: 1\nContent-Type: text/plain; charset=no-such\n",
        b"From: a\nMessage-ID: 1\nContent-Transfer-Encoding: base64\n",
    ],
)
def test_a_message_against_the_rules_is_read_all_the_same(
    tmp_path: Path, members: Members, head: bytes
) -> None:
    (tmp_path / "a.eml").write_bytes(head + b"\nThe ferry leaves at noon.\n")
    file, _ = read(tmp_path / "a.eml", members)
    assert file.pages == 1


class SavedByOutlook:
    """What python-oxmsg tells of a message with recipients and attachments."""

    sender = "Ebbe <ebbe@lake.example>"
    subject = "Ferry\nplan"
    sent_date = datetime(2031, 5, 3, 9, 30, tzinfo=UTC)
    recipients = (SimpleNamespace(name="Kai", email_address="kai@lake.example"),)
    body = "The ferry leaves at noon."
    html_body = "<p>The ferry leaves <b>at noon</b>.</p>"
    attachments = (
        SimpleNamespace(file_bytes=b"a,b\n1,2\n", file_name="t.csv", mime_type="text/csv"),
        SimpleNamespace(file_bytes=None, file_name="by reference", mime_type=None),
    )


def test_a_message_of_outlook_reads_as_mail(
    tmp_path: Path, members: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    oxmsg = pytest.importorskip("oxmsg", reason="it needs python-oxmsg")
    made = small_outlook.message("Plan", "The ferry leaves at noon.", ("Ebbe", "e@lake.example"))
    (tmp_path / "a.msg").write_bytes(made)
    file, words = read(tmp_path / "a.msg", members)
    assert file.title == "Plan" and words.endswith("+0000 The ferry leaves at noon.")
    assert words.startswith("Plan From: Ebbe <e@lake.example> Date: ")
    (tmp_path / "a.msg").write_bytes(made[: len(made) // 2])
    assert [problem.message for problem in read(tmp_path / "a.msg", members)[0].problems] == [
        "the file is damaged; parts may be lost"
    ]
    (tmp_path / "a.msg").write_bytes(made[:2560].replace(b"_\0_\0s\0", b"_\0_\0t\0"))
    with pytest.raises(DocumentError, match="the message cannot be read"):
        read(tmp_path / "a.msg", members)
    (tmp_path / "a.msg").write_bytes(made)
    monkeypatch.setattr(oxmsg, "Message", lambda storage: SavedByOutlook())
    file, words = read(tmp_path / "a.msg", members)
    assert (file.title, file.members) == ("Ferry plan", ("t.csv",))
    assert words == (
        "Ferry plan From: Ebbe <ebbe@lake.example> To: Kai <kai@lake.example> "
        "Date: Sat, 03 May 2031 09:30:00 +0000 The ferry leaves at noon."
    )
    monkeypatch.setattr("mmrag.ingest.formats.outlook.find_spec", lambda name: None)
    with pytest.raises(DocumentError, match=r"pip install 'mmrag\[outlook\]'"):
        read(tmp_path / "a.msg", members)


@pytest.mark.parametrize(
    ("encoding", "code_page"),
    [("cp1251", 1251), ("cp1251", 0), ("cp1251", 65001), ("utf-8", 1252), ("cp950", 950)],
)
def test_texts_of_eight_bits_are_read_whatever_code_page_a_message_declares(
    tmp_path: Path, members: Members, encoding: str, code_page: int
) -> None:
    pytest.importorskip("oxmsg", reason="it needs python-oxmsg")
    subject, body = "Паром в полдень", "Паром отходит в полдень от старой пристани, касса рядом."
    if encoding == "cp950":
        subject, body = "渡輪時間表", "渡輪中午從舊碼頭出發"
    made = small_outlook.message(subject, body, ("Ebbe", "e@lake.example"), encoding, code_page)
    (tmp_path / "a.msg").write_bytes(made)
    file, words = read(tmp_path / "a.msg", members)
    assert file.title == subject
    assert "".join(body.split()) in "".join(words.split())


def test_all_texts_of_a_message_are_read_in_order(tmp_path: Path, members: Members) -> None:
    made = MIMEMultipart("mixed")
    made["Subject"] = "Ferry plan"
    made["Message-ID"] = "<2@lake.example>"
    either = MIMEMultipart("alternative")
    either.attach(MIMEText("As plain text.", "plain"))
    either.attach(MIMEText("<html><body><p>As <b>HTML</b>.", "html"))
    for part in (MIMEText("First a < b.", "plain"), either, MIMEText("<p>Last.</p>", "html")):
        made.attach(part)
    (tmp_path / "a.eml").write_bytes(made.as_bytes())
    file, words = read(tmp_path / "a.eml", members)
    assert words == "Ferry plan First a < b. As HTML. Last." and not file.members


def test_a_message_that_is_shown_within_another_is_a_file_of_its_own(
    tmp_path: Path, members: Members
) -> None:
    made = MIMEMultipart("digest")
    made["Subject"] = "All of May"
    made["Message-ID"] = "<3@lake.example>"
    for part in (message("Monday"), message("Tuesday")):
        made.attach(MIMEMessage(part))
    (tmp_path / "a.eml").write_bytes(made.as_bytes())
    file, words = read(tmp_path / "a.eml", members)
    assert words == "All of May" and file.members == ("message 1.eml", "message 2.eml")
    assert b"Subject: Tuesday" in (tmp_path / "out" / "000001.eml").read_bytes()
