"""What becomes of a message that was to go out: delivered, tried again, given up or left out."""

import logging
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from motcua.engines.exchange import rules
from motcua.engines.exchange.actions.recording import tell
from motcua.engines.exchange.composing import Unbuilt
from motcua.engines.exchange.kinds import NothingToSend
from motcua.engines.exchange.models import Channel, Outgoing
from motcua.engines.exchange.transports import NotReached, Rejected, TryLater
from motcua.engines.exchange.transports.interface import ACCOUNT_FAULT, STORAGE
from motcua.engines.signing.errors import Misconfigured
from motcua.kernel.errors import Refused

log = logging.getLogger(__name__)

_PASSING = {STORAGE, ACCOUNT_FAULT}  # no message dies of these


def failed(row: Outgoing, channel: Channel, error: BaseException) -> int:
    """A message could not be built or handed over; returns whether it is settled.

    Raises what is the line's fault rather than the message's: :class:`NotReached`, ``Misconfigured``.
    """
    match error:
        case NotReached():
            if not _held_against(row, channel, error):
                raise error
            return 0
        case TryLater():
            channel.answered_at = timezone.now()
            return _later(row, error.code, str(error), is_own=rules.counts(row.failed_at, channel.settled_at))
        case OSError():
            return _later(row, STORAGE, type(error).__name__)
        case Rejected():
            channel.answered_at = channel.settled_at = timezone.now()
            return _dead(row, error.code, str(error) or error.code)
        case NothingToSend():
            return _left(row, str(error) or "nothing to send")
        case Misconfigured():
            raise error
        case Refused() | Unbuilt():
            return _dead(row, "build", str(error))
    # One message that cannot be made must not hold up the others.
    log.error("exchange_message_failed", extra={"letter": str(row.pk)}, exc_info=error)
    return _later(row, "build", type(error).__name__)


@transaction.atomic
def sent(row: Outgoing, channel: Channel, there: str) -> int:
    """A message was delivered; ``there`` is how the other side calls it. Returns that it is settled."""
    now = timezone.now()
    Outgoing.objects.filter(pk=row.pk).update(
        state=Outgoing.State.SENT, there=there, settled_at=now, code="", fault="", attempts=row.attempts + 1
    )
    told: dict[str, Any] = {"message": row.pk, "message_kind": row.kind, "about": row.about, "there": there}
    tell(row.partner.code, "sent", at=now, **told, sha256=row.digest)
    channel.answered_at = channel.settled_at = now  # written at the end of the round
    return 1


def _held_against(row: Outgoing, channel: Channel, error: NotReached) -> bool:
    """Whether a missing answer is the message's own fault: others were answered since it failed the last time.

    An outage is no message's fault. But one that is never answered is given up in the end, and does not hold up the
    others until then.
    """
    now, is_own = timezone.now(), rules.counts(row.failed_at, channel.settled_at)
    row.attempts += int(is_own)
    if row.attempts >= rules.ATTEMPTS:
        _dead(row, "unanswered", str(error))
        return True
    Outgoing.objects.filter(pk=row.pk).update(
        attempts=row.attempts,
        tries=F("tries") + int(error.unsure),
        failed_at=now,
        code="unanswered",
        fault=str(error)[:500],
        next_at=now + rules.waiting(row.attempts) if is_own else now,
    )
    return is_own


def _later(row: Outgoing, code: str, fault: str, *, is_own: bool = True) -> int:
    """Try again after a while. Who fails at everything has an outage, which is no message's own (``is_own``) fault."""
    attempts = row.attempts + int(is_own)
    if attempts >= rules.ATTEMPTS and code not in _PASSING:
        return _dead(row, code, fault)
    now = timezone.now()
    Outgoing.objects.filter(pk=row.pk).update(
        attempts=min(attempts, rules.ATTEMPTS),
        tries=F("tries") + int(not is_own),
        code=code,
        fault=fault[:500],
        failed_at=now,
        next_at=now + rules.waiting(max(attempts, row.tries + 1)),
    )
    return 0


@transaction.atomic
def _dead(row: Outgoing, code: str, fault: str) -> int:
    now = timezone.now()
    Outgoing.objects.filter(pk=row.pk).update(
        state=Outgoing.State.DEAD,
        code=code[:40],
        fault=(fault or code)[:500],
        attempts=row.attempts + 1,
        settled_at=now,
    )
    told: dict[str, Any] = {"message": row.pk, "message_kind": row.kind, "about": row.about, "code": code[:40]}
    tell(row.partner.code, "given_up", at=now, **told, sha256=row.digest)
    return 1


@transaction.atomic
def _left(row: Outgoing, why: str) -> int:
    now = timezone.now()
    Outgoing.objects.filter(pk=row.pk).update(state=Outgoing.State.LEFT, fault=why[:500], settled_at=now)
    tell(row.partner.code, "left_out", at=now, message=row.pk, about=row.about, reason=why[:500])
    return 1
