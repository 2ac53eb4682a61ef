"""Who hears of events, and how none is missed.

A subscriber declares itself at import (rooms keep theirs in ``subscribers.py``, which is found at start)::

    @subscriber("dossiers.search", kinds=("dossier.*",))
    def index(batch: list[Event]) -> None: ...

A position is no checkpoint: a transaction that took position 7 may commit after the one that took 8. So a subscriber
reads what lies below a *horizon*: the lowest transaction id still running. All below it have ended, nothing can
come in there any more. (No event has a lower transaction id than its predecessor in the stream, migration 0001 sees
to that: else a stream could be heard out of order.) The handler runs in the transaction that moves the horizon; its
effects outside the database must be idempotent.
"""

import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from motcua.kernel.events.models import Event, SkippedEvent, Subscription

log = logging.getLogger(__name__)

BATCH = 200
MOST_PASSED = 2000  # more are read by the subscriber itself: the one statement serves all and must not take long
LONGEST_WAIT = timedelta(minutes=5)

Handler = Callable[[list[Event]], None]


@dataclass(frozen=True)
class Subscriber:
    """A handler and the kinds it wants: exact ones, or ``dossier.*`` for all of a family; none given means all."""

    name: str
    kinds: tuple[str, ...] = ()
    handle: Handler | None = None
    from_now: bool = False

    @property
    def patterns(self) -> str:
        """What a wanted kind is like, in SQL; an underscore stands for any letter there, which does no harm."""
        return " ".join(self.kinds).replace("*", "%") or "%"

    @property
    def wanted(self) -> Q:
        """The condition on events."""
        families = [kind[:-1] for kind in self.kinds if kind.endswith(".*")]
        condition = Q(kind__in=[kind for kind in self.kinds if not kind.endswith(".*")])
        for family in families:
            condition |= Q(kind__startswith=family)
        return condition if self.kinds else Q()


TREE = Subscriber("events.tree")
subscribers: dict[str, Subscriber] = {}


def subscriber(name: str, *, kinds: Sequence[str] = (), from_now: bool = False) -> Callable[[Handler], Handler]:
    """Have ``handle`` called with every event of ``kinds``, each stream in its order, at least once.

    A new subscriber begins with the first event ever, or ``from_now`` on (notices: nobody wants last year's).
    """

    def declare(handle: Handler) -> Handler:
        if name in subscribers:
            raise ValueError(f"there are two subscribers {name}")
        subscribers[name] = Subscriber(name, tuple(kinds), handle, from_now)
        return handle

    return declare


def run_once() -> int:
    """Give each subscriber that has something to read one batch; returns how many events were handled.

    A subscriber that fails waits, longer each time, and does not stop the others.
    """
    wanting, indifferent = _due()
    _pass_over(indifferent)
    return sum(_serve(subscribers[name]) for name in wanting)


def _due() -> tuple[list[str], list[tuple[str, int, int]]]:
    """The subscribers that are new, or have unread events and no wait: who wants any of them; and who wants none,
    with their horizon and the one that they may pass on to. One statement, so both are of one moment.
    """
    names = sorted(subscribers)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, s.horizon, reached, s.target IS NULL AND s.failures = 0"
            " AND NOT EXISTS (SELECT FROM events_event e WHERE e.txid >= s.horizon AND e.txid < reached OFFSET %s)"
            " AND NOT EXISTS (SELECT FROM events_event e WHERE e.txid >= s.horizon AND e.txid < reached"
            " AND e.kind LIKE ANY (string_to_array(kinds, ' ')))"
            " FROM unnest(%s::text[], %s::text[]) known (name, kinds) CROSS JOIN events_horizon() reached"
            " LEFT JOIN events_subscription s USING (name)"
            " WHERE s.name IS NULL OR ((s.retry_at IS NULL OR s.retry_at <= %s) AND EXISTS (SELECT FROM events_event e"
            " WHERE e.txid >= s.horizon AND e.txid < reached)) ORDER BY name",
            [MOST_PASSED, names, [subscribers[name].patterns for name in names], timezone.now()],
        )
        found = cursor.fetchall()
    wanting = [name for name, _horizon, _reached, wants_none in found if not wants_none]
    return wanting, [(name, horizon, reached) for name, horizon, reached, wants_none in found if wants_none]


def _pass_over(indifferent: Sequence[tuple[str, int, int]]) -> None:
    """Move the horizon of all who want none of what has happened: most subscribers, most of the time. One statement.

    Whom another worker serves, or has moved meanwhile, is left alone.
    """
    if not indifferent:
        return
    names, horizons, reached = zip(*indifferent, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE events_subscription s SET horizon = free.reached, delivered_at = %s FROM (SELECT name, reached"
            " FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) known (name, horizon, reached)"
            " JOIN events_subscription USING (name, horizon) WHERE target IS NULL AND failures = 0"
            " FOR UPDATE OF events_subscription SKIP LOCKED) free WHERE s.name = free.name",
            [timezone.now(), list(names), list(horizons), list(reached)],
        )


def _serve(served: Subscriber) -> int:
    handle = served.handle
    assert handle is not None
    try:
        return advance(served, handle, size=BATCH)
    except Exception as error:  # noqa: BLE001 - whatever a handler does wrong is its own trouble
        log.warning("subscriber_failed", extra={"subscriber": served.name, "error": _named(error)})
    return _one_by_one(served, handle)


def _one_by_one(served: Subscriber, handle: Handler) -> int:
    """After a batch failed: handle what comes before the event at fault, and find out which it is."""
    for done in range(BATCH):
        at: list[int] = []

        def note_and_handle(batch: list[Event], at: list[int] = at) -> None:
            at.extend(event.position for event in batch)
            handle(batch)

        try:
            if not advance(served, note_and_handle, size=1):
                return done
        except Exception as error:  # noqa: BLE001 - as above
            _hold_back(served, at[0] if at else None, error)
            return done
    return BATCH


def _hold_back(served: Subscriber, position: int | None, error: Exception) -> None:
    with transaction.atomic():
        row = Subscription.objects.select_for_update(of=("self",)).get(name=served.name)
        row.failures += 1
        row.retry_at = timezone.now() + waiting(failures=row.failures)
        row.stuck_at = position
        row.last_error = _named(error)
        row.save(update_fields=["failures", "retry_at", "stuck_at", "last_error"])
    log.error("subscriber_stuck", extra={"subscriber": served.name, "position": position, "error": _named(error)})


def waiting(*, failures: int) -> timedelta:
    """How long a subscriber waits after so many failures in a row: 2 s, 4 s, 8 s … at most five minutes."""
    return min(timedelta(seconds=2 ** min(failures, 10)), LONGEST_WAIT)


def _named(error: Exception) -> str:
    """What went wrong and where, without the message, which may hold somebody's data."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"[:200]


def advance(served: Subscriber, handle: Handler, *, size: int, wait: bool = False) -> int:
    """Hand over the next events, at most ``size``, and move the horizon with them; returns how many were read.

    While another worker serves this subscriber it does nothing, or waits for it.
    """
    if not Subscription.objects.filter(name=served.name).exists():
        _enrol(served)
    return _advance(served, handle, size=size, wait=wait)


@transaction.atomic
def _advance(served: Subscriber, handle: Handler, *, size: int, wait: bool) -> int:
    rows = Subscription.objects.select_for_update(of=("self",), skip_locked=not wait)
    row = rows.filter(name=served.name).first()
    if row is None or (row.target is None and not _open_window(row)):
        return 0
    batch = _read(row, served, size)
    if kept := _without_skipped(row, batch):
        handle(kept)
    _move(row, batch, whole=len(batch) == size)
    return len(batch)


def _enrol(served: Subscriber) -> None:
    """Begin the subscription, in a transaction of its own: it must outlive a handler that fails."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_subscription (name, horizon, after, failures, last_error)"
            " VALUES (%s, CASE WHEN %s THEN events_horizon() ELSE 0 END, 0, 0, '') ON CONFLICT DO NOTHING",
            [served.name, served.from_now],
        )


def _open_window(row: Subscription) -> bool:
    """Set a new target horizon if there are events below it; they are read in chunks, however long that takes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT target, min(position), max(position) FROM events_event,"
            " (SELECT events_horizon() AS target) reached WHERE txid >= %s AND txid < target GROUP BY target",
            [row.horizon],
        )
        found = cursor.fetchone()
    if found is None:
        return False
    row.target, first, row.until = found
    row.after = first - 1
    return True


def _read(row: Subscription, served: Subscriber, size: int) -> list[Event]:
    window = Event.objects.filter(
        served.wanted, txid__gte=row.horizon, txid__lt=row.target, position__gt=row.after, position__lte=row.until
    )
    return list(window.select_related("payload").order_by("position")[:size])


def _without_skipped(row: Subscription, batch: list[Event]) -> list[Event]:
    if row.stuck_at is None:
        return batch
    skipped = set(SkippedEvent.objects.filter(subscriber=row.name, event__in=batch).values_list("event_id", flat=True))
    return [event for event in batch if event.position not in skipped]


def _move(row: Subscription, batch: list[Event], *, whole: bool) -> None:
    """Write how far the subscriber has come. The window is done when it gave less than was asked for."""
    if whole:
        row.after = batch[-1].position
    else:
        assert row.target is not None
        row.horizon, row.target, row.until, row.after = row.target, None, None, 0
    row.failures, row.retry_at, row.stuck_at, row.last_error = 0, None, None, ""
    row.delivered_at = timezone.now()
    row.save()
