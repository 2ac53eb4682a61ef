"""A notice as e-mail.

Two workers never send it twice: each takes an advisory lock first. No transaction is open while the mail server
answers, for it would hold back every subscriber of events. A crash between the server's "ok" and our mark would send
it again: its Message-ID is always the same, by which mail programs recognise the copy.
"""

import smtplib
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from motcua.engines.messaging.hands import in_hand
from motcua.engines.messaging.models import Mail

AGAINST_THE_HOUSE = (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError)


def send(mail_id: UUID) -> bool:
    """Send a queued mail. False when it was sent already, is being sent, or cannot be delivered.

    Raises the mail server's temporary errors, for the job to be tried again.
    """
    with in_hand(mail_id) as alone:
        mail = Mail.objects.select_related("notice__recipient", "notice__party").get(pk=mail_id)
        if not alone or mail.state != Mail.State.QUEUED:
            return False
        try:
            _message(mail).send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            if not is_final(error):
                raise
            mail.state, mail.error = Mail.State.FAILED, type(error).__name__
        else:
            mail.state, mail.sent_at = Mail.State.SENT, timezone.now()
        mail.save(update_fields=["state", "sent_at", "error"])
        return mail.state == Mail.State.SENT


def _message(mail: Mail) -> EmailMessage:
    notice, host = mail.notice, settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    with override(notice.language):
        parts = [notice.body]
        if notice.url:
            parts.append(f"{settings.PUBLIC_URL}{notice.url}")
        parts.append(_("This message was sent automatically; please do not reply to it."))
    return EmailMessage(
        subject=notice.subject,
        body="\n\n".join(parts),
        to=[notice.to.email or ""],
        headers={"Message-ID": f"<{mail.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def is_final(error: smtplib.SMTPException) -> bool:
    """A 5xx answer stays what it is; a 4xx may be gone in a minute, and what the server has against this house, such
    as its password, may be mended.
    """
    if isinstance(error, AGAINST_THE_HOUSE):
        return False
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    assert isinstance(error, smtplib.SMTPResponseException)
    return error.smtp_code >= 500
