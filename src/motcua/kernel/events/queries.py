"""Reading the spine: timelines, proofs, signed roots, accesses, and how the subscribers are doing.

Who may read a timeline or an access record is decided by the room that asks; roots and inclusion proofs are public
and tell nothing of the content.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotFound
from motcua.kernel.events import merkle, rules, subscriptions, tree
from motcua.kernel.events.canonical import plain
from motcua.kernel.events.models import AccessRecord, Event, EventPayload, StreamHead, TreeHead, TreeKey
from motcua.kernel.events.roots import SignedRoot

STREAM_LIMIT = 1000
ROOTS_A_PAGE = 30
LAG_LIMIT = 1000


def stream(name: str, *, after: int = 0, limit: int = STREAM_LIMIT) -> list[Event]:
    """The events of a stream in their order, with their payloads, from the version after ``after``. One statement."""
    events = Event.objects.filter(stream=name, version__gt=after).select_related("payload")
    return list(events.order_by("version")[:limit])


def latest(name: str, *, kind: str, references: dict[str, str]) -> Event | None:
    """The last event of a kind in a stream that names these references; its payload is not read. One statement.

    The database reads the stream from its end and stops at the first: its length does not matter.
    """
    told = Event.objects.filter(stream=name, kind=kind, references__contains=references)
    return told.order_by("-version").first()


def between(spans: Mapping[str, tuple[int, int]], *, kinds: Collection[str], limit: int) -> dict[str, list[Event]]:
    """Of several streams the events of these kinds after one version up to another, in their order.

    At most ``limit`` of each stream; payloads are not read. One statement.
    """
    found: dict[str, list[Event]] = {name: [] for name in spans}
    after, upto = [begin for begin, _end in spans.values()], [end for _begin, end in spans.values()]
    for event in Event.objects.raw(_BETWEEN, [list(spans), after, upto, list(kinds), limit]):
        found[event.stream].append(event)
    return found


_BETWEEN = """
SELECT event.* FROM unnest(%s::text[], %s::int[], %s::int[]) AS asked (stream, after, upto)
CROSS JOIN LATERAL (
    SELECT * FROM events_event
    WHERE stream = asked.stream AND version > asked.after AND version <= asked.upto AND kind = ANY(%s)
    ORDER BY version LIMIT %s
) AS event ORDER BY event.stream, event.version
"""


def last_said(upto: Mapping[str, int], reference: str) -> dict[str, str]:
    """What each of several streams last said of a reference up to a version; none where it said nothing.

    One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAST_SAID, {"streams": list(upto), "upto": list(upto.values()), "reference": reference})
        return dict(cursor.fetchall())


_LAST_SAID = """
SELECT asked.stream, event.said FROM unnest(%(streams)s::text[], %(upto)s::int[]) AS asked (stream, upto)
CROSS JOIN LATERAL (
    SELECT "references" ->> %(reference)s AS said FROM events_event
    WHERE stream = asked.stream AND version <= asked.upto AND "references" ? %(reference)s
    ORDER BY version DESC LIMIT 1
) AS event
"""


def head(name: str) -> rules.Head:
    """Where a stream stands; version 0 when it has no event. Not locked."""
    row = StreamHead.objects.filter(stream=name).first()
    return rules.Head(name, row.version, bytes(row.digest)) if row else rules.Head(name)


def accesses_of(whose: UUID | Collection[UUID]) -> QuerySet[AccessRecord]:
    """Who opened the data of these parties, newest first; paginate by ``("-at", "-id")``."""
    wanted = [whose] if isinstance(whose, UUID) else list(whose)
    return AccessRecord.objects.filter(whose__in=wanted).order_by("-at", "-id")


def signed_roots(*, below: int | None = None, limit: int = ROOTS_A_PAGE) -> list[SignedRoot]:
    """The signed roots, newest first; those of a size under ``below``. One statement."""
    heads = TreeHead.objects.select_related("key").order_by("-size")
    if below is not None:
        heads = heads.filter(size__lt=below)
    return [as_signed_root(head) for head in heads[:limit]]


def signed_root(size: int) -> SignedRoot:
    """The signed root of one size. Raises NotFound."""
    head = TreeHead.objects.select_related("key").filter(size=size).first()
    if head is None:
        raise NotFound(_("No root was signed at this size."), field="size")
    return as_signed_root(head)


def as_signed_root(head: TreeHead) -> SignedRoot:
    """The published form of a tree head, whose key must be joined."""
    return SignedRoot(
        size=head.size,
        root=bytes(head.root),
        at=str(plain(head.at)),
        key=head.key_id,
        public_key=bytes(head.key.public),
        signature=bytes(head.signature),
    )


def public_keys() -> list[TreeKey]:
    """The keys under which roots were signed, newest first."""
    return list(TreeKey.objects.order_by("-since", "id")[:100])


def consistency(old: int, new: int) -> dict[str, Any]:
    """The proof that the log at ``new`` leaves continues the log at ``old``. Raises NotFound."""
    if not 0 < old <= new or new > tree.size():
        raise NotFound(_("The log has no such sizes."), field="size")
    path = tree.hashes(merkle.consistency_spans(old, new))
    return {"old": old, "new": new, "path": [step.hex() for step in path]}


def inclusion(digest: bytes) -> dict[str, Any]:
    """The proof that an event with this digest stands in the log, under the newest signed root. Raises NotFound."""
    event = Event.objects.filter(digest=digest).select_related("leaf").first()
    if event is None:
        raise NotFound(_("The log holds no event with this digest."), field="digest")
    return _inclusions([event])[event.position] | {"digest": digest.hex()}


def proof_of(event: Event, *, personal: bool = False) -> dict[str, Any]:
    """Everything needed to check one event without trusting us (docs/integrator/events.md). Four statements.

    ``personal`` adds the personal data and their salt: only for somebody who may read them.
    """
    return proofs_of([event], personal=personal)[0]


def proofs_of(events: Sequence[Event], *, personal: bool = False) -> list[dict[str, Any]]:
    """The proofs of several events under one root. Four statements, whatever their number."""
    wanted = {(event.stream, event.version - 1) for event in events}
    before = _digests(wanted)
    fresh = Event.objects.filter(position__in=[event.position for event in events]).select_related("leaf", "payload")
    by_position = {event.position: event for event in fresh}
    inclusions = _inclusions(list(by_position.values()))
    return [_proof(by_position[event.position], before, personal) | inclusions[event.position] for event in events]


def _digests(wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
    condition = Q(pk__in=[])
    for name, version in wanted:
        condition |= Q(stream=name, version=version)
    rows = Event.objects.filter(condition).values_list("stream", "version", "digest")
    return {(name, version): bytes(digest) for name, version, digest in rows}


def _proof(event: Event, before: dict[tuple[str, int], bytes], personal: bool) -> dict[str, Any]:
    hashed = bytes(event.payload_digest) if event.payload_digest is not None else None
    form = rules.content(
        event.stream, event.version, event.kind, event.actor, event.agency, event.at, event.references, hashed
    )
    proof = {
        "event": plain(form),
        "previous": before.get((event.stream, event.version - 1), rules.NOTHING_BEFORE).hex(),
        "digest": bytes(event.digest).hex(),
    }
    payload = getattr(event, "payload", None) if personal else None
    if payload is not None and payload.erased_at is None:
        proof["personal"] = _personal(payload, hashed)
    return proof


def _personal(payload: EventPayload, hashed: bytes | None) -> dict[str, Any]:
    """What the salted hash was taken over. Before version 0.2 it did not say whose the data are."""
    salt = bytes(payload.salt or b"")
    proof = {"salt": salt.hex(), "data": payload.data}
    if payload.person and hashed == rules.payload_digest(salt, payload.data, payload.person):
        proof["person"] = str(payload.person)
    return proof


def _inclusions(events: Sequence[Event]) -> dict[int, dict[str, Any]]:
    """The place of each event in the newest signed tree; ``leaf`` is None for one that is not in it yet."""
    head = TreeHead.objects.select_related("key").order_by("-size").first()
    size = head.size if head else 0
    leaves = {event.position: leaf.index for event in events if (leaf := getattr(event, "leaf", None))}
    spans = {position: merkle.inclusion_spans(index, size) for position, index in leaves.items() if index < size}
    hashes = iter(tree.hashes([span for path in spans.values() for span in path]))
    root = as_signed_root(head).as_json() if head else None
    found: dict[int, dict[str, Any]] = {event.position: {"leaf": None, "path": [], "root": root} for event in events}
    for position, path in spans.items():
        found[position] |= {"leaf": leaves[position], "path": [next(hashes).hex() for _span in path]}
    return found


@dataclass(frozen=True)
class SubscriberStatus:
    """How a subscriber is doing. ``lag`` counts the events it has not read, up to a thousand."""

    name: str
    lag: int
    failures: int
    stuck_at: int | None
    last_error: str
    retry_at: datetime | None
    delivered_at: datetime | None


def subscriber_statuses() -> list[SubscriberStatus]:
    """How all subscribers, and the tree, are doing. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.name, (SELECT count(*) FROM (SELECT FROM events_event e WHERE e.txid >= s.horizon"
            " AND (e.txid >= s.target OR e.position > s.after) LIMIT %s) unread),"
            " s.failures, s.stuck_at, s.last_error, s.retry_at, s.delivered_at"
            " FROM events_subscription s WHERE s.name = ANY(%s) ORDER BY s.name",
            [LAG_LIMIT, [subscriptions.TREE.name, *subscriptions.subscribers]],
        )
        return [SubscriberStatus(*row) for row in cursor.fetchall()]
