"""A notice as a message to a telephone, under the same rules as mail: once, and without an open transaction."""

from uuid import UUID

from django.conf import settings
from django.utils import timezone

from motcua.engines.messaging.carriers import NotTaken, Text, carriers
from motcua.engines.messaging.hands import in_hand
from motcua.engines.messaging.models import PhoneMessage
from motcua.engines.messaging.rules import international


def send(message_id: UUID) -> bool:
    """Send a queued message. False when it was sent already, is being sent, or cannot be delivered.

    Raises :class:`NotTaken` for what may pass, for the job to be tried again.
    """
    with in_hand(message_id) as alone:
        message = PhoneMessage.objects.select_related("notice__recipient", "notice__party").get(pk=message_id)
        if not alone or message.state != PhoneMessage.State.QUEUED:
            return False
        carrier, phone = carriers().get(message.carrier), international(message.notice.to.phone or "")
        if carrier is None or phone is None:
            return _settle(message, error="no carrier" if carrier is None else "no telephone number")
        url = f"{settings.PUBLIC_URL}{message.notice.url}" if message.notice.url else ""
        try:
            reference = carrier.send(Text(phone, message.notice.subject, url, str(message.pk)))
        except NotTaken as refused:
            if not refused.final:
                raise
            return _settle(message, error=str(refused))
        return _settle(message, reference=reference)


def _settle(message: PhoneMessage, *, reference: str = "", error: str = "") -> bool:
    message.state = PhoneMessage.State.FAILED if error else PhoneMessage.State.SENT
    message.sent_at = None if error else timezone.now()
    message.reference, message.error = reference, error[:200]
    message.save(update_fields=["state", "sent_at", "reference", "error"])
    return not error
