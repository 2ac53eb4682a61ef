"""What is stored of the spine: events, their erasable payloads, the tree over them, and who read whose data.

Triggers (migration 0001) refuse changes to what must only grow; ``motcua verify-events`` finds what got past them.
"""

from typing import Any

from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models.lookups import Exact

from motcua.kernel.identifiers.models import Keyed


class TransactionId(models.Func):
    """The writing transaction's id, shifted by the epoch (see ``actions.rebase_transaction_ids``)."""

    template = "(pg_current_xact_id()::text::bigint + events_epoch())"
    output_field = models.BigIntegerField()


def _bytes_long(field: str, length: int, name: str) -> models.CheckConstraint:
    size = models.Func(field, function="octet_length", output_field=models.IntegerField())
    return models.CheckConstraint(condition=Exact(size, length), name=name)


class Event(models.Model):
    """One fact, written once, in the transaction that made it true.

    ``position`` is the order of writing; ``txid`` the writing transaction, or the predecessor's in the stream if that
    is higher (a trigger sees to it), so that no horizon lies between the two the wrong way round.
    """

    position = models.BigAutoField(primary_key=True)
    txid = models.BigIntegerField(db_default=TransactionId(), editable=False)
    stream = models.CharField(max_length=120)
    version = models.IntegerField()
    kind = models.CharField(max_length=80)
    actor = models.UUIDField(null=True)
    agency = models.UUIDField(null=True)
    at = models.DateTimeField()
    references = models.JSONField()
    payload_digest = models.BinaryField(null=True, max_length=32)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "version"], name="events_one_version"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="events_version_from_one"),
            _bytes_long("digest", 32, "events_digest_32_bytes"),
        ]
        indexes = [
            models.Index(fields=["txid", "position"], name="events_by_transaction"),
            HashIndex(fields=["digest"], name="events_by_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.stream} v{self.version} {self.kind}"

    @property
    def personal(self) -> dict[str, Any]:
        """The personal data of this event; empty when it has none or they were erased."""
        payload: EventPayload | None = getattr(self, "payload", None)
        return (payload.data if payload else None) or {}


class EventPayload(models.Model):
    """The personal data of an event, and whose they are. Erasing empties the row and leaves it as the mark."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="payload")
    person = models.UUIDField(null=True)
    salt = models.BinaryField(null=True, max_length=32)
    data = models.JSONField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(data__isnull=False, salt__isnull=False, erased_at__isnull=True)
                | models.Q(data__isnull=True, salt__isnull=True, person__isnull=True, erased_at__isnull=False),
                name="events_payload_kept_or_erased",
            )
        ]
        indexes = [
            models.Index(
                fields=["person"],
                condition=models.Q(person__isnull=False, erased_at__isnull=True),
                name="events_payload_of_person",
            )
        ]


class StreamHead(models.Model):
    """The last version and digest of a stream: a lost tail shows against it. Locked by whoever writes the stream."""

    stream = models.CharField(primary_key=True, max_length=120)
    version = models.IntegerField()
    digest = models.BinaryField(max_length=32)


class Subscription(models.Model):
    """How far a subscriber has read: every event of a transaction below ``horizon`` is handled.

    A backlog is read under one ``target`` horizon in chunks; ``after`` and ``until`` are positions within it.
    """

    name = models.CharField(primary_key=True, max_length=80)
    horizon = models.BigIntegerField(default=0)
    target = models.BigIntegerField(null=True)
    after = models.BigIntegerField(default=0)
    until = models.BigIntegerField(null=True)
    failures = models.IntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    stuck_at = models.BigIntegerField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(target__isnull=True, until__isnull=True)
                | models.Q(target__gt=models.F("horizon"), until__isnull=False),
                name="events_subscription_window",
            )
        ]


class SkippedEvent(Keyed):
    """An event that an administrator took out of a subscriber's way, and why."""

    subscriber = models.CharField(max_length=80)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscriber", "event"], name="events_skipped_once")]


class TreeLeaf(models.Model):
    """The place of an event in the Merkle tree: leaves stand in the order in which they were included."""

    index = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="leaf")


class TreeTile(models.Model):
    """Up to 256 hashes of the tree (see ``merkle``). A tile only grows, and a full one stays as it is."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="events_one_tile")]


class TreeKey(models.Model):
    """A public key (Ed25519) under which roots were signed. ``id``: the first 16 hex digits of its SHA-256."""

    id = models.CharField(primary_key=True, max_length=16)
    public = models.BinaryField(max_length=32)
    since = models.DateTimeField()


class TreeHead(models.Model):
    """A signed root: what the tree was when it had ``size`` leaves."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    key = models.ForeignKey(TreeKey, models.PROTECT, related_name="+")
    signature = models.BinaryField(max_length=64)

    class Meta:
        constraints = [_bytes_long("root", 32, "events_root_32_bytes")]


class AccessRecord(Keyed):
    """Somebody opened somebody's data. ``window`` numbers quarters of an hour: one record in each is enough."""

    who = models.UUIDField()
    whose = models.UUIDField()
    purpose = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    at = models.DateTimeField()
    window = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["whose", "who", "subject", "purpose", "window"], name="events_one_access_a_window"
            )
        ]
        indexes = [models.Index(fields=["whose", "-at", "-id"], name="events_accesses_of")]
