"""An issued document as e-mail: its facts and its files, to one recipient at a time.

As with notices (``engines.messaging.mailing``) two workers never send one twice, no transaction is open while the mail
server answers, and a copy after a crash has the Message-ID of the first.
"""

import smtplib
from email.utils import formataddr
from functools import cached_property
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.messaging.hands import in_hand
from motcua.engines.messaging.mailing import AGAINST_THE_HOUSE, is_final
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.text import local_date
from motcua.people.officers.queries import local_day
from motcua.services.correspondence.actions.outgoing.drafting import CIRCULATIONS, URGENCIES
from motcua.services.correspondence.actions.outgoing.mailed import note_mailed, note_unmailed, still_waiting, waiting
from motcua.services.correspondence.models import OutgoingAnnex, OutgoingDocument, Recipient
from motcua.services.correspondence.queries import types

AT_ONCE = 100  # before other mails have their turn
LARGEST = 20 * 1024 * 1024  # of all files together: what mail servers commonly take
# Read outside, so it is Vietnamese whatever language a screen has.
_RELATIONS = {"replaces": "thay thế", "corrects": "đính chính", "updates": "cập nhật"}


def send_out(document: UUID) -> int:
    """Send an issued document to recipients who still wait for it by e-mail, at most ``AT_ONCE``; to how many.

    Whom the mail server refuses is left to the clerk. Raises its temporary errors, for the job to be tried again:
    after the others were served, or at once where it takes nothing from this house.
    """
    sent, later = 0, None
    keys = waiting(document)
    letter = _Letter(document) if keys else None
    for key in keys:
        if sent == AT_ONCE:
            break
        with in_hand(key) as alone:
            # Asked again under the hand: it may have been sent, or the document recalled, meanwhile.
            recipient = still_waiting(key) if alone else None
            if recipient is None or letter is None:
                continue
            try:
                sent += letter.send(recipient)
            except (ConnectionError, TimeoutError, *AGAINST_THE_HOUSE):
                raise  # nobody else would get it either
            except (OSError, smtplib.SMTPException) as error:
                later = error
    if later is not None:
        raise later
    return sent


class _Letter:
    """What all recipients of a document get."""

    def __init__(self, key: UUID) -> None:
        found = OutgoingDocument.objects.select_related("office", "file__blob", "related").get(pk=key)
        annexes = OutgoingAnnex.objects.filter(document=found).select_related("file__blob").order_by("added_at", "id")
        assert found.file is not None
        self.document = found
        self.files: list[StoredFile] = [found.file, *(each.file for each in annexes)]

    @cached_property
    def _contents(self) -> list[bytes]:
        return [read_bytes(file) for file in self.files]

    def send(self, recipient: Recipient) -> bool:
        """Send it to one recipient; False for one who cannot get it so. Raises temporary errors."""
        key, now = recipient.pk, timezone.now()
        if sum(file.size for file in self.files) > LARGEST:
            note_unmailed(key, why=_("its files are too large for an e-mail"), at=now)
            return False
        try:
            self._message(recipient).send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            if not is_final(error):
                raise
            note_unmailed(key, why=_refusal(error), at=now)
            return False
        note_mailed(key, at=now)
        return True

    def _message(self, recipient: Recipient) -> EmailMessage:
        host, document = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2], self.document
        message = EmailMessage(
            subject=" ".join(f"{document.notation}: {document.subject}".split())[:200],  # which may have lines
            body="\n".join(self._lines()),
            from_email=formataddr((document.office.name, settings.DEFAULT_FROM_EMAIL)),
            to=[recipient.address],
            headers={"Message-ID": f"<{recipient.pk}@{host}>"},
        )
        for file, content in zip(self.files, self._contents, strict=True):
            message.attach(file.name, content, file.media_type)
        return message

    def _lines(self) -> list[str]:
        document = self.document
        assert document.issued_at is not None
        kind = types(local_day(document.issued_at)).get(document.type, document.type)
        marks = [URGENCIES.get(document.urgency, ""), CIRCULATIONS.get(document.circulation, "")]
        related = document.related
        return [
            f"{document.office.name} gửi {kind} {document.notation} ngày {local_date(document.document_date)}.",
            f"Trích yếu: {document.subject}",
            *(f"{mark}." for mark in marks if mark),
            *([f"Hạn trả lời: {local_date(document.due_on)}"] if document.due_on else []),
            *([f"Văn bản này {_RELATIONS[document.relation]} {related.notation}."] if related else []),
            "",
            "Tệp kèm theo:",
            *(f"- {file.name} (SHA-256: {file.blob_id})" for file in self.files),
            "",
            f"Kiểm tra chữ ký số: {settings.PUBLIC_URL}{reverse('signing:verify')}",
        ]


def _refusal(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _("the mail server refuses this address")
    return _("the mail server refuses the document")
