"""Dead letters, and messages that could not be taken in: mended and tried again, or left."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.exchange.actions.recording import tell
from motcua.engines.exchange.models import Incoming, Outgoing
from motcua.kernel.blobs.actions import release
from motcua.kernel.errors import Conflict
from motcua.kernel.text.typed import written


@transaction.atomic
def send_again(message: UUID, *, by: UUID, at: datetime) -> Outgoing:
    """Send a dead letter again as it is. Raises :class:`Conflict` for one that is not given up."""
    return _revived(message, "sent_again", by, at)


@transaction.atomic
def build_anew(message: UUID, *, by: UUID, at: datetime) -> Outgoing:
    """Send a dead letter again with a content built from what the room says now. Raises :class:`Conflict`."""
    row = _revived(message, "built_anew", by, at)
    if row.file_id is not None:
        release([row.file_id])
    row.file, row.digest = None, ""
    row.save(update_fields=["file", "digest"])
    return row


def _revived(message: UUID, what: str, by: UUID, at: datetime) -> Outgoing:
    row = _dead(message)
    row.state, row.attempts, row.tries, row.code, row.fault = Outgoing.State.WAITING, 0, 0, "", ""
    row.next_at, row.failed_at, row.settled_at = at, None, None
    row.channel = row.partner.channel  # the partner may have another line by now
    row.save()
    tell(row.partner.code, what, at=at, by=by, message=row.pk, about=row.about)
    return row


@transaction.atomic
def leave_out(message: UUID, *, reason: str, by: UUID, at: datetime) -> None:
    """Never send a dead letter; what waits behind it goes on. Raises ``Refused`` without a reason, ``Conflict``."""
    row = _dead(message)
    row.state, row.fault, row.settled_at = Outgoing.State.LEFT, _reason(reason), at
    row.save(update_fields=["state", "fault", "settled_at"])
    tell(row.partner.code, "left_out", at=at, by=by, message=row.pk, about=row.about, reason=row.fault)


@transaction.atomic
def leave_dead(kind: str, key: str, *, partner: str, reason: str, by: UUID, at: datetime) -> None:
    """As :func:`leave_out`, for a room that sends another message in its place: by the room's own name for it."""
    row = Outgoing.objects.filter(partner__code=partner, kind=kind, key=key).values_list("pk", flat=True).first()
    if row is None:
        raise Conflict(_("This has been dealt with already."))
    leave_out(row, reason=reason, by=by, at=at)


@transaction.atomic
def take_again(message: UUID, *, by: UUID, at: datetime) -> None:
    """Take a message in again whose cause was mended. Raises :class:`Conflict` for one that does not wait for that."""
    row = _stuck(message)
    row.state, row.attempts, row.code, row.fault, row.next_at = Incoming.State.WAITING, 0, "", "", at
    row.save(update_fields=["state", "attempts", "code", "fault", "next_at"])
    tell(row.partner.code, "taken_again", at=at, by=by, message=row.pk, about=row.about)


@transaction.atomic
def leave_aside(message: UUID, *, reason: str, by: UUID, at: datetime) -> None:
    """Never take a message in; it stays kept. Raises ``Refused`` without a reason, ``Conflict``."""
    row = _stuck(message)
    row.state, row.fault, row.settled_at = Incoming.State.LEFT, _reason(reason), at
    row.save(update_fields=["state", "fault", "settled_at"])
    tell(row.partner.code, "left_aside", at=at, by=by, message=row.pk, about=row.about, reason=row.fault)


@transaction.atomic
def erase_received(messages: Collection[UUID], *, at: datetime) -> None:
    """Give up the contents of messages that were taken in, because their sender wants back what they brought.

    The sweep destroys them. What was said when, under which name and digest, stays, and so a replay is known.
    """
    rows = Incoming.objects.select_for_update(of=("self",)).select_related("partner").filter(pk__in=messages)
    for row in rows.filter(state=Incoming.State.TAKEN, file__isnull=False).order_by("id"):
        assert row.file_id is not None
        release([row.file_id])
        row.file = None
        row.save(update_fields=["file"])
        tell(row.partner.code, "erased", at=at, message=row.pk, about=row.about)


@transaction.atomic
def note_look(letter: Outgoing | Incoming, *, by: UUID, at: datetime) -> None:
    """Tell that somebody has looked at what a message says."""
    tell(letter.partner.code, "looked_at", at=at, by=by, message=letter.pk, about=letter.about)


def _reason(reason: str) -> str:
    return written(reason, _("Write why this message is left."), "reason", 500)


def _dead(message: UUID) -> Outgoing:
    rows = Outgoing.objects.select_related("partner__channel").select_for_update(of=("self",))
    row = rows.filter(pk=message, state=Outgoing.State.DEAD).first()
    if row is None:
        raise Conflict(_("This has been dealt with already."))
    return row


def _stuck(message: UUID) -> Incoming:
    rows = Incoming.objects.select_related("partner").select_for_update(of=("self",))
    row = rows.filter(pk=message, state=Incoming.State.STUCK).first()
    if row is None:
        raise Conflict(_("This has been dealt with already."))
    return row
