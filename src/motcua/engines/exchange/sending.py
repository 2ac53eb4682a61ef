"""Messages go out: each partner's in their order, one that is refused alone, one line never at another's cost.

No transaction is open while the other side answers: it would hold back every subscriber of events. A worker takes a
line under a lease; who dies with it lets others go on when the lease ends. The content is built and signed once and
then kept, so that the other side sees the same message however often it comes.
"""

import hashlib
import logging
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.exchange import config, envelopes, rules
from motcua.engines.exchange.actions.receiving import LIMITS
from motcua.engines.exchange.actions.recording import tell
from motcua.engines.exchange.edxml.signatures import put_signature
from motcua.engines.exchange.kinds import Form, MessageKind, NothingToSend, Wanted, kinds
from motcua.engines.exchange.models import Channel, Outgoing
from motcua.engines.exchange.standing import note_down, up
from motcua.engines.exchange.transports import Letter, NotReached, Rejected, Transport, TryLater, transport_of
from motcua.engines.exchange.transports.interface import ACCOUNT_FAULT, STORAGE
from motcua.engines.signing.errors import Misconfigured
from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Refused

log = logging.getLogger(__name__)

AT_ONCE = 50
SIGNATURE = 64 * 1024  # bytes that are left for it, with its certificates
_PASSING = {STORAGE, ACCOUNT_FAULT}  # no message dies of these
ROUND = 5.0  # seconds for which a line has a worker before others have it
LEASE = timedelta(minutes=4)  # longer than a round and the longest time-out
_DUE = """
    o.state = 'waiting' AND o.next_at <= %(now)s
    AND EXISTS (SELECT FROM exchange_partner p WHERE p.id = o.partner_id AND p.is_active) AND NOT EXISTS (
        SELECT FROM exchange_outgoing e WHERE e.partner_id = o.partner_id AND e.about = o.about
        AND e.state IN ('waiting', 'dead') AND e.id < o.id)
"""
_TAKE = f"""
    UPDATE exchange_channel SET leased_until = %(until)s, served_at = %(now)s WHERE id = (
        SELECT c.id FROM exchange_channel c
        WHERE c.is_active AND (c.retry_at IS NULL OR c.retry_at <= %(now)s)
        AND (c.leased_until IS NULL OR c.leased_until < %(now)s)
        AND EXISTS (SELECT FROM exchange_outgoing o WHERE o.channel_id = c.id AND {_DUE})
        ORDER BY c.served_at NULLS FIRST, c.id LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING id
"""  # noqa: S608 - nothing of it comes from outside
_NEXT = f"""
    SELECT o.id FROM exchange_outgoing o WHERE o.channel_id = %(channel)s AND {_DUE}
    ORDER BY o.tries >= %(yielding)s, o.id LIMIT %(most)s
"""  # noqa: S608 - as above


class _Unbuilt(Exception):
    """A message that its room cannot make."""


def send_some() -> int:
    """Give one line that has something to send a round; returns 0 when there is none, else how much was done."""
    taken = _take(timezone.now())
    if taken is None:
        return 0
    channel = Channel.objects.get(pk=taken)
    try:
        return max(1, _round(channel))
    finally:
        Channel.objects.filter(pk=taken).update(leased_until=None)


def _take(now: datetime) -> UUID | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, {"now": now, "until": now + LEASE})
        row = cursor.fetchone()
    return row[0] if row else None


def _round(channel: Channel) -> int:
    settled, over, before = 0, time.monotonic() + ROUND, channel.answered_at
    down = ""
    try:
        transport = transport_of(channel)
        while time.monotonic() < over and (due := _next(channel)):
            for key in due:
                if time.monotonic() >= over:
                    break
                settled += _send(transport, channel, Outgoing.objects.select_related("partner", "file").get(pk=key))
    except (NotReached, Misconfigured) as error:
        down = str(error)
    if channel.answered_at != before:
        Channel.objects.filter(pk=channel.pk).update(**up(channel.answered_at), settled_at=channel.settled_at)
    if down:
        note_down(channel, down, waiting=rules.waiting)
    return settled


def _next(channel: Channel) -> list[UUID]:
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {
            "channel": channel.pk,
            "now": timezone.now(),
            "yielding": rules.IN_ITS_PLACE,
            "most": AT_ONCE,
        }
        cursor.execute(_NEXT, asked)
        return [row[0] for row in cursor.fetchall()]


def _send(transport: Transport, channel: Channel, row: Outgoing) -> int:
    """Send one message; returns whether it is settled. Raises :class:`NotReached`, ``Misconfigured``."""
    kind = kinds.get(row.kind)
    try:
        if kind is None:
            raise _Unbuilt(f"no room knows messages of the kind {row.kind}")
        content = _content(row, kind)
        is_status = kind.form is Form.STATUS
        there = transport.send(Letter(str(row.pk), row.kind, is_status, row.sender, content))
    except NotReached as error:
        if not _held_against(row, channel, error):
            raise
        return 0
    except TryLater as error:
        channel.answered_at = timezone.now()
        return _later(row, error.code, str(error), is_own=rules.counts(row.failed_at, channel.settled_at))
    except OSError as error:
        return _later(row, STORAGE, type(error).__name__)
    except Rejected as error:
        channel.answered_at = channel.settled_at = timezone.now()
        return _dead(row, error.code, str(error) or error.code)
    except NothingToSend as error:
        return _left(row, str(error) or "nothing to send")
    except Misconfigured:
        raise
    except Refused as refused:
        return _dead(row, "build", str(refused))
    except _Unbuilt as error:
        return _dead(row, "build", str(error))
    except Exception as error:  # one message that cannot be made must not hold up the others
        log.exception("exchange_message_failed", extra={"letter": str(row.pk)})
        return _later(row, "build", type(error).__name__)
    return _sent(row, channel, there)


def _content(row: Outgoing, kind: MessageKind) -> bytes:
    """The signed message: as it was kept, else built now."""
    if row.file is not None:
        return read_bytes(row.file)
    if kind.build is None:
        raise _Unbuilt(f"messages of the kind {kind.code} are not sent by this house")
    signer, now = config.house_signer(timezone.now()), timezone.now()
    built, parent = kind.build(_wanted(row)), "edXMLHeader"
    if kind.form is Form.JSON:
        built, parent = envelopes.write(_envelope(row, built)), ""
    if len(built) > LIMITS.message - SIGNATURE:
        raise Refused(_("The message is larger than %(n)d MB.") % {"n": LIMITS.message // 2**20})
    content = put_signature(
        built, certificate=signer.certificate, chain=signer.chain, sign=signer.sign, at=now, parent=parent
    )
    file = store_bytes(content, name="message.xml", media_type="application/xml", by=None)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        keep([file.pk])
        Outgoing.objects.filter(pk=row.pk).update(file=file, digest=digest)
    row.file, row.digest = file, digest
    return content


def _wanted(row: Outgoing) -> Wanted:
    return Wanted(partner=row.partner.code, kind=row.kind, about=row.about, key=row.key, sender=row.sender)


def _envelope(row: Outgoing, payload: bytes) -> envelopes.Envelope:
    return envelopes.Envelope(row.kind, row.about, row.sender, row.partner.code, payload)


@transaction.atomic
def _sent(row: Outgoing, channel: Channel, there: str) -> int:
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
