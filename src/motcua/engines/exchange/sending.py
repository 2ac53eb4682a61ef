"""Messages go out: each partner's in their order, one that is refused alone, one line never at another's cost.

No transaction is open while the other side answers: it would hold back every subscriber of events. A worker takes a
line under a lease; who dies with it lets others go on when the lease ends. While one partner's message is under way
the next partner's is made.
"""

import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from motcua.engines.exchange import rules
from motcua.engines.exchange.composing import letter_of
from motcua.engines.exchange.models import Channel, Outgoing
from motcua.engines.exchange.settling import failed, sent
from motcua.engines.exchange.standing import note_down, up
from motcua.engines.exchange.transports import NotReached, Transport, transport_of
from motcua.engines.signing.errors import Misconfigured

LOOKED_AT = 200
AT_ONCE = 8  # messages of a line that are under way at the same time
TOGETHER = 50 * 1024 * 1024  # bytes of these, which are held in memory; none is begun beyond
ROUND = 5.0  # seconds for which a line has a worker before others have it
LEASE = timedelta(minutes=4)  # longer than a round and the longest time-out
# Due, and nothing older about the same is refused for good, waits after a failure, or lets others go before it.
_DUE = """
    o.state = 'waiting' AND o.next_at <= %(now)s
    AND EXISTS (SELECT FROM exchange_partner p WHERE p.id = o.partner_id AND p.is_active) AND NOT EXISTS (
        SELECT FROM exchange_outgoing e WHERE e.partner_id = o.partner_id AND e.about = o.about AND e.id < o.id
        AND e.state IN ('waiting', 'dead')
        AND (e.state = 'dead' OR e.next_at > %(now)s OR e.tries >= %(yielding)s))
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
    SELECT o.id, o.partner_id, o.about FROM exchange_outgoing o WHERE o.channel_id = %(channel)s AND {_DUE}
    ORDER BY o.tries >= %(yielding)s, o.id LIMIT %(most)s
"""  # noqa: S608 - as above


class _Waiting(NamedTuple):
    """A message that may go, in this order among those to its partner."""

    key: UUID
    partner: UUID
    about: str


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
        cursor.execute(_TAKE, {"now": now, "until": now + LEASE, "yielding": rules.IN_ITS_PLACE})
        row = cursor.fetchone()
    return row[0] if row else None


def _round(channel: Channel) -> int:
    before, sender = channel.answered_at, _Sender(channel)
    try:
        sender.send(transport_of(channel))
    except Misconfigured as error:
        sender.down = str(error)
    if channel.answered_at != before:
        Channel.objects.filter(pk=channel.pk).update(**up(channel.answered_at), settled_at=channel.settled_at)
    if sender.down:
        note_down(channel, sender.down, waiting=rules.waiting)
    return sender.settled


class _Sender:
    """What goes over a line in one round: some messages at once, but of each partner only one.

    Only the waiting for the other side happens elsewhere; rooms and the database are asked here.
    """

    def __init__(self, channel: Channel) -> None:
        self.settled, self.down = 0, ""
        self._channel = channel
        self._over = time.monotonic() + ROUND
        self._under_way: dict[Future[str], Outgoing] = {}
        self._held: set[tuple[UUID, str]] = set()  # what is about the same as one that failed

    def send(self, transport: Transport) -> None:
        """Send what is due, until nothing is left, the line is down, or the time is over."""
        with transport.kept():
            while self._goes_on() and (due := _next(self._channel)):
                self._held.clear()
                while (due and self._goes_on()) or self._under_way:
                    self._begin(transport, due)
                    self._end()

    def _goes_on(self) -> bool:
        return not self.down and time.monotonic() < self._over

    def _begin(self, transport: Transport, due: list[_Waiting]) -> None:
        """Start what may start now, and take it out of what is due."""
        busy = {row.partner_id for row in self._under_way.values()}
        for each in list(due):
            if self._is_full() or not self._goes_on():
                return
            if each.partner not in busy:
                due.remove(each)
                if (each.partner, each.about) not in self._held:
                    busy |= self._started(transport, each.key)

    def _is_full(self) -> bool:
        size = sum(row.file.size for row in self._under_way.values() if row.file)
        return len(self._under_way) == AT_ONCE or size >= TOGETHER

    def _started(self, transport: Transport, key: UUID) -> set[UUID]:
        """The partner to whom a message is now under way."""
        row = Outgoing.objects.select_related("partner", "file").filter(pk=key, state=Outgoing.State.WAITING).first()
        if row is None:  # a person has left it out meanwhile
            return set()
        try:
            self._under_way[transport.send(letter_of(row))] = row
        except Exception as error:  # noqa: BLE001 - whatever a room raises is this message's own affair
            self._failed(row, error)
            return set()
        return {row.partner_id}

    def _end(self) -> None:
        """Wait for an answer, and note what it says."""
        for answer in wait(self._under_way, return_when=FIRST_COMPLETED).done:
            row, error = self._under_way.pop(answer), answer.exception()
            if error is None:
                self.settled += sent(row, self._channel, answer.result())
            else:
                self._failed(row, error)

    def _failed(self, row: Outgoing, error: BaseException) -> None:
        self._held.add((row.partner_id, row.about))
        try:
            self.settled += failed(row, self._channel, error)
        except (NotReached, Misconfigured) as fault:
            self.down = self.down or str(fault)


def _next(channel: Channel) -> list[_Waiting]:
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {
            "channel": channel.pk,
            "now": timezone.now(),
            "yielding": rules.IN_ITS_PLACE,
            "most": LOOKED_AT,
        }
        cursor.execute(_NEXT, asked)
        return [_Waiting(*row) for row in cursor.fetchall()]
