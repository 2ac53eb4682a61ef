"""Documents that come by e-mail, from a mailbox on loopback: taken in once, whatever the mail is made of."""

import socketserver
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.blobs.files import read_bytes
from motcua.people.organisations.models import OfficeCode
from motcua.services.correspondence import jobs, mailboxes
from motcua.services.correspondence.models import IncomingDocument
from motcua.services.correspondence.rules.mails import read
from tests.jobs import run_jobs
from tests.services.correspondence.factories import Agency, make_agency
from tests.services.correspondence.outgoing_factories import annex_pdf


class Server(socketserver.ThreadingTCPServer):
    """A mailbox that speaks as much IMAP as is asked of it."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails: dict[int, tuple[bytes, set[str]]] = {}

    def put(self, content: bytes) -> int:
        uid = len(self.mails) + 1
        self.mails[uid] = (content, set())
        return uid

    def flags(self) -> dict[int, set[str]]:
        return {uid: flags for uid, (_content, flags) in self.mails.items()}


class _Session(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.wfile.write(b"* OK here\r\n")
        for line in self.rfile:
            tag, _blank, rest = line.decode().strip().partition(" ")
            self._answer(rest)
            self.wfile.write(f"{tag} OK done\r\n".encode())
            if rest.upper().startswith("LOGOUT"):
                return

    def _answer(self, rest: str) -> None:
        words = rest.split(" ", 3)
        if words[0] == "CAPABILITY":
            self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif words[0] == "LOGOUT":
            self.wfile.write(b"* BYE\r\n")
        elif words[:2] == ["UID", "SEARCH"]:
            new = [str(uid) for uid, flags in self.server.flags().items() if not flags]
            self.wfile.write(f"* SEARCH {' '.join(new)}\r\n".encode())
        elif words[:2] == ["UID", "FETCH"]:
            content = self.server.mails[int(words[2])][0]
            if "SIZE" in words[3]:
                self.wfile.write(f"* 1 FETCH (RFC822.SIZE {len(content)} UID {words[2]})\r\n".encode())
            else:
                self.wfile.write(f"* 1 FETCH (UID {words[2]} BODY[] {{{len(content)}}}\r\n".encode())
                self.wfile.write(content + b")\r\n")
        elif words[:2] == ["UID", "STORE"]:
            flag = words[3].rpartition("(")[2].strip(")")
            self.server.mails[int(words[2])][1].add(flag)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as found:
        thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.fixture
def agency(server: Server, settings: Any, tmp_path: Path) -> Agency:
    made, password = make_agency(), tmp_path / "password"
    password.write_text("matkhau\n")
    settings.MAILBOXES = {
        "xa": {
            "office": OfficeCode.objects.get(office=made.office).code, "host": "127.0.0.1", "user": "vanthu",
            "port": server.server_address[1], "tls": False, "password_file": str(password),
        }
    }  # fmt: skip
    return made


def mail(**changed: Any) -> EmailMessage:
    message = EmailMessage()
    given: dict[str, Any] = {
        "From": "Sở Xây dựng <vanthu@so.example>",
        "Subject": "Về việc rà soát đèn đường",
        "Message-ID": "<1@so.example>",
    }  # fmt: skip
    for name, value in (given | changed).items():
        message[name] = value
    message.set_content("Kính gửi Ủy ban nhân dân xã.")
    return message


@pytest.mark.django_db
def test_a_mail_lies_in_the_clerks_list_once_with_its_files_and_text(server: Server, agency: Agency) -> None:
    message = mail()
    message.add_attachment(annex_pdf(), maintype="application", subtype="pdf", filename="công văn 125.pdf")
    message.add_attachment(b"MZ\x90\x00", maintype="application", subtype="octet-stream", filename="xem.exe")
    uid = server.put(message.as_bytes())
    jobs.collect_mail()
    jobs.collect_mail()  # waits already: not queued twice
    run_jobs()
    document = IncomingDocument.objects.get()
    assert (document.office, document.channel, document.state) == (agency.office, "mail", "arrived")
    assert (document.subject, document.sender) == ("Về việc rà soát đèn đường", "Sở Xây dựng")
    first, text = (row.file for row in document.files.all())
    assert (first.name, read_bytes(first), text.name) == ("công văn 125.pdf", annex_pdf(), "thu-dien-tu.txt")
    said = read_bytes(text).decode()
    for part in ("<vanthu@so.example>", "Kính gửi Ủy ban nhân dân xã.", "- xem.exe: "):
        assert part in said, part
    assert server.flags() == {uid: {r"\Seen"}}
    server.mails[uid][1].clear()  # a crash before it was marked
    assert mailboxes.collect("xa") == 1
    assert IncomingDocument.objects.get() == document


@pytest.mark.django_db
def test_what_is_refused_is_flagged_and_holds_up_no_other(
    server: Server, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes, "LARGEST", 2_000)
    large = server.put(b"Subject: x\r\n\r\n" + b"x" * 3_000)
    monkeypatch.setattr(mailboxes, "_page", lambda mail, left: chr(int(mail.subject or "65")))
    broken = server.put(b"Subject: khong\r\n\r\n")
    bare = server.put(b"\r\n")
    assert mailboxes.collect("xa") == 1
    assert server.flags() == {large: {r"\Flagged"}, broken: {r"\Flagged"}, bare: {r"\Seen"}}
    document = IncomingDocument.objects.get()
    assert (document.subject, document.sender, document.files.count()) == (mailboxes.UNNAMED, "–", 1)
    assert mailboxes.collect("xa") == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"host": "thu.example"}, "tls"),
        ({"office": "H00.99"}, "office"),
        ({"password_file": "/khong/co"}, "password_file"),
        ({"user": ""}, "user"),
    ],
)
def test_a_section_that_cannot_be_used_says_why(
    agency: Agency, settings: Any, changed: dict[str, str], says: str
) -> None:
    settings.MAILBOXES = {"xa": settings.MAILBOXES["xa"] | changed}
    with pytest.raises(mailboxes.Misconfigured, match=says):
        mailboxes.collect("xa")


def test_the_words_of_a_page_are_read_and_its_scripts_are_not() -> None:
    message = EmailMessage()
    message.set_content(
        "<html><head><style>p{}</style></head><p>Kính gửi&nbsp;xã</p><script>x()</script><p>Hết", "html"
    )
    assert read(message.as_bytes()).text == "Kính gửi xã\nHết"


PDF = "Content-Type: application/pdf; name=cv.pdf\r\n"
LOGO = "--C\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <logo>\r\n\r\nx\r\n--C--\r\n"
HTML = "Content-Type: text/html\r\n\r\n<p>chào</p>\r\n"
NESTED = {
    "the mail is the file": f"{PDF}\r\nx\r\n",
    "among the forms of the text": (
        "Content-Type: multipart/alternative; boundary=A\r\n\r\n--A\r\nContent-Type: text/plain\r\n\r\nchào\r\n--A\r\n"
        f"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n{HTML}--B\r\n{PDF}\r\nx\r\n--B--\r\n--A--\r\n"
    ),
    "behind a text with a picture": (
        "Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: multipart/related; boundary=C\r\n\r\n"
        f"--C\r\n{HTML}{LOGO}--B\r\n{PDF}\r\nx\r\n--B--\r\n"
    ),
}


@pytest.mark.parametrize("mail", NESTED.values(), ids=NESTED.keys())
def test_a_file_is_found_wherever_the_program_of_the_sender_puts_it(mail: str) -> None:
    assert [each.name for each in read(mail.encode()).files] == ["cv.pdf"]


def test_names_are_of_characters_that_can_be_stored() -> None:
    found = read(b"Message-ID: <1\0@so>\r\nContent-Type: application/pdf; name*=utf-8''%FF%00a%0Db.pdf\r\n\r\nx")
    assert (found.identifier, found.files[0].name) == ("<1 @so>", "\ufffd a b.pdf")


def test_letters_of_other_charsets_are_read() -> None:
    encoded = mail(Subject="Thử").as_bytes().replace(b'charset="utf-8"', b'charset="khong-co"')
    assert "Kính gửi" in read(encoded).text
    assert read(b"Subject: =?utf-8?q?=C4=90=C3=A8n?=\r\n\r\n").subject == "Đèn"


@given(st.binary(max_size=300))
def test_nothing_that_comes_breaks_the_reader(content: bytes) -> None:
    for each in (
        content,
        b"Content-Type: multipart/mixed; boundary=x\r\nFrom: " + content + b"\r\n\r\n--x\r\n" + content,
    ):
        found = read(each)
        assert found.identifier
