"""What can happen to the spine: facts are recorded, personal data erased, the tree closed, a restore made good."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotFound
from motcua.kernel.events import expecting, rules, subscriptions, tree, writing
from motcua.kernel.events.models import Event, EventPayload, SkippedEvent, Subscription, TreeHead

ERASE_AT_ONCE = 500


def record(
    *,
    stream: str,
    kind: str,
    actor: UUID | None,
    agency: UUID | None,
    references: Mapping[str, Any],
    at: datetime,
    personal: Mapping[str, Any] | None = None,
    person: UUID | None = None,
) -> Event:
    """Tell one fact, in the transaction that makes it true. Two statements.

    Raises ``TransactionManagementError`` outside a transaction and ``NotCanonical`` for values that JSON would bend.
    """
    new = rules.NewEvent(
        stream=stream,
        kind=kind,
        actor=actor,
        agency=agency,
        references=references,
        at=at,
        personal=personal,
        person=person,
    )
    return record_many([new])[0]


def record_many(events: Sequence[rules.NewEvent]) -> list[Event]:
    """Tell several facts in their order. Two statements, whatever their number, or one where all their streams begin.
    Raises as :func:`record` does, and ``Conflict`` inside of :func:`expecting.unchanged_since`.
    """
    if not events:
        return []
    heads = {new.stream: rules.Head(new.stream) for new in events if new.begins}
    heads |= writing.lock_heads(new.stream for new in events if new.stream not in heads)
    expecting.check(heads)
    sealed = rules.seal_all(heads, events)
    places = writing.insert(sealed)
    return [_as_written(event, *place) for event, place in zip(sealed, places, strict=True)]


def _as_written(sealed: rules.SealedEvent, position: int, txid: int) -> Event:
    event = Event(
        position=position,
        txid=txid,
        stream=sealed.stream,
        version=sealed.version,
        kind=sealed.kind,
        actor=sealed.actor,
        agency=sealed.agency,
        at=sealed.at,
        references=sealed.references,
        payload_digest=sealed.payload_digest,
        digest=sealed.digest,
    )
    event._state.adding = False
    payload = sealed.payload
    if payload is not None:
        event.payload = EventPayload(event=event, person=payload.person, salt=payload.salt, data=payload.data)
    return event


@transaction.atomic
def erase(*, stream: str, reason: str, actor: UUID | None, at: datetime, versions: Iterable[int] | None = None) -> int:
    """Erase the personal data of a stream's events (of all, or of ``versions``); returns how many were erased.

    Whose they were goes with them. The chain stays valid: it covers only their salted hash. An event
    ``personal_data.erased`` names the versions, so that an erasure without one is seen as tampering.
    """
    payloads = EventPayload.objects.filter(event__stream=stream, erased_at=None)
    if versions is not None:
        payloads = payloads.filter(event__version__in=list(versions))
    return _erase(list(_locked(payloads)), reason=reason, actor=actor, at=at)


def erase_person(*, person: UUID, reason: str, actor: UUID | None, at: datetime) -> int:
    """Erase all that events hold of one person, in batches of their own transaction; returns how many were erased."""
    erased = 0
    while True:
        with transaction.atomic():
            payloads = EventPayload.objects.filter(person=person, erased_at=None)
            batch = _erase(list(_locked(payloads)[:ERASE_AT_ONCE]), reason=reason, actor=actor, at=at)
        if not batch:
            return erased
        erased += batch


def _locked(payloads: Any) -> Any:
    return payloads.select_for_update(of=("self",)).select_related("event").order_by("event_id")


def _erase(payloads: list[EventPayload], *, reason: str, actor: UUID | None, at: datetime) -> int:
    named = sorted((payload.event.stream, payload.event.version) for payload in payloads)
    record_many(
        [
            rules.NewEvent(
                stream=stream,
                kind=rules.ERASED,
                actor=actor,
                at=at,
                references={"versions": [version for _stream, version in group], "reason": reason},
            )
            for stream, group in groupby(named, key=lambda name: name[0])
        ]
    )
    chosen = EventPayload.objects.filter(event__in=[payload.event_id for payload in payloads])
    return chosen.update(data=None, salt=None, person=None, erased_at=at)


def close_tree(*, at: datetime) -> TreeHead | None:
    """Take every event below the horizon into the Merkle tree and sign its root; ``None`` when there is none new.

    A long backlog is taken in chunks of their own transactions. Two workers at once do no harm: one waits.
    """
    while subscriptions.advance(subscriptions.TREE, tree.append, size=tree.CHUNK, wait=True):
        pass
    return _sign(at)


@transaction.atomic
def _sign(at: datetime) -> TreeHead | None:
    Subscription.objects.select_for_update(of=("self",)).get(name=subscriptions.TREE.name)
    size = tree.size()
    signed = TreeHead.objects.aggregate(size=Max("size"))["size"] or 0
    return tree.sign(size, at) if size > signed else None


@transaction.atomic
def skip_event(*, subscriber: str, position: int, reason: str, at: datetime) -> SkippedEvent:
    """Take the event on which a subscriber is stuck out of its way. Raises NotFound and Conflict."""
    row = Subscription.objects.select_for_update(of=("self",)).filter(name=subscriber).first()
    if row is None:
        raise NotFound(_("There is no such subscriber."), field="subscriber")
    if row.stuck_at != position:
        raise Conflict(_("The subscriber does not stand at this event."), field="position")
    row.retry_at = None
    row.save(update_fields=["retry_at"])
    return SkippedEvent.objects.create(subscriber=subscriber, event_id=position, reason=reason, at=at)


def rebase_transaction_ids() -> bool:
    """Make a restored database good: its events carry transaction ids of the cluster that they come from.

    Where the new cluster counts lower, new events would lie below the horizons and never be delivered. So the epoch,
    which is added to every id, is raised until all new ids are above all old ones; no event row is touched, and
    what was undelivered stays so. To be run after a restore and before anything writes; does nothing (returns False)
    where the ids are in order, so that it may always be run.
    """
    return _new_epoch() is not None and _raise_epoch()


@transaction.atomic
def _raise_epoch() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE events_event IN EXCLUSIVE MODE")
        epoch = _new_epoch()
        if epoch is None:
            return False
        cursor.execute(
            "CREATE OR REPLACE FUNCTION events_epoch() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE"
            " RETURN %s::bigint",
            [epoch],
        )
    return True


def _new_epoch() -> int | None:
    """The epoch that puts every running and coming transaction above all that is stored; None if they are above."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest((SELECT max(txid) FROM events_event),"
            " (SELECT max(greatest(horizon, target)) FROM events_subscription), 0),"
            " pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
            " pg_snapshot_xmax(pg_current_snapshot())::text::bigint + events_epoch()"
        )
        highest, lowest_running, upcoming = cursor.fetchone()
    return None if upcoming > highest else highest + 1 - lowest_running
