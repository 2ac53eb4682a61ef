"""Documents that come by e-mail: the mailboxes of ``mailboxes.toml`` are looked through for new mail (IMAP, RFC 3501).

What is taken in lies in the list of the office's clerk, with the files and the text of the mail; the mail stays in the
mailbox, marked as seen. What is refused is flagged there, for a person to look at.
"""

import imaplib
import io
import logging
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import DataError
from django.utils import timezone

from motcua.kernel.blobs.actions import store
from motcua.kernel.errors import Refused
from motcua.kernel.text.typed import bare
from motcua.people.officers.queries import local_day
from motcua.people.organisations.queries import office_by_code
from motcua.services.correspondence.actions.arriving import LONGEST, MOST_FILES, Arrival, arrive
from motcua.services.correspondence.models import IncomingDocument
from motcua.services.correspondence.rules.mails import Mail, read

log = logging.getLogger(__name__)
LETTER = "cong_van"
LARGEST = 60 * 1024 * 1024  # of one mail
AT_ONCE = 50
TIMEOUT = 30  # seconds
_HERE = ("localhost", "127.0.0.1", "::1")
UNNAMED = "(Thư không có tiêu đề)"


class Misconfigured(Exception):
    """A section of ``mailboxes.toml`` that cannot be used; the message says what is wrong."""


@dataclass(frozen=True)
class Mailbox:
    """Where an office gets e-mail. ``tls``: off only for a server on this machine."""

    office: str
    host: str
    user: str
    password: str
    port: int = 993
    folder: str = "INBOX"
    tls: bool = True

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Mailbox":
        """From a section: ``office`` (its code), ``host``, ``user``, ``password_file``, if need be ``port``,
        ``folder`` and ``tls``. Raises :class:`Misconfigured`.
        """
        missing = [name for name in ("office", "host", "user", "password_file") if not options.get(name)]
        if missing:
            raise Misconfigured(f"{missing[0]}: write it.")
        try:
            password = Path(str(options["password_file"])).read_text().strip()
        except OSError as error:
            raise Misconfigured(f"password_file: {error.strerror}.") from error
        if options.get("tls") is False and options["host"] not in _HERE:
            raise Misconfigured("tls: off only for a server on this machine.")
        more = {name: options[name] for name in ("port", "folder", "tls") if name in options}
        return cls(str(options["office"]), str(options["host"]), str(options["user"]), password, **more)


def collect(code: str) -> int:
    """Take in what is new in a mailbox; how many documents. Raises what the server answers wrongly, for the job to be
    tried again, :class:`Misconfigured` for a section that cannot be used.
    """
    if code not in settings.MAILBOXES:
        return 0  # taken out of the file since the job was queued
    box = Mailbox.of(settings.MAILBOXES[code])
    office = office_by_code(box.office, local_day(timezone.now()))
    if office is None:
        raise Misconfigured(f"office: no office has the code {box.office}.")
    taken = 0
    with _opened(box) as server:
        _state, (found,) = server.uid("SEARCH", "UNSEEN", "UNFLAGGED")
        for uid in (found or b"").split()[:AT_ONCE]:
            try:
                take_in(_read(_fetched(server, uid)), office=office.pk)
            except (Refused, ValueError, DataError) as error:  # whatever it is made of, it holds up no other
                why = error.code if isinstance(error, Refused) else type(error).__name__
                log.warning("mail_refused", extra={"mailbox": code, "uid": uid.decode(), "error": why})
                server.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Flagged)")
                continue
            server.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)")
            taken += 1
    return taken


@contextmanager
def _opened(box: Mailbox) -> Iterator[imaplib.IMAP4]:
    if box.tls:
        context = ssl.create_default_context()
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context, timeout=TIMEOUT)
    else:
        server = imaplib.IMAP4(box.host, box.port, timeout=TIMEOUT)
    with server:
        server.login(box.user, box.password)
        state, said = server.select(f'"{box.folder}"')
        if state != "OK":
            raise imaplib.IMAP4.error(f"{box.folder}: {said!r}")
        yield server


def _fetched(server: imaplib.IMAP4, uid: bytes) -> bytes:
    """A mail as it was sent, without marking it. Raises ``Refused`` for one that is too large."""
    _state, said = server.uid("FETCH", uid.decode(), "(RFC822.SIZE)")
    size = re.search(rb"RFC822\.SIZE (\d+)", said[0] or b"")
    if size is None or int(size[1]) > LARGEST:
        raise Refused("too large", code="size")
    _state, said = server.uid("FETCH", uid.decode(), "(BODY.PEEK[])")
    content = next((part[1] for part in said if isinstance(part, tuple)), None)
    if content is None:
        raise imaplib.IMAP4.error(f"FETCH {uid!r}: {said!r}")
    return bytes(content)


def _read(content: bytes) -> Mail:
    """Raises ``Refused`` for what the standard library cannot make out."""
    try:
        return read(content)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        raise Refused("unreadable", code="unreadable") from error


def take_in(mail: Mail, *, office: Any) -> IncomingDocument:
    """Put a mail into the list of an office's clerk: its files that are accepted here, then its text, which names the
    others. The same mail again gives the document that is there. Raises ``Refused`` as :func:`arrive`.
    """
    files, left = [], []
    for attached in mail.files[: MOST_FILES - 1]:
        try:
            files.append(store(File(io.BytesIO(attached.content)), name=attached.name, by=None))
        except Refused as refused:
            left.append(f"{attached.name}: {refused.message}")
    left += [attached.name for attached in mail.files[MOST_FILES - 1 :]]
    text = File(io.BytesIO(_page(mail, left).encode(errors="replace")))
    files.append(store(text, name="thu-dien-tu.txt", by=None))
    arrival = Arrival(
        type=LETTER,
        notation="",
        subject=_fitting("subject", mail.subject) or UNNAMED,
        sender=_fitting("sender", mail.sender) or "–",
        identifier=mail.identifier[: LONGEST["identifier"]],
        files=[file.pk for file in files],
    )
    return arrive(arrival, office=office, channel=IncomingDocument.Channel.MAIL)


def _fitting(name: str, text: str) -> str:
    plain, longest = bare(text), LONGEST[name]
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"


def _page(mail: Mail, left: list[str]) -> str:
    """The mail as a text, in Vietnamese whatever language a screen has."""
    head = [f"Người gửi: {mail.sender} <{mail.address}>", f"Tiêu đề: {mail.subject}", f"Mã thư: {mail.identifier}"]
    missing = ["", "Tệp không nhận được:", *(f"- {each}" for each in left)] if left else []
    lines = [*head, *missing, "", mail.text]
    return "\n".join(lines).replace("\0", "") + "\n"
