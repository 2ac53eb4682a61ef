"""Messages that wait at an axis are fetched, for each agency of this house that has an account there."""

import logging
import time
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from motcua.engines.exchange import rules
from motcua.engines.exchange.actions.receiving import NoRoom, receive
from motcua.engines.exchange.kinds import Form, kinds
from motcua.engines.exchange.models import Account, Channel, Incoming, Refusal
from motcua.engines.exchange.standing import note_down, up
from motcua.engines.exchange.taking import take_some
from motcua.engines.exchange.transports.axis import AxisTransport, Listed
from motcua.engines.exchange.transports.interface import NotReached, Rejected, TryLater
from motcua.engines.signing.errors import Misconfigured
from motcua.kernel.errors import Refused

log = logging.getLogger(__name__)

PAUSE = timedelta(seconds=1.5)  # a document is to be in the inbox five seconds after it was issued
BACK = timedelta(days=2)  # an axis lists by days
ROUND = 5.0  # seconds for which a worker fetches before what it has is taken in
LEASE = timedelta(minutes=10)
_TAKE = """
    UPDATE exchange_account SET leased_until = %(until)s WHERE id = (
        SELECT a.id FROM exchange_account a JOIN exchange_channel c ON c.id = a.channel_id
        WHERE c.is_active AND c.kind = 'axis' AND (c.retry_at IS NULL OR c.retry_at <= %(now)s)
        AND (a.pull_at IS NULL OR a.pull_at <= %(now)s) AND (a.leased_until IS NULL OR a.leased_until < %(now)s)
        ORDER BY a.pull_at NULLS FIRST, a.id LIMIT 1 FOR UPDATE OF a SKIP LOCKED
    ) RETURNING id
"""


class _Stays(Exception):
    """A message stays at the axis for the time being."""


def pull_some() -> int:
    """Fetch what waits for every agency whose turn it is, and have it taken in; returns how many messages there were.

    One agency after the other, without a pause between: a province has some hundred of them.
    """
    done, over = 0, time.monotonic() + ROUND
    while time.monotonic() < over and (key := _take(timezone.now())) is not None:
        done += _pulled(Account.objects.select_related("channel").get(pk=key))
    if done:
        take_some()
    return done


def _pulled(account: Account) -> int:
    now = timezone.now()
    try:
        axis = AxisTransport(account.channel)
        with axis.kept():
            done, missed = _pull(axis, account, now)
    except NotReached as error:
        note_down(account.channel, str(error), waiting=rules.waiting)
        return _rest(account, PAUSE)
    except (TryLater, Rejected, Misconfigured) as error:
        log.warning("exchange_account_fails", extra={"account": account.code})
        return _rest(account, rules.FIRST_WAIT, str(error))
    _rest(account, rules.FIRST_WAIT if missed else PAUSE, missed)
    return done


def _rest(account: Account, pause: timedelta, fault: str = "") -> int:
    values = {"leased_until": None, "pull_at": timezone.now() + pause, "fault": fault[:200]}
    Account.objects.filter(pk=account.pk).update(**values)
    return 0


def _take(now: datetime) -> UUID | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, {"now": now, "until": now + LEASE})
        row = cursor.fetchone()
    return row[0] if row else None


def _pull(axis: AxisTransport, account: Account, now: datetime) -> tuple[int, str]:
    """How many messages were dealt with, and why one could not be fetched, which holds up none of the others.

    As long as one stays at the axis the days are listed from then on, so that it is found again.
    """
    done, missed = 0, ""
    since = timezone.localdate(min(account.pulled_at or now, now) - BACK)
    until = timezone.localdate(now) + timedelta(days=1)
    for form in (Form.DOCUMENT, Form.STATUS):
        if not any(kinds[code].form is form for code in account.channel.kinds if code in kinds):
            continue
        listed = partial(axis.listed, account, is_status=form is Form.STATUS, since=since, until=until)
        for each in listed():
            try:
                done += _fetch(axis, account, each)
            except _Stays as error:
                missed = f"{each.message_id}: {error}"
            except NotReached as error:
                listed()  # does the axis answer at all? Then it is this message that cannot be had
                log.warning("exchange_message_not_fetched", extra={"letter": each.message_id})
                missed = f"{each.message_id}: {error}"
    if not missed:
        Account.objects.filter(pk=account.pk).update(pulled_at=now)
    Channel.objects.filter(pk=account.channel_id).update(**up(timezone.now()))
    return done, missed


def _fetch(axis: AxisTransport, account: Account, listed: Listed) -> int:
    """Take one message, and tell the axis what became of it. One that is known already is only told of again."""
    channel = account.channel
    try:
        taken = _is_taken(channel, listed)
        if taken is None:
            taken = _received(channel, axis.document(account, listed.message_id), listed)
        axis.settle(account, listed.message_id, is_taken=taken)
    except Rejected as error:
        log.warning("exchange_axis_rejects", extra={"letter": listed.message_id, "code": error.code})
        return 0
    except NoRoom as error:
        raise _Stays("it cannot be kept here") from error
    return 1


def _is_taken(channel: Channel, listed: Listed) -> bool | None:
    """Whether a message that came before was taken; None for a new one."""
    if Incoming.objects.filter(partner__channel=channel, message_id=listed.message_id).exists():
        return True
    return False if Refusal.objects.filter(channel=channel, message_id=listed.message_id).exists() else None


def _received(channel: Channel, content: bytes, listed: Listed) -> bool:
    try:
        receive(channel, content, message_id=listed.message_id, at=timezone.now())
    except NoRoom:
        raise
    except Refused:
        return False
    return True
